build-clang/user/output/sink.o: user/output/sink.c user/output/sink.h \
  user/core/event.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h include/iotxdp/port.h user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/cursor.h user/base/log.h \
  user/output/sinks.def

user/output/sink.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/base/log.h:

user/output/sinks.def:
