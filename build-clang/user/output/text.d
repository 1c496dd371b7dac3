build-clang/user/output/text.o: user/output/text.c user/base/time.h \
  user/base/slice.h include/iotxdp/port.h user/output/lines.h \
  user/base/buf.h user/output/sink.h user/core/event.h user/wire/wire.h \
  user/base/visitor.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h user/output/text_value.h \
  user/output/text_writer.h

user/base/time.h:

user/base/slice.h:

include/iotxdp/port.h:

user/output/lines.h:

user/base/buf.h:

user/output/sink.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/output/text_value.h:

user/output/text_writer.h:
