build-clang/user/core/alias.o: user/core/alias.c user/core/alias.h \
  user/base/slice.h include/iotxdp/port.h

user/core/alias.h:

user/base/slice.h:

include/iotxdp/port.h:
