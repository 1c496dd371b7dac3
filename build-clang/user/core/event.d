build-clang/user/core/event.o: user/core/event.c user/core/event.h \
  user/wire/wire.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h user/base/digits.h user/base/ip.h \
  user/base/time.h include/iotxdp/proto.h include/iotxdp/protos.def

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/base/digits.h:

user/base/ip.h:

user/base/time.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:
