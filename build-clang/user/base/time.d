build-clang/user/base/time.o: user/base/time.c user/base/time.h \
  user/base/slice.h include/iotxdp/port.h user/base/digits.h

user/base/time.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/digits.h:
