build-clang/user/base/stop.o: user/base/stop.c user/base/stop.h

user/base/stop.h:
