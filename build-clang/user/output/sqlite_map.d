build-clang/user/output/sqlite_map.o: user/output/sqlite_map.c \
  user/output/sqlite_map.h user/base/slice.h include/iotxdp/port.h \
  user/output/sqlite_map.def

user/output/sqlite_map.h:

user/base/slice.h:

include/iotxdp/port.h:

user/output/sqlite_map.def:
