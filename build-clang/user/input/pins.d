build-clang/user/input/pins.o: user/input/pins.c user/input/pins.h \
  user/base/log.h

user/input/pins.h:

user/base/log.h:
