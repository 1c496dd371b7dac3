// SPDX-License-Identifier: GPL-2.0-only
#include "sqlite_map.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct entry {
	enum { TABLE, COLUMN, ALSO } kind;
	const char *name, *type;
	enum iotx_sql_take take;
	const char *path;
};

static const struct entry entries[] = {
#define IOTX_SQL_TABLE(name, path) { TABLE, name, NULL, IOTX_SQL_VALUE, path },
#define IOTX_SQL_COLUMN(name, type, take, path) { COLUMN, name, type, IOTX_SQL_##take, path },
#define IOTX_SQL_ALSO(take, path) { ALSO, NULL, NULL, IOTX_SQL_##take, path },
#include "sqlite_map.def"
#undef IOTX_SQL_TABLE
#undef IOTX_SQL_COLUMN
#undef IOTX_SQL_ALSO
};

#define ENTRIES (sizeof(entries) / sizeof(entries[0]))
#define PATH_MAX_NAMES 6

/* The child of that name; made if it is not there yet. */
static u16 child_of(struct iotx_sql_map *m, u16 parent, struct iotx_slice name)
{
	u16 at;

	for (at = m->nodes[parent].child; at; at = m->nodes[at].next) {
		if (iotx_slice_eq(m->nodes[at].name, name))
			return at;
	}
	at = (u16)m->node_count++;
	m->nodes[at] = (struct iotx_sql_node){
		.name = name,
		.next = m->nodes[parent].child,
		.table = IOTX_SQL_NONE,
	};
	m->nodes[parent].child = at;
	return at;
}

/* "a.b[].c": a, b, [], c */
static u16 node_of(struct iotx_sql_map *m, const char *path)
{
	u16 at = 0;
	u32 len;

	while (*path) {
		len = (u32)strcspn(path, *path == '[' ? "." : ".[");
		at = child_of(m, at, iotx_slice(path, len));
		path += len + (path[len] == '.');
	}
	return at;
}

static void add_table(struct iotx_sql_map *m, const struct entry *e,
		      const struct iotx_sql_column *columns)
{
	u16 at = node_of(m, e->path);

	assert(m->table_count < IOTX_SQL_TABLES_MAX);
	m->nodes[at].table = (u8)m->table_count;
	m->tables[m->table_count++] = (struct iotx_sql_table){
		.name = e->name,
		.columns = columns,
		.list = iotx_slice_eq(m->nodes[at].name, iotx_slice_str("[]")),
	};
}

static void add_target(struct iotx_sql_map *m, const struct entry *e)
{
	struct iotx_sql_node *node = &m->nodes[node_of(m, e->path)];
	struct iotx_sql_table *table = &m->tables[m->table_count - 1];

	assert(node->target_count < sizeof(node->target) / sizeof(node->target[0]));
	node->target[node->target_count++] = (struct iotx_sql_target){
		.table = (u8)(m->table_count - 1),
		.column = (u8)(table->column_count - 1),
		.take = (u8)e->take,
	};
}

int iotx_sql_map_init(struct iotx_sql_map *m)
{
	struct iotx_sql_column *column;

	memset(m, 0, sizeof(*m));
	m->nodes = calloc(ENTRIES * PATH_MAX_NAMES + 1, sizeof(*m->nodes));
	m->columns = column = calloc(ENTRIES, sizeof(*m->columns));
	if (!m->nodes || !m->columns) {
		iotx_sql_map_free(m);
		return -ENOMEM;
	}
	m->nodes[0].table = IOTX_SQL_NONE;
	m->node_count = 1;
	for (u32 i = 0; i < ENTRIES; i++) {
		const struct entry *e = &entries[i];

		if (e->kind == TABLE)
			add_table(m, e, column);
		if (e->kind == COLUMN) {
			*column++ = (struct iotx_sql_column){ e->name, e->type };
			m->tables[m->table_count - 1].column_count++;
		}
		if (e->kind != TABLE)
			add_target(m, e);
	}
	return 0;
}

void iotx_sql_map_free(struct iotx_sql_map *m)
{
	free(m->nodes);
	free(m->columns);
}
