build-clang/user/wire/rule.o: user/wire/rule.c user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/port.h

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/port.h:
