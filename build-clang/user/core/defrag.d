build-clang/user/core/defrag.o: user/core/defrag.c user/core/defrag.h \
  user/core/frame.h include/iotxdp/abi.h include/iotxdp/coap_hdr.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/port.h \
  include/iotxdp/framing.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h \
  include/iotxdp/mqttsn_hdr.h user/base/table.h user/core/link.h

user/core/defrag.h:

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

user/base/table.h:

user/core/link.h:
