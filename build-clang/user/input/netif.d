build-clang/user/input/netif.o: user/input/netif.c user/input/netif.h \
  include/iotxdp/port.h user/base/log.h

user/input/netif.h:

include/iotxdp/port.h:

user/base/log.h:
