build-clang/user/input/window.o: user/input/window.c user/input/window.h \
  user/input/source.h include/iotxdp/port.h

user/input/window.h:

user/input/source.h:

include/iotxdp/port.h:
