build-clang/user/input/permit.o: user/input/permit.c user/input/permit.h \
  user/base/log.h

user/input/permit.h:

user/base/log.h:
