/* SPDX-License-Identifier: GPL-2.0-only */
/* The views of the database, as SQL; ends with a NUL. */
#ifndef IOTXDP_OUTPUT_SQLITE_SCHEMA_H
#define IOTXDP_OUTPUT_SQLITE_SCHEMA_H

extern const char iotx_sqlite_schema[];

#endif
