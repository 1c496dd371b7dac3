build-clang/user/output/sqlite_rows.o: user/output/sqlite_rows.c \
  user/output/sqlite_rows.h user/output/json_writer.h user/base/buf.h \
  user/base/slice.h include/iotxdp/port.h user/base/visitor.h \
  user/output/sqlite_map.h user/base/utf8.h

user/output/sqlite_rows.h:

user/output/json_writer.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/visitor.h:

user/output/sqlite_map.h:

user/base/utf8.h:
