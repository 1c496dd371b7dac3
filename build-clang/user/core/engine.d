build-clang/user/core/engine.o: user/core/engine.c user/core/engine.h \
  user/core/event.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h include/iotxdp/port.h user/wire/rule.h \
  include/iotxdp/err.h include/iotxdp/cursor.h user/core/frame.h \
  include/iotxdp/abi.h include/iotxdp/coap_hdr.h \
  include/iotxdp/framing.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h \
  include/iotxdp/mqttsn_hdr.h user/base/table.h user/core/conv.h \
  user/core/session.h user/core/finding.h user/core/stream.h \
  user/core/defrag.h user/core/link.h user/core/names.h \
  user/core/track.h include/iotxdp/track.h include/iotxdp/classify.h \
  include/iotxdp/dns_hdr.h include/iotxdp/ws_hdr.h \
  include/iotxdp/sample.h

user/core/engine.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

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

user/base/table.h:

user/core/conv.h:

user/core/session.h:

user/core/finding.h:

user/core/stream.h:

user/core/defrag.h:

user/core/link.h:

user/core/names.h:

user/core/track.h:

include/iotxdp/track.h:

include/iotxdp/classify.h:

include/iotxdp/dns_hdr.h:

include/iotxdp/ws_hdr.h:

include/iotxdp/sample.h:
