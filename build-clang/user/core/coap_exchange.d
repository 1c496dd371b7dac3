build-clang/user/core/coap_exchange.o: user/core/coap_exchange.c \
  user/core/coap_exchange.h user/core/coap_store.h user/base/slice.h \
  include/iotxdp/port.h include/iotxdp/coap_hdr.h \
  include/iotxdp/cursor.h include/iotxdp/err.h user/core/engine.h \
  user/core/event.h user/wire/wire.h user/base/visitor.h \
  user/wire/rule.h user/core/frame.h include/iotxdp/abi.h \
  include/iotxdp/framing.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h \
  include/iotxdp/mqttsn_hdr.h user/wire/coap.h user/wire/coap_option.h \
  user/wire/coap_rule.h user/wire/coap_code.h user/wire/coap_text.h \
  include/iotxdp/sample.h

user/core/coap_exchange.h:

user/core/coap_store.h:

user/base/slice.h:

include/iotxdp/port.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

user/core/engine.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/wire/rule.h:

user/core/frame.h:

include/iotxdp/abi.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:

include/iotxdp/mqttsn_hdr.h:

user/wire/coap.h:

user/wire/coap_option.h:

user/wire/coap_rule.h:

user/wire/coap_code.h:

user/wire/coap_text.h:

include/iotxdp/sample.h:
