build-clang/user/cli/progress.o: user/cli/progress.c user/cli/progress.h \
  user/input/file.h user/input/input.h user/core/frame.h \
  include/iotxdp/abi.h include/iotxdp/coap_hdr.h include/iotxdp/cursor.h \
  include/iotxdp/err.h include/iotxdp/port.h include/iotxdp/framing.h \
  include/iotxdp/l4.h include/iotxdp/proto.h include/iotxdp/protos.def \
  include/iotxdp/mqtt_hdr.h include/iotxdp/mqttsn_hdr.h \
  user/input/source.h user/cli/run.h user/core/engine.h \
  user/core/event.h user/wire/wire.h user/base/visitor.h \
  user/base/slice.h user/wire/rule.h user/cli/findings.h \
  user/core/finding.h user/cli/options.h user/output/sink.h \
  user/base/log.h

user/cli/progress.h:

user/input/file.h:

user/input/input.h:

user/core/frame.h:

include/iotxdp/abi.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/port.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:

include/iotxdp/mqttsn_hdr.h:

user/input/source.h:

user/cli/run.h:

user/core/engine.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

user/wire/rule.h:

user/cli/findings.h:

user/core/finding.h:

user/cli/options.h:

user/output/sink.h:

user/base/log.h:
