build-clang/user/input/source.o: user/input/source.c user/input/source.h \
  include/iotxdp/port.h user/base/log.h

user/input/source.h:

include/iotxdp/port.h:

user/base/log.h:
