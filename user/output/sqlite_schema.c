// SPDX-License-Identifier: GPL-2.0-only
/* schema.sql as it is, with a NUL behind it; make runs in the root of the tree. */
#include "sqlite_schema.h"

__asm__(".pushsection .rodata\n"
	".global iotx_sqlite_schema\n"
	"iotx_sqlite_schema:\n"
	".incbin \"user/output/schema.sql\"\n"
	".byte 0\n"
	".popsection\n");
