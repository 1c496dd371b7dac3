build-clang/user/cli/ports.o: user/cli/ports.c user/cli/ports.h \
  include/iotxdp/proto.h include/iotxdp/port.h include/iotxdp/protos.def

user/cli/ports.h:

include/iotxdp/proto.h:

include/iotxdp/port.h:

include/iotxdp/protos.def:
