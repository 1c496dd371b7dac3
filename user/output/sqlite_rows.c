// SPDX-License-Identifier: GPL-2.0-only
#include "sqlite_rows.h"

#include "base/utf8.h"

#include <errno.h>

static struct iotx_sql_row *row_at(const struct iotx_sql_rows *r, u32 i)
{
	return (struct iotx_sql_row *)(void *)r->rows.data + i;
}

u32 iotx_sql_rows_count(const struct iotx_sql_rows *r)
{
	return (u32)(r->rows.len / sizeof(struct iotx_sql_row));
}

const struct iotx_sql_row *iotx_sql_rows_at(const struct iotx_sql_rows *r, u32 i)
{
	return row_at(r, i);
}

const struct iotx_sql_cell *iotx_sql_rows_cells(const struct iotx_sql_rows *r,
						const struct iotx_sql_row *row)
{
	return (const struct iotx_sql_cell *)(const void *)r->cells.data + row->cells;
}

static void add_row(struct iotx_sql_rows *r, u32 table, bool present)
{
	size_t size = r->map->tables[table].column_count * sizeof(struct iotx_sql_cell);
	const struct iotx_sql_row row = {
		.table = table,
		.position = r->positions[table]++,
		.cells = (u32)(r->cells.len / sizeof(struct iotx_sql_cell)),
		.present = present,
	};

	if (iotx_buf_reserve(&r->cells, size) || iotx_buf_add(&r->rows, &row, sizeof(row))) {
		r->err = -ENOMEM;
		return;
	}
	memset(r->cells.data + r->cells.len, 0, size);
	r->cells.len += size;
	r->current[table] = iotx_sql_rows_count(r) - 1;
}

/* --- cells ------------------------------------------------------------------------------- */

/* Where a list has no member yet there is no row to put its fields in. */
static void store(struct iotx_sql_rows *r, const struct iotx_sql_target *t,
		  const struct iotx_sql_cell *cell)
{
	struct iotx_sql_row *row;

	if (r->err || (r->map->tables[t->table].list && !r->positions[t->table]))
		return;
	row = row_at(r, r->current[t->table]);
	((struct iotx_sql_cell *)(void *)r->cells.data)[row->cells + t->column] = *cell;
}

static struct iotx_sql_cell text_since(const struct iotx_sql_rows *r, size_t from)
{
	return (struct iotx_sql_cell){ IOTX_SQL_TEXT, from, (u32)(r->text.len - from) };
}

/* What is no UTF-8 becomes U+FFFD: readers of a database trust that text is text. */
static int add_repaired(struct iotx_buf *b, struct iotx_slice s)
{
	int err = 0;

	while (s.len && !err) {
		const u8 *from = s.data;
		bool bad = iotx_utf8_next(&s) == IOTX_UTF8_INVALID;

		err = bad ? iotx_buf_add(b, "\xef\xbf\xbd", 3) :
			    iotx_buf_add(b, from, (size_t)(s.data - from));
	}
	return err;
}

static struct iotx_sql_cell text_cell(struct iotx_sql_rows *r, struct iotx_slice s)
{
	enum iotx_utf8_verdict verdict = iotx_utf8_check(s);
	size_t from = r->text.len;
	struct iotx_sql_cell cell;

	if (verdict == IOTX_UTF8_BAD ? add_repaired(&r->text, s) :
				       iotx_buf_add(&r->text, s.data, s.len))
		r->err = -ENOMEM;
	cell = text_since(r, from);
	/* SQL's text ends at the first NUL; as a blob all of it is kept. */
	if (memchr(r->text.data + from, 0, cell.len))
		cell.kind = IOTX_SQL_BLOB;
	return cell;
}

/* --- the walk through the map -------------------------------------------------------------- */

static void match(const struct iotx_sql_rows *r, u16 parent, struct iotx_slice name,
		  struct iotx_sql_level *out)
{
	const struct iotx_sql_node *nodes = r->map->nodes;

	for (u16 at = nodes[parent].child; at; at = nodes[at].next) {
		bool any = nodes[at].name.len == 1 && nodes[at].name.data[0] == '*';

		if ((any || iotx_slice_eq(nodes[at].name, name)) && out->count < IOTX_SQL_NODES)
			out->node[out->count++] = at;
	}
}

/* The nodes that stand for a field of this name; without a name, for the member itself. */
static struct iotx_sql_level reach(const struct iotx_sql_rows *r, struct iotx_slice name)
{
	const struct iotx_sql_level *here = &r->level[r->depth];
	struct iotx_sql_level out = {};

	if (!name.data)
		return *here;
	for (u32 i = 0; i < here->count; i++)
		match(r, here->node[i], name, &out);
	return out;
}

/* Each table that has its rows here gets one. */
static void begin_rows(struct iotx_sql_rows *r, const struct iotx_sql_level *level)
{
	for (u32 i = 0; i < level->count && !r->err; i++) {
		u8 table = r->map->nodes[level->node[i]].table;

		if (table == IOTX_SQL_NONE)
			continue;
		if (r->map->tables[table].list)
			add_row(r, table, true);
		else
			row_at(r, r->current[table])->present = true;
	}
}

static void store_all(struct iotx_sql_rows *r, const struct iotx_sql_level *level,
		      enum iotx_sql_take take, const struct iotx_sql_cell *cell)
{
	for (u32 i = 0; i < level->count; i++) {
		const struct iotx_sql_node *node = &r->map->nodes[level->node[i]];

		for (u32 j = 0; j < node->target_count; j++)
			if (node->target[j].take == take)
				store(r, &node->target[j], cell);
	}
}

static bool wanted(const struct iotx_sql_rows *r, const struct iotx_sql_level *level,
		   enum iotx_sql_take take, struct iotx_sql_target *target)
{
	for (u32 i = 0; i < level->count; i++) {
		const struct iotx_sql_node *node = &r->map->nodes[level->node[i]];

		for (u32 j = 0; j < node->target_count; j++) {
			*target = node->target[j];
			if (target->take == take)
				return true;
		}
	}
	return false;
}

/* Of a value that is a member of a list, or that tells of a table's row. */
static void take(struct iotx_sql_rows *r, const struct iotx_sql_level *level,
		 const struct iotx_sql_cell *cell)
{
	begin_rows(r, level);
	store_all(r, level, IOTX_SQL_VALUE, cell);
}

static void descend(struct iotx_sql_rows *r, const struct iotx_sql_level *level)
{
	if (r->depth + 1 == IOTX_SQL_DEPTH)
		r->beyond++;
	else
		r->level[++r->depth] = *level;
}

static void ascend(struct iotx_sql_rows *r)
{
	if (r->beyond)
		r->beyond--;
	else if (r->depth)
		r->depth--;
}

/* --- JSON below a path ------------------------------------------------------------------------ */

static bool json_begins(struct iotx_sql_rows *r, const struct iotx_sql_level *level)
{
	if (!wanted(r, level, IOTX_SQL_JSON, &r->json_target))
		return false;
	r->json_depth = 1;
	r->json_from = r->text.len;
	iotx_json_writer_start(&r->json, &r->text);
	r->json.visitor.show_secrets = r->visitor.show_secrets;
	return true;
}

static void json_ends(struct iotx_sql_rows *r)
{
	struct iotx_sql_cell cell;

	if (--r->json_depth)
		return;
	if (r->json.err)
		r->err = r->json.err;
	cell = text_since(r, r->json_from);
	store(r, &r->json_target, &cell);
}

/* --- the visitor --------------------------------------------------------------------------- */

static bool ignored(const struct iotx_sql_rows *r)
{
	return r->beyond || r->err;
}

static void take_number(struct iotx_sql_rows *r, struct iotx_slice name, u64 value)
{
	const struct iotx_sql_cell cell = { .kind = IOTX_SQL_INTEGER, .value = value };
	struct iotx_sql_level level = reach(r, name);

	take(r, &level, &cell);
}

static void take_octets(struct iotx_sql_rows *r, struct iotx_slice name, struct iotx_slice s,
			bool text)
{
	struct iotx_sql_level level = reach(r, name);
	size_t from = r->text.len;
	struct iotx_sql_cell cell;

	if (!level.count)
		return;
	if (text) {
		cell = text_cell(r, s);
	} else {
		if (iotx_buf_add(&r->text, s.data, s.len))
			r->err = -ENOMEM;
		cell = text_since(r, from);
		cell.kind = IOTX_SQL_BLOB;
	}
	take(r, &level, &cell);
}

#define ROWS(v) ((struct iotx_sql_rows *)(v))
#define JSON(v) (&ROWS(v)->json.visitor)

static void put_u64(struct iotx_visitor *v, struct iotx_slice name, u64 value)
{
	if (ROWS(v)->json_depth)
		JSON(v)->ops->u64(JSON(v), name, value);
	else if (!ignored(ROWS(v)))
		take_number(ROWS(v), name, value);
}

static void put_boolean(struct iotx_visitor *v, struct iotx_slice name, bool value)
{
	if (ROWS(v)->json_depth)
		JSON(v)->ops->boolean(JSON(v), name, value);
	else if (!ignored(ROWS(v)))
		take_number(ROWS(v), name, value);
}

static void put_coded(struct iotx_visitor *v, struct iotx_slice name, u64 value, const char *label)
{
	(void)label;
	put_u64(v, name, value);
}

static void put_str(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice s)
{
	if (ROWS(v)->json_depth)
		JSON(v)->ops->str(JSON(v), name, s);
	else if (!ignored(ROWS(v)))
		take_octets(ROWS(v), name, s, true);
}

static void put_bytes(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice s)
{
	if (ROWS(v)->json_depth)
		JSON(v)->ops->bytes(JSON(v), name, s);
	else if (!ignored(ROWS(v)))
		take_octets(ROWS(v), name, s, false);
}

static void put_open(struct iotx_visitor *v, struct iotx_slice name)
{
	struct iotx_sql_rows *r = ROWS(v);
	struct iotx_sql_target target;
	struct iotx_sql_level level;
	struct iotx_sql_cell cell;

	if (r->json_depth) {
		r->json_depth++;
		JSON(v)->ops->open(JSON(v), name);
		return;
	}
	level = r->beyond ? (struct iotx_sql_level){} : reach(r, name);
	if (json_begins(r, &level)) {
		v_open(&r->json.visitor, NULL);
		return;
	}
	begin_rows(r, &level);
	if (name.data && wanted(r, &level, IOTX_SQL_NAME, &target)) {
		cell = text_cell(r, name);
		store_all(r, &level, IOTX_SQL_NAME, &cell);
	}
	descend(r, &level);
}

static void put_list(struct iotx_visitor *v, struct iotx_slice name)
{
	struct iotx_sql_rows *r = ROWS(v);
	struct iotx_sql_level level, members = {};

	if (r->json_depth) {
		r->json_depth++;
		JSON(v)->ops->list(JSON(v), name);
		return;
	}
	level = r->beyond ? (struct iotx_sql_level){} : reach(r, name);
	if (json_begins(r, &level)) {
		v_list(&r->json.visitor, NULL);
		return;
	}
	for (u32 i = 0; i < level.count; i++)
		match(r, level.node[i], iotx_slice_str("[]"), &members);
	descend(r, &members);
}

static void put_close(struct iotx_visitor *v)
{
	struct iotx_sql_rows *r = ROWS(v);

	if (!r->json_depth) {
		ascend(r);
		return;
	}
	v_close(&r->json.visitor);
	json_ends(r);
}

static void put_end(struct iotx_visitor *v)
{
	struct iotx_sql_rows *r = ROWS(v);

	if (!r->json_depth) {
		ascend(r);
		return;
	}
	v_end(&r->json.visitor);
	json_ends(r);
}

static const struct iotx_visitor_ops ops = {
	.u64 = put_u64,
	.boolean = put_boolean,
	.str = put_str,
	.bytes = put_bytes,
	.coded = put_coded,
	.open = put_open,
	.close = put_close,
	.list = put_list,
	.end = put_end,
};

void iotx_sql_rows_init(struct iotx_sql_rows *r, const struct iotx_sql_map *map)
{
	memset(r, 0, sizeof(*r));
	r->visitor.ops = &ops;
	r->map = map;
}

void iotx_sql_rows_free(struct iotx_sql_rows *r)
{
	iotx_buf_free(&r->rows);
	iotx_buf_free(&r->cells);
	iotx_buf_free(&r->text);
}

void iotx_sql_rows_start(struct iotx_sql_rows *r)
{
	r->rows.len = r->cells.len = r->text.len = 0;
	r->depth = r->beyond = r->json_depth = 0;
	r->err = 0;
	memset(r->positions, 0, sizeof(r->positions));
	for (u32 i = 0; i < r->map->table_count; i++)
		if (!r->map->tables[i].list)
			add_row(r, i, false);
	r->level[0] = (struct iotx_sql_level){ .count = 1 };
	if (!r->err)
		begin_rows(r, &r->level[0]);
}
