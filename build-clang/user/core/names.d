build-clang/user/core/names.o: user/core/names.c user/core/names.h \
  user/base/slice.h include/iotxdp/port.h user/base/table.h

user/core/names.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/table.h:
