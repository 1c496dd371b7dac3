build-clang/user/base/buf.o: user/base/buf.c user/base/buf.h \
  user/base/slice.h include/iotxdp/port.h

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:
