build-clang/user/base/base64.o: user/base/base64.c user/base/base64.h \
  user/base/slice.h include/iotxdp/port.h

user/base/base64.h:

user/base/slice.h:

include/iotxdp/port.h:
