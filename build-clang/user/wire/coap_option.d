build-clang/user/wire/coap_option.o: user/wire/coap_option.c \
  user/wire/coap_option.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h include/iotxdp/port.h user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/cursor.h user/wire/coap_code.h \
  include/iotxdp/coap_hdr.h user/wire/coap_rule.h

user/wire/coap_option.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/wire/coap_code.h:

include/iotxdp/coap_hdr.h:

user/wire/coap_rule.h:
