build-clang/user/core/coap_store.o: user/core/coap_store.c \
  user/core/coap_store.h user/base/slice.h include/iotxdp/port.h \
  include/iotxdp/coap_hdr.h include/iotxdp/cursor.h include/iotxdp/err.h \
  include/iotxdp/sample.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def

user/core/coap_store.h:

user/base/slice.h:

include/iotxdp/port.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/sample.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:
