build-clang/user/core/stream.o: user/core/stream.c user/core/stream.h \
  include/iotxdp/port.h include/iotxdp/framing.h include/iotxdp/l4.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h

user/core/stream.h:

include/iotxdp/port.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:
