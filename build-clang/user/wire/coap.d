build-clang/user/wire/coap.o: user/wire/coap.c user/wire/coap.h \
  user/wire/coap_option.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h include/iotxdp/port.h user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/cursor.h user/wire/coap_rule.h \
  include/iotxdp/coap_hdr.h user/wire/coap_code.h

user/wire/coap.h:

user/wire/coap_option.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/wire/coap_rule.h:

include/iotxdp/coap_hdr.h:

user/wire/coap_code.h:
