build-clang/user/output/json_refrain.o: user/output/json_refrain.c \
  user/output/json_refrain.h user/base/visitor.h user/base/slice.h \
  include/iotxdp/port.h

user/output/json_refrain.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:
