build-clang/user/base/ip.o: user/base/ip.c user/base/ip.h \
  include/iotxdp/port.h user/base/digits.h

user/base/ip.h:

include/iotxdp/port.h:

user/base/digits.h:
