build-clang/user/output/json.o: user/output/json.c \
  user/output/json_refrain.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h user/output/json_writer.h user/base/buf.h \
  user/output/lines.h user/output/sink.h user/core/event.h \
  user/wire/wire.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h

user/output/json_refrain.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/output/json_writer.h:

user/base/buf.h:

user/output/lines.h:

user/output/sink.h:

user/core/event.h:

user/wire/wire.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:
