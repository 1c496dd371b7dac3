build-clang/user/wire/coap_tcp.o: user/wire/coap_tcp.c \
  user/wire/coap_tcp.h user/wire/coap.h user/wire/coap_option.h \
  user/wire/wire.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h user/wire/coap_rule.h \
  include/iotxdp/coap_hdr.h user/wire/coap_code.h

user/wire/coap_tcp.h:

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
