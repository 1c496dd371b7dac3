build-clang/user/output/json_writer.o: user/output/json_writer.c \
  user/output/json_writer.h user/base/buf.h user/base/slice.h \
  include/iotxdp/port.h user/base/visitor.h user/base/base64.h \
  user/base/digits.h user/base/utf8.h user/base/word.h \
  user/output/json_refrain.h

user/output/json_writer.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/visitor.h:

user/base/base64.h:

user/base/digits.h:

user/base/utf8.h:

user/base/word.h:

user/output/json_refrain.h:
