build-clang/user/base/digits.o: user/base/digits.c user/base/digits.h \
  include/iotxdp/port.h

user/base/digits.h:

include/iotxdp/port.h:
