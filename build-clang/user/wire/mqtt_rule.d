build-clang/user/wire/mqtt_rule.o: user/wire/mqtt_rule.c \
  user/wire/mqtt_rule.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/port.h

user/wire/mqtt_rule.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/port.h:
