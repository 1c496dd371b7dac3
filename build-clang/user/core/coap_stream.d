build-clang/user/core/coap_stream.o: user/core/coap_stream.c \
  user/core/coap_session.h user/core/assembly.h user/base/buf.h \
  user/base/slice.h include/iotxdp/port.h user/core/session.h \
  user/core/engine.h user/core/event.h user/wire/wire.h \
  user/base/visitor.h user/wire/rule.h include/iotxdp/err.h \
  include/iotxdp/cursor.h user/core/frame.h include/iotxdp/abi.h \
  include/iotxdp/coap_hdr.h include/iotxdp/framing.h include/iotxdp/l4.h \
  include/iotxdp/proto.h include/iotxdp/protos.def \
  include/iotxdp/mqtt_hdr.h include/iotxdp/mqttsn_hdr.h \
  user/core/finding.h user/core/stream.h user/core/coap_event.h \
  user/core/coap_block.h user/core/coap_exchange.h \
  user/core/coap_store.h user/wire/coap.h user/wire/coap_option.h \
  user/wire/coap_rule.h user/wire/coap_code.h user/wire/coap_tcp.h

user/core/coap_session.h:

user/core/assembly.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/core/session.h:

user/core/engine.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:

user/core/frame.h:

include/iotxdp/abi.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:

include/iotxdp/mqttsn_hdr.h:

user/core/finding.h:

user/core/stream.h:

user/core/coap_event.h:

user/core/coap_block.h:

user/core/coap_exchange.h:

user/core/coap_store.h:

user/wire/coap.h:

user/wire/coap_option.h:

user/wire/coap_rule.h:

user/wire/coap_code.h:

user/wire/coap_tcp.h:
