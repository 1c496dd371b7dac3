build-clang/user/output/sqlite.o: user/output/sqlite.c user/output/sink.h \
  user/core/event.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h include/iotxdp/port.h user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/cursor.h user/output/sqlite_rows.h \
  user/output/json_writer.h user/base/buf.h user/output/sqlite_map.h \
  user/output/sqlite_schema.h

user/output/sink.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/output/sqlite_rows.h:

user/output/json_writer.h:

user/base/buf.h:

user/output/sqlite_map.h:

user/output/sqlite_schema.h:
