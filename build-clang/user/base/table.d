build-clang/user/base/table.o: user/base/table.c user/base/table.h \
  include/iotxdp/port.h include/iotxdp/sample.h include/iotxdp/l4.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/proto.h \
  include/iotxdp/protos.def

user/base/table.h:

include/iotxdp/port.h:

include/iotxdp/sample.h:

include/iotxdp/l4.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:
