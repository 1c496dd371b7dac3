build-clang/user/wire/coap_rule.o: user/wire/coap_rule.c \
  user/wire/coap_rule.h user/wire/coap_option.h user/wire/wire.h \
  user/base/visitor.h user/base/slice.h include/iotxdp/port.h \
  user/wire/rule.h include/iotxdp/err.h include/iotxdp/cursor.h \
  include/iotxdp/coap_hdr.h user/base/utf8.h user/wire/coap_code.h

user/wire/coap_rule.h:

user/wire/coap_option.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

include/iotxdp/coap_hdr.h:

user/base/utf8.h:

user/wire/coap_code.h:
