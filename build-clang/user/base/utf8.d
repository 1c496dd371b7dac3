build-clang/user/base/utf8.o: user/base/utf8.c user/base/utf8.h \
  user/base/slice.h include/iotxdp/port.h user/base/word.h

user/base/utf8.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/word.h:
