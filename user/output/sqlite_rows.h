/* SPDX-License-Identifier: GPL-2.0-only */
/* A visitor that turns an event into rows of the tables of sqlite_map.def. */
#ifndef IOTXDP_OUTPUT_SQLITE_ROWS_H
#define IOTXDP_OUTPUT_SQLITE_ROWS_H

#include "json_writer.h"
#include "sqlite_map.h"

enum iotx_sql_kind { IOTX_SQL_NULL, IOTX_SQL_INTEGER, IOTX_SQL_TEXT, IOTX_SQL_BLOB };

struct iotx_sql_cell {
	enum iotx_sql_kind kind;
	u64 value; /* INTEGER: itself; else where it starts in the text of the rows */
	u32 len;
};

struct iotx_sql_row {
	u32 table;
	u32 position; /* in its list */
	u32 cells;    /* the first of them */
	bool present; /* the event has it */
};

#define IOTX_SQL_DEPTH 16 /* objects and lists within each other; deeper ones are not looked into */
#define IOTX_SQL_NODES 4  /* nodes that one path can match */

struct iotx_sql_level {
	u16 node[IOTX_SQL_NODES];
	u32 count;
};

struct iotx_sql_rows {
	struct iotx_visitor visitor; /* first: its operations are given this struct */
	const struct iotx_sql_map *map;
	struct iotx_buf rows, cells; /* of struct iotx_sql_row, struct iotx_sql_cell */
	struct iotx_buf text;
	u32 current[IOTX_SQL_TABLES_MAX]; /* the row that takes a table's cells */
	u32 positions[IOTX_SQL_TABLES_MAX];
	struct iotx_sql_level level[IOTX_SQL_DEPTH];
	u32 depth, beyond;
	struct iotx_json_writer json;
	struct iotx_sql_target json_target;
	u32 json_depth;   /* 0: no JSON is being written */
	size_t json_from; /* where it starts in text */
	int err;          /* -ENOMEM once something could not be kept */
};

void iotx_sql_rows_init(struct iotx_sql_rows *r, const struct iotx_sql_map *map);
void iotx_sql_rows_free(struct iotx_sql_rows *r);

/* Forgets the rows of the event before. */
void iotx_sql_rows_start(struct iotx_sql_rows *r);

u32 iotx_sql_rows_count(const struct iotx_sql_rows *r);
const struct iotx_sql_row *iotx_sql_rows_at(const struct iotx_sql_rows *r, u32 i);
const struct iotx_sql_cell *iotx_sql_rows_cells(const struct iotx_sql_rows *r,
						const struct iotx_sql_row *row);

#endif
