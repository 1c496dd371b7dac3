build-clang/user/output/text_writer.o: user/output/text_writer.c \
  user/output/text_writer.h user/base/buf.h user/base/slice.h \
  include/iotxdp/port.h user/base/visitor.h user/output/text_value.h

user/output/text_writer.h:

user/base/buf.h:

user/base/slice.h:

include/iotxdp/port.h:

user/base/visitor.h:

user/output/text_value.h:
