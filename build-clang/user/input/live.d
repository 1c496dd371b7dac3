build-clang/user/input/live.o: user/input/live.c user/input/live.h \
  user/input/input.h user/core/frame.h include/iotxdp/abi.h \
  include/iotxdp/coap_hdr.h include/iotxdp/cursor.h include/iotxdp/err.h \
  include/iotxdp/port.h include/iotxdp/framing.h include/iotxdp/l4.h \
  include/iotxdp/proto.h include/iotxdp/protos.def \
  include/iotxdp/mqtt_hdr.h include/iotxdp/mqttsn_hdr.h \
  user/input/attach.h user/base/log.h user/base/time.h user/base/slice.h \
  user/input/feature.h build-clang/iotxdp.skel.h user/input/netif.h \
  user/input/permit.h user/input/pins.h user/input/readout.h

user/input/live.h:

user/input/input.h:

user/core/frame.h:

include/iotxdp/abi.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/port.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:

include/iotxdp/mqttsn_hdr.h:

user/input/attach.h:

user/base/log.h:

user/base/time.h:

user/base/slice.h:

user/input/feature.h:

build-clang/iotxdp.skel.h:

user/input/netif.h:

user/input/permit.h:

user/input/pins.h:

user/input/readout.h:
