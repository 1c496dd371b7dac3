build-clang/user/wire/dns_fields.o: user/wire/dns_fields.c \
  user/wire/dns.h user/wire/wire.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h include/iotxdp/dns_hdr.h user/base/digits.h \
  user/base/ip.h

user/wire/dns.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

include/iotxdp/dns_hdr.h:

user/base/digits.h:

user/base/ip.h:
