build-clang/user/output/text_value.o: user/output/text_value.c \
  user/output/text_value.h user/base/buf.h user/base/slice.h \
  include/iotxdp/port.h user/base/digits.h user/base/utf8.h

user/output/text_value.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/digits.h:

user/base/utf8.h:
