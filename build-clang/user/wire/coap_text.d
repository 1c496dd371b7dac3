build-clang/user/wire/coap_text.o: user/wire/coap_text.c \
  user/wire/coap_text.h user/base/slice.h include/iotxdp/port.h \
  user/base/digits.h user/base/utf8.h

user/wire/coap_text.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/digits.h:

user/base/utf8.h:
