build-clang/user/core/track.o: user/core/track.c user/core/track.h \
  user/core/frame.h include/iotxdp/abi.h include/iotxdp/coap_hdr.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/port.h \
  include/iotxdp/framing.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h \
  include/iotxdp/mqttsn_hdr.h include/iotxdp/track.h \
  include/iotxdp/classify.h include/iotxdp/dns_hdr.h \
  include/iotxdp/ws_hdr.h user/base/table.h user/core/link.h \
  include/iotxdp/count.h

user/core/track.h:

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

include/iotxdp/track.h:

include/iotxdp/classify.h:

include/iotxdp/dns_hdr.h:

include/iotxdp/ws_hdr.h:

user/base/table.h:

user/core/link.h:

include/iotxdp/count.h:
