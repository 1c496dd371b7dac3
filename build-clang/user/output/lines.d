build-clang/user/output/lines.o: user/output/lines.c user/output/lines.h \
  user/base/buf.h user/base/slice.h include/iotxdp/port.h \
  user/output/sink.h user/core/event.h user/wire/wire.h \
  user/base/visitor.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h user/base/stop.h

user/output/lines.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/output/sink.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/base/stop.h:
