build-clang/user/cli/read.o: user/cli/read.c user/cli/run.h \
  user/core/engine.h user/core/event.h user/wire/wire.h \
  user/base/visitor.h user/base/slice.h include/iotxdp/port.h \
  user/wire/rule.h include/iotxdp/err.h include/iotxdp/cursor.h \
  user/core/frame.h include/iotxdp/abi.h include/iotxdp/coap_hdr.h \
  include/iotxdp/framing.h include/iotxdp/l4.h include/iotxdp/proto.h \
  include/iotxdp/protos.def include/iotxdp/mqtt_hdr.h \
  include/iotxdp/mqttsn_hdr.h user/cli/findings.h user/core/finding.h \
  user/cli/options.h user/input/input.h user/output/sink.h \
  user/base/log.h user/input/file.h user/input/source.h \
  user/cli/progress.h

user/cli/run.h:

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

user/cli/findings.h:

user/core/finding.h:

user/cli/options.h:

user/input/input.h:

user/output/sink.h:

user/base/log.h:

user/input/file.h:

user/input/source.h:

user/cli/progress.h:
