build-clang/user/output/sqlite_schema.o: user/output/sqlite_schema.c \
  user/output/sqlite_schema.h

user/output/sqlite_schema.h:
