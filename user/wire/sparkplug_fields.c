// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the metrics of Sparkplug B are shown. Numbers are text, whatever their type: a program
 * that reads JSON keeps 53 bits of them.
 */
#include "sparkplug.h"

/* --- numbers -------------------------------------------------------------------------------- */

/* Negative numbers are two's complements in fields that have no sign (6.4.16). */
static int64_t with_sign(u64 value, u32 datatype)
{
	u32 bits = 8u << (datatype - IOTX_SPARKPLUG_INT8);

	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static struct iotx_slice floating(const struct iotx_sparkplug_metric *m,
				  char buf[IOTX_DECIMAL_MAX])
{
	u32 bits = (u32)m->value;
	float f;
	double d;

	if (m->kind == IOTX_SPARKPLUG_FLOAT) {
		memcpy(&f, &bits, 4);
		return iotx_decimal_float(buf, f);
	}
	memcpy(&d, &m->value, 8);
	return iotx_decimal_double(buf, d);
}

struct iotx_slice iotx_sparkplug_number(const struct iotx_sparkplug_metric *m, u32 datatype,
					char buf[IOTX_DECIMAL_MAX])
{
	if (m->kind == IOTX_SPARKPLUG_FLOAT || m->kind == IOTX_SPARKPLUG_DOUBLE)
		return floating(m, buf);
	if (datatype >= IOTX_SPARKPLUG_INT8 && datatype <= IOTX_SPARKPLUG_INT64)
		return iotx_decimal_signed(buf, with_sign(m->value, datatype));
	return iotx_decimal_unsigned(buf, m->value);
}

/* --- arrays --------------------------------------------------------------------------------- */

/* Of numbers: bytes of each; 0: none of those. */
static u32 size_of_item(u32 datatype)
{
	if (datatype >= IOTX_SPARKPLUG_INT8_ARRAY && datatype <= IOTX_SPARKPLUG_UINT64_ARRAY)
		return 1u << (datatype - IOTX_SPARKPLUG_INT8_ARRAY) % 4;
	if (datatype == IOTX_SPARKPLUG_FLOAT_ARRAY)
		return 4;
	return datatype == IOTX_SPARKPLUG_DOUBLE_ARRAY ||
	       datatype == IOTX_SPARKPLUG_DATETIME_ARRAY ? 8 : 0;
}

/* The type of its members: those of arrays are in the order of their own. */
static struct iotx_sparkplug_metric item_of(u32 datatype)
{
	struct iotx_sparkplug_metric item = { .kind = IOTX_SPARKPLUG_LONG };

	item.datatype = datatype - IOTX_SPARKPLUG_INT8_ARRAY + IOTX_SPARKPLUG_INT8;
	if (item.datatype == IOTX_SPARKPLUG_TYPE_FLOAT)
		item.kind = IOTX_SPARKPLUG_FLOAT;
	if (item.datatype == IOTX_SPARKPLUG_TYPE_DOUBLE)
		item.kind = IOTX_SPARKPLUG_DOUBLE;
	return item;
}

static u64 little_endian(const u8 *data, u32 size)
{
	u64 value = 0;

	for (u32 i = 0; i < size; i++)
		value |= (u64)data[i] << 8 * i;
	return value;
}

static void end_items(struct iotx_visitor *v, u32 count)
{
	v_end(v);
	if (count > IOTX_SPARKPLUG_ITEMS_MAX)
		v_u64(v, "values_skipped", count - IOTX_SPARKPLUG_ITEMS_MAX);
}

static bool show_numbers(struct iotx_visitor *v, struct iotx_slice data, u32 datatype)
{
	struct iotx_sparkplug_metric item = item_of(datatype);
	u32 size = size_of_item(datatype);
	char buf[IOTX_DECIMAL_MAX];

	if (data.len % size)
		return false;
	v_list(v, "values");
	for (u32 i = 0; i < data.len / size && i < IOTX_SPARKPLUG_ITEMS_MAX; i++) {
		item.value = little_endian(data.data + i * size, size);
		v_str(v, NULL, iotx_sparkplug_number(&item, item.datatype, buf));
	}
	end_items(v, data.len / size);
	return true;
}

/* How many, in four bytes, then a bit for each, the highest first. */
static bool show_booleans(struct iotx_visitor *v, struct iotx_slice data)
{
	const u8 *bits;
	u64 count;

	if (data.len < 4)
		return false;
	bits = data.data + 4;
	count = little_endian(data.data, 4);
	if ((count + 7) / 8 != data.len - 4)
		return false;
	v_list(v, "values");
	for (u32 i = 0; i < count && i < IOTX_SPARKPLUG_ITEMS_MAX; i++)
		v_text(v, NULL, bits[i / 8] >> (7 - i % 8) & 1 ? "true" : "false");
	end_items(v, (u32)count);
	return true;
}

/* Each ends with a NUL. */
static bool show_strings(struct iotx_visitor *v, struct iotx_slice data)
{
	u32 count = 0;

	if (data.len && data.data[data.len - 1])
		return false;
	v_list(v, "values");
	for (; data.len; count++) {
		u32 len = (u32)strnlen((const char *)data.data, data.len);

		if (count < IOTX_SPARKPLUG_ITEMS_MAX)
			v_str(v, NULL, iotx_slice(data.data, len));
		data = iotx_slice(data.data + len + 1, data.len - len - 1);
	}
	end_items(v, count);
	return true;
}

/* False: it is no array, or does not add up. */
static bool show_array(struct iotx_visitor *v, struct iotx_slice data, u32 datatype)
{
	if (datatype == IOTX_SPARKPLUG_BOOLEAN_ARRAY)
		return show_booleans(v, data);
	if (datatype == IOTX_SPARKPLUG_STRING_ARRAY)
		return show_strings(v, data);
	return size_of_item(datatype) && show_numbers(v, data, datatype);
}

/* --- values that are one -------------------------------------------------------------------- */

static void show_simple(struct iotx_visitor *v, const char *name,
			const struct iotx_sparkplug_metric *m, u32 datatype)
{
	char buf[IOTX_DECIMAL_MAX];

	switch (m->kind) {
	case IOTX_SPARKPLUG_INT:
	case IOTX_SPARKPLUG_LONG:
	case IOTX_SPARKPLUG_FLOAT:
	case IOTX_SPARKPLUG_DOUBLE:
		v_str(v, name, iotx_sparkplug_number(m, datatype, buf));
		break;
	case IOTX_SPARKPLUG_BOOLEAN:
		v_text(v, name, m->value ? "true" : "false");
		break;
	case IOTX_SPARKPLUG_STRING:
		v_str(v, name, m->bytes);
		break;
	case IOTX_SPARKPLUG_BYTES:
		v_bytes(v, name, m->bytes);
		break;
	}
}

static void show_text(struct iotx_visitor *v, const char *name, struct iotx_slice text)
{
	if (text.len)
		v_str(v, name, text);
}

static void show_datatype(struct iotx_visitor *v, u32 datatype)
{
	const char *name = iotx_sparkplug_datatype_name(datatype);

	if (name)
		v_text(v, "datatype", name);
}

/* --- messages in messages ------------------------------------------------------------------- */

struct walk {
	struct iotx_slice rest;
	struct iotx_pb_field f;
	bool bad;
};

static bool step(struct walk *w)
{
	if (!w->rest.len || w->bad)
		return false;
	w->bad = iotx_pb_next(&w->rest, &w->f);
	return !w->bad;
}

/* The next field of that number that is bytes. */
static bool seek(struct walk *w, u32 number)
{
	while (step(w))
		if (w->f.number == number && w->f.type == IOTX_PB_BYTES)
			return true;
	return false;
}

/* What was shown of it is what stands before the damage. */
static void show_damage(struct iotx_visitor *v, const struct walk *w)
{
	if (w->bad)
		v_text(v, "cut", "malformed");
}

/* Of fields that come once the last ones hold, each in the place of its number. */
static void gather(struct walk *w, struct iotx_pb_field *last, u32 count)
{
	while (step(w))
		if (w->f.number < count)
			last[w->f.number] = w->f;
}

static void show_field(struct iotx_visitor *v, const char *name, const struct iotx_pb_field *f)
{
	if (f->number && f->type == IOTX_PB_BYTES)
		v_str(v, name, f->bytes);
	else if (f->number)
		v_u64(v, name, f->value);
}

static void show_flag(struct iotx_visitor *v, const char *name, const struct iotx_pb_field *f)
{
	if (f->number && f->type == IOTX_PB_VARINT)
		v_bool(v, name, f->value);
}

/* A name, a type, a value: Template.Parameter and PropertyValue number their fields alike. */
static void show_parameter(struct iotx_visitor *v, struct iotx_slice fields, struct iotx_slice name)
{
	struct iotx_sparkplug_metric m = { .name = name };
	struct walk w = { .rest = fields };

	while (step(&w)) {
		if (w.f.number == 1 && w.f.type == IOTX_PB_BYTES && !name.data)
			m.name = w.f.bytes;
		else if (w.f.number == (name.data ? 1 : 2) && w.f.type == IOTX_PB_VARINT)
			m.datatype = (u32)w.f.value;
		else if (w.f.number >= 3 && w.f.number <= 8)
			iotx_sparkplug_value(&m, &w.f, w.f.number + IOTX_SPARKPLUG_INT - 3);
	}
	v_open(v, NULL);
	show_text(v, "name", m.name);
	show_datatype(v, m.datatype);
	show_simple(v, "value", &m, m.datatype);
	show_damage(v, &w);
	v_close(v);
}

/* Keys and values are two lists of the same length. */
static void show_properties(struct iotx_visitor *v, struct iotx_slice fields)
{
	struct walk keys = { .rest = fields }, values = { .rest = fields };

	if (!fields.len)
		return;
	v_list(v, "properties");
	while (seek(&keys, 1) && seek(&values, 2))
		show_parameter(v, values.f.bytes, keys.f.bytes);
	v_end(v);
}

static void show_metadata(struct iotx_visitor *v, struct iotx_slice fields)
{
	static const char *const names[] = { NULL, NULL, "content_type", "size", "seq", "file_name",
					     "file_type", "md5", "description" };
	const u32 count = sizeof(names) / sizeof(*names);
	struct iotx_pb_field last[sizeof(names) / sizeof(*names)] = {};
	struct walk w = { .rest = fields };

	if (!fields.len)
		return;
	gather(&w, last, count);
	v_open(v, "metadata");
	show_flag(v, "is_multi_part", &last[1]);
	for (u32 i = 2; i < count; i++)
		show_field(v, names[i], &last[i]);
	show_damage(v, &w);
	v_close(v);
}

/* --- DataSets ------------------------------------------------------------------------------- */

struct types {
	u8 of[IOTX_SPARKPLUG_COLUMNS_MAX];
	u32 count;
};

static void add_type(struct types *t, u64 datatype)
{
	if (t->count < IOTX_SPARKPLUG_COLUMNS_MAX)
		t->of[t->count++] = datatype > UINT8_MAX ? 0 : (u8)datatype;
}

/* Each in a field, or all packed in one. */
static void read_types(struct types *t, struct walk w)
{
	u64 value;

	while (step(&w)) {
		if (w.f.number != 3)
			continue;
		if (w.f.type == IOTX_PB_VARINT)
			add_type(t, w.f.value);
		while (w.f.type == IOTX_PB_BYTES && w.f.bytes.len &&
		       !iotx_pb_packed(&w.f.bytes, &value))
			add_type(t, value);
	}
}

static void show_row(struct iotx_visitor *v, struct iotx_slice fields, const struct types *types)
{
	struct walk row = { .rest = fields };

	v_list(v, NULL);
	for (u32 i = 0; seek(&row, 1); i++) {
		struct iotx_sparkplug_metric m = {};
		struct walk w = { .rest = row.f.bytes };

		while (step(&w))
			if (w.f.number <= 6)
				iotx_sparkplug_value(&m, &w.f, w.f.number + IOTX_SPARKPLUG_INT - 1);
		if (m.kind) {
			show_simple(v, NULL, &m, i < types->count ? types->of[i] : 0);
		} else {
			v_open(v, NULL); /* there is none */
			v_close(v);
		}
	}
	v_end(v);
}

static void show_dataset(struct iotx_visitor *v, struct iotx_slice fields)
{
	struct walk columns = { .rest = fields }, rows = columns;
	struct types types = {};

	read_types(&types, columns);
	v_open(v, "dataset");
	v_list(v, "columns");
	while (seek(&columns, 2))
		v_str(v, NULL, columns.f.bytes);
	v_end(v);
	v_list(v, "types");
	for (u32 i = 0; i < types.count; i++) {
		const char *name = iotx_sparkplug_datatype_name(types.of[i]);

		v_text(v, NULL, name ? name : "Unknown");
	}
	v_end(v);
	v_list(v, "rows");
	while (seek(&rows, 4))
		show_row(v, rows.f.bytes, &types);
	v_end(v);
	show_damage(v, &rows);
	v_close(v);
}

/* --- Templates ------------------------------------------------------------------------------ */

static void show_metric(struct iotx_visitor *v, const struct iotx_sparkplug_metric *m, u32 depth);

static void show_members(struct iotx_visitor *v, struct iotx_slice fields, u32 depth)
{
	struct walk members = { .rest = fields }, parameters = members;
	struct iotx_sparkplug_metric m;

	v_list(v, "parameters");
	while (seek(&parameters, 3))
		show_parameter(v, parameters.f.bytes, (struct iotx_slice){});
	v_end(v);
	v_list(v, "metrics");
	while (seek(&members, 2) && !iotx_sparkplug_metric(members.f.bytes, &m))
		show_metric(v, &m, depth + 1);
	v_end(v);
}

static void show_template(struct iotx_visitor *v, struct iotx_slice fields, u32 depth)
{
	struct iotx_pb_field last[6] = {};
	struct walk w = { .rest = fields };

	gather(&w, last, 6);
	v_open(v, "template");
	show_field(v, "version", &last[1]);
	show_field(v, "template_ref", &last[4]);
	show_flag(v, "is_definition", &last[5]);
	if (depth < IOTX_SPARKPLUG_DEPTH_MAX)
		show_members(v, fields, depth);
	else
		v_text(v, "cut", "limit");
	show_damage(v, &w);
	v_close(v);
}

/* --- metrics -------------------------------------------------------------------------------- */

static void show_value(struct iotx_visitor *v, const struct iotx_sparkplug_metric *m, u32 depth)
{
	if (m->kind == IOTX_SPARKPLUG_DATASET)
		show_dataset(v, m->bytes);
	else if (m->kind == IOTX_SPARKPLUG_TEMPLATE)
		show_template(v, m->bytes, depth);
	else if (m->kind != IOTX_SPARKPLUG_BYTES || !show_array(v, m->bytes, m->datatype))
		show_simple(v, "value", m, m->datatype);
}

static void show_metric(struct iotx_visitor *v, const struct iotx_sparkplug_metric *m, u32 depth)
{
	v_open(v, NULL);
	show_text(v, "name", m->name);
	if (m->has_alias)
		v_u64(v, "alias", m->alias);
	if (m->has_datatype)
		show_datatype(v, m->datatype);
	if (m->has_timestamp)
		v_u64(v, "timestamp", m->timestamp);
	if (m->is_historical)
		v_bool(v, "is_historical", true);
	if (m->is_transient)
		v_bool(v, "is_transient", true);
	if (m->is_null)
		v_bool(v, "is_null", true);
	else
		show_value(v, m, depth);
	show_metadata(v, m->metadata);
	show_properties(v, m->properties);
	v_close(v);
}

void iotx_sparkplug_metric_show(struct iotx_visitor *v, const struct iotx_sparkplug_metric *m)
{
	show_metric(v, m, 0);
}
