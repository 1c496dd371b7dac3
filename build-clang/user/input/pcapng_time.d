build-clang/user/input/pcapng_time.o: user/input/pcapng_time.c \
  user/input/pcapng_time.h include/iotxdp/port.h

user/input/pcapng_time.h:

include/iotxdp/port.h:
