build-clang/user/wire/coap_code.o: user/wire/coap_code.c \
  user/wire/coap_code.h include/iotxdp/coap_hdr.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/port.h

user/wire/coap_code.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/port.h:
