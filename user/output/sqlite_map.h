/* SPDX-License-Identifier: GPL-2.0-only */
/* sqlite_map.def as a tree of names, to be walked along with the fields of an event. */
#ifndef IOTXDP_OUTPUT_SQLITE_MAP_H
#define IOTXDP_OUTPUT_SQLITE_MAP_H

#include "base/slice.h"

enum iotx_sql_take { IOTX_SQL_VALUE, IOTX_SQL_NAME, IOTX_SQL_JSON };

struct iotx_sql_column {
	const char *name, *type;
};

struct iotx_sql_table {
	const char *name;
	const struct iotx_sql_column *columns;
	u32 column_count;
	bool list; /* a row per member, with a position */
};

/* Where a field goes. */
struct iotx_sql_target {
	u8 table, column, take;
};

#define IOTX_SQL_NONE 0xff

struct iotx_sql_node {
	struct iotx_slice name;       /* "*" matches any, "[]" the members of a list */
	u16 child, next;              /* 0: none; the root is nobody's child */
	u8 table;                     /* whose row it makes, or IOTX_SQL_NONE */
	u8 target_count;
	struct iotx_sql_target target[4]; /* a field may go to several tables */
};

#define IOTX_SQL_TABLES_MAX 32

struct iotx_sql_map {
	struct iotx_sql_table tables[IOTX_SQL_TABLES_MAX];
	struct iotx_sql_node *nodes; /* [0] is the root */
	struct iotx_sql_column *columns;
	u32 table_count, node_count;
};

/* 0 or -ENOMEM. */
int iotx_sql_map_init(struct iotx_sql_map *m);
void iotx_sql_map_free(struct iotx_sql_map *m);

#endif
