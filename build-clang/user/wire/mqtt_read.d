build-clang/user/wire/mqtt_read.o: user/wire/mqtt_read.c \
  user/wire/mqtt_read.h user/wire/mqtt.h user/wire/wire.h \
  user/base/visitor.h user/base/slice.h include/iotxdp/port.h \
  user/wire/rule.h include/iotxdp/err.h include/iotxdp/cursor.h \
  include/iotxdp/mqtt_hdr.h user/wire/mqtt_rule.h user/base/utf8.h

user/wire/mqtt_read.h:

user/wire/mqtt.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

include/iotxdp/mqtt_hdr.h:

user/wire/mqtt_rule.h:

user/base/utf8.h:
