build-clang/user/wire/mqttsn.o: user/wire/mqttsn.c user/wire/mqttsn.h \
  user/wire/wire.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h include/iotxdp/mqttsn_hdr.h \
  user/wire/mqttsn_rule.h

user/wire/mqttsn.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

include/iotxdp/mqttsn_hdr.h:

user/wire/mqttsn_rule.h:
