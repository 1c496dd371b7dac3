build-clang/user/cli/findings.o: user/cli/findings.c user/cli/findings.h \
  user/core/finding.h user/core/event.h user/wire/wire.h \
  user/base/visitor.h user/base/slice.h include/iotxdp/port.h \
  user/wire/rule.h include/iotxdp/err.h include/iotxdp/cursor.h

user/cli/findings.h:

user/core/finding.h:

user/core/event.h:

user/wire/wire.h:

user/base/visitor.h:

user/base/slice.h:

include/iotxdp/port.h:

user/wire/rule.h:

include/iotxdp/err.h:

include/iotxdp/cursor.h:
