build-clang/user/input/pcap.o: user/input/pcap.c user/input/pcap.h \
  user/input/file.h user/input/input.h user/core/frame.h \
  include/iotxdp/abi.h include/iotxdp/coap_hdr.h include/iotxdp/cursor.h \
  include/iotxdp/err.h include/iotxdp/port.h include/iotxdp/framing.h \
  include/iotxdp/l4.h include/iotxdp/proto.h include/iotxdp/protos.def \
  include/iotxdp/mqtt_hdr.h include/iotxdp/mqttsn_hdr.h \
  user/input/source.h user/base/log.h user/input/pcap_link.h

user/input/pcap.h:

user/input/file.h:

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

user/input/source.h:

user/base/log.h:

user/input/pcap_link.h:
