// SPDX-License-Identifier: GPL-2.0-only
#include "sparkplug.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "protobuf.h"

/* --- topics (Sparkplug 3.0.0, 4.1) --------------------------------------------------------- */

static const char *const type_names[] = {
#define X(name) [IOTX_SPARKPLUG_##name] = #name,
	IOTX_SPARKPLUG_TYPES(X)
#undef X
};

const char *iotx_sparkplug_type_name(enum iotx_sparkplug_type type)
{
	return type_names[type];
}

/* Up to the next slash, which goes with it. */
static struct iotx_slice level(struct iotx_slice *rest)
{
	const u8 *slash = rest->len ? memchr(rest->data, '/', rest->len) : NULL;
	struct iotx_slice taken = *rest;

	if (!slash) {
		*rest = iotx_slice(NULL, 0);
		return taken;
	}
	taken.len = (u32)(slash - rest->data);
	*rest = iotx_slice(slash + 1, rest->len - taken.len - 1);
	return taken;
}

static bool type_of(struct iotx_slice name, enum iotx_sparkplug_type *type)
{
	for (u32 i = 0; i < IOTX_SPARKPLUG_TYPE_COUNT; i++) {
		*type = i;
		if (iotx_slice_eq(name, iotx_slice_str(type_names[i])))
			return true;
	}
	return false;
}

static bool is_of_device(enum iotx_sparkplug_type type)
{
	return type == IOTX_SPARKPLUG_DBIRTH || type == IOTX_SPARKPLUG_DDEATH ||
	       type == IOTX_SPARKPLUG_DDATA || type == IOTX_SPARKPLUG_DCMD;
}

bool iotx_sparkplug_topic(struct iotx_slice topic, struct iotx_sparkplug_topic *out)
{
	static const char namespace[] = "spBv1.0/";
	const u32 len = sizeof(namespace) - 1;
	struct iotx_slice rest;

	if (topic.len <= len || memcmp(topic.data, namespace, len))
		return false;
	memset(out, 0, sizeof(*out));
	rest = iotx_slice(topic.data + len, topic.len - len);
	out->group = level(&rest);
	if (iotx_slice_eq(out->group, iotx_slice_str("STATE"))) {
		out->type = IOTX_SPARKPLUG_STATE;
		out->group = iotx_slice(NULL, 0);
		out->host = rest;
		return rest.len > 0;
	}
	if (!type_of(level(&rest), &out->type) || out->type == IOTX_SPARKPLUG_STATE)
		return false;
	out->node = level(&rest);
	out->device = rest;
	return out->group.len && out->node.len && is_of_device(out->type) == (rest.len > 0);
}

/* --- payloads (6.4) ------------------------------------------------------------------------- */

static void metric_number(struct iotx_sparkplug_metric *m, const struct iotx_pb_field *f)
{
	switch (f->number) {
	case 2:
		m->alias = f->value;
		m->has_alias = true;
		break;
	case 3:
		m->timestamp = f->value;
		m->has_timestamp = true;
		break;
	case 4:
		m->datatype = (u32)f->value;
		m->has_datatype = true;
		break;
	case 5:
		m->is_historical = f->value;
		break;
	case 6:
		m->is_transient = f->value;
		break;
	case 7:
		m->is_null = f->value;
		break;
	}
}

static u8 wire_type_of(u32 kind)
{
	if (kind == IOTX_SPARKPLUG_FLOAT)
		return IOTX_PB_32;
	if (kind == IOTX_SPARKPLUG_DOUBLE)
		return IOTX_PB_64;
	return kind < IOTX_SPARKPLUG_STRING ? IOTX_PB_VARINT : IOTX_PB_BYTES;
}

bool iotx_sparkplug_value(struct iotx_sparkplug_metric *m, const struct iotx_pb_field *f, u32 kind)
{
	if (kind < IOTX_SPARKPLUG_INT || kind > IOTX_SPARKPLUG_EXTENSION)
		return false;
	if (f->type != wire_type_of(kind))
		return true;
	m->kind = (u8)kind;
	m->value = f->value;
	m->bytes = f->bytes;
	return true;
}

/* A field of another wire type than its own is one that nobody knows. */
static void metric_field(struct iotx_sparkplug_metric *m, const struct iotx_pb_field *f)
{
	if (iotx_sparkplug_value(m, f, f->number))
		return;
	if (f->type == IOTX_PB_BYTES) {
		if (f->number == 1)
			m->name = f->bytes;
		if (f->number == 8)
			m->metadata = f->bytes;
		if (f->number == 9)
			m->properties = f->bytes;
	} else if (f->type == IOTX_PB_VARINT) {
		metric_number(m, f);
	}
}

static bool is_metric(const struct iotx_pb_field *f)
{
	return f->number == 2 && f->type == IOTX_PB_BYTES;
}

enum iotx_err iotx_sparkplug_metric(struct iotx_slice fields, struct iotx_sparkplug_metric *m)
{
	struct iotx_pb_field f;

	memset(m, 0, sizeof(*m));
	while (fields.len) {
		if (iotx_pb_next(&fields, &f)) /* its length is known: it cannot go on */
			return IOTX_E_BAD;
		metric_field(m, &f);
	}
	return IOTX_OK;
}

static u32 facts_of(const struct iotx_sparkplug_metric *m)
{
	bool rebirth = iotx_slice_eq(m->name, iotx_slice_str("Node Control/Rebirth"));
	u32 facts = m->has_datatype ? IOTX_SPARKPLUG_WITH_DATATYPE :
				      IOTX_SPARKPLUG_WITHOUT_DATATYPE;

	if (!m->has_timestamp)
		facts |= IOTX_SPARKPLUG_WITHOUT_TIME;
	if (m->has_datatype && !iotx_sparkplug_datatype_name(m->datatype))
		facts |= IOTX_SPARKPLUG_ODD_DATATYPE;
	if (!m->name.len)
		facts |= m->has_alias ? IOTX_SPARKPLUG_ALIAS_ALONE : IOTX_SPARKPLUG_NAMELESS;
	else if (m->has_alias)
		facts |= IOTX_SPARKPLUG_NAME_AND_ALIAS;
	if (rebirth && m->has_alias)
		facts |= IOTX_SPARKPLUG_REBIRTH_ALIAS;
	if (rebirth && m->kind == IOTX_SPARKPLUG_BOOLEAN && !m->value)
		facts |= IOTX_SPARKPLUG_REBIRTH;
	return facts;
}

static enum iotx_err payload_metric(struct iotx_sparkplug_payload *out, struct iotx_slice fields)
{
	struct iotx_sparkplug_metric m;
	enum iotx_err err;

	if (out->metrics++ >= IOTX_SPARKPLUG_METRICS_MAX)
		return IOTX_OK;
	err = iotx_sparkplug_metric(fields, &m);
	if (err)
		return err;
	out->facts |= facts_of(&m);
	if (iotx_slice_eq(m.name, iotx_slice_str("bdSeq"))) {
		out->has_bd_seq = m.kind == IOTX_SPARKPLUG_INT || m.kind == IOTX_SPARKPLUG_LONG;
		out->bd_seq = m.value;
	}
	if (iotx_slice_eq(m.name, iotx_slice_str("algorithm")) && m.kind == IOTX_SPARKPLUG_STRING)
		out->algorithm = m.bytes;
	return IOTX_OK;
}

/* Implementations agree on this one; the standard leaves it to them. */
static bool says_packed(struct iotx_slice uuid)
{
	return iotx_slice_eq(uuid, iotx_slice_str("SPBV1.0_COMPRESSED"));
}

static enum iotx_err payload_field(struct iotx_sparkplug_payload *out, struct iotx_slice *uuid,
				   const struct iotx_pb_field *f)
{
	if (is_metric(f))
		return payload_metric(out, f->bytes);
	if (f->number == 4 && f->type == IOTX_PB_BYTES)
		*uuid = f->bytes;
	if (f->number == 5 && f->type == IOTX_PB_BYTES)
		out->packed = f->bytes;
	if (f->type != IOTX_PB_VARINT)
		return IOTX_OK;
	if (f->number == 1) {
		out->timestamp = f->value;
		out->has_timestamp = true;
	} else if (f->number == 3) {
		out->seq = f->value;
		out->has_seq = true;
	}
	return IOTX_OK;
}

enum iotx_err iotx_sparkplug_decode(struct iotx_slice data, struct iotx_sparkplug_payload *out)
{
	struct iotx_slice rest = data, uuid = {};
	struct iotx_pb_field f;
	enum iotx_err err = IOTX_OK;

	memset(out, 0, sizeof(*out));
	while (rest.len && !err) {
		out->bad_off = data.len - rest.len;
		err = iotx_pb_next(&rest, &f);
		if (!err)
			err = payload_field(out, &uuid, &f);
	}
	if (!says_packed(uuid))
		out->packed = iotx_slice(NULL, 0);
	out->fields = iotx_slice(data.data, err ? out->bad_off : data.len);
	return err;
}

bool iotx_sparkplug_metric_next(struct iotx_slice *fields, struct iotx_sparkplug_metric *out)
{
	struct iotx_pb_field f;

	while (fields->len && !iotx_pb_next(fields, &f))
		if (is_metric(&f))
			return !iotx_sparkplug_metric(f.bytes, out);
	return false;
}

/* --- states (6.4.26) ------------------------------------------------------------------------ */

/* The first numbers that are not milliseconds of this age have more digits. */
#define TIMESTAMP_DIGITS 15

static bool read_number(struct iotx_slice text, u64 *value)
{
	*value = 0;
	for (u32 i = 0; i < text.len; i++) {
		if (i == TIMESTAMP_DIGITS || text.data[i] < '0' || text.data[i] > '9')
			return false;
		*value = *value * 10 + text.data[i] - '0';
	}
	return text.len;
}

static bool read_word(struct iotx_slice text, const char *yes, const char *no, bool *value)
{
	*value = iotx_slice_eq(text, iotx_slice_str(yes));
	return *value || iotx_slice_eq(text, iotx_slice_str(no));
}

bool iotx_sparkplug_state(struct iotx_slice payload, struct iotx_sparkplug_state *out)
{
	struct iotx_slice value;

	*out = (struct iotx_sparkplug_state){};
	out->has_online = read_word(payload, "ONLINE", "OFFLINE", &out->online);
	if (out->has_online || iotx_utf8_check(payload) == IOTX_UTF8_BAD ||
	    !iotx_json_structured(payload))
		return false;
	out->has_timestamp = iotx_json_member(payload, "timestamp", &value) &&
			     read_number(value, &out->timestamp);
	out->has_online = iotx_json_member(payload, "online", &value) &&
			  read_word(value, "true", "false", &out->online);
	return out->has_online && out->has_timestamp;
}

bool iotx_sparkplug_old_state(struct iotx_slice topic, struct iotx_slice payload,
			      struct iotx_sparkplug_topic *out,
			      struct iotx_sparkplug_state *state)
{
	static const char prefix[] = "STATE/";
	const u32 len = sizeof(prefix) - 1;

	*state = (struct iotx_sparkplug_state){ .has_online = true };
	if (topic.len <= len || memcmp(topic.data, prefix, len) ||
	    !read_word(payload, "ONLINE", "OFFLINE", &state->online))
		return false;
	*out = (struct iotx_sparkplug_topic){
		.type = IOTX_SPARKPLUG_STATE,
		.host = iotx_slice(topic.data + len, topic.len - len),
	};
	return true;
}

/* --- values (6.4.16) ------------------------------------------------------------------------ */

static const char *const datatype_names[] = {
	"Unknown", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
	"Float", "Double", "Boolean", "String", "DateTime", "Text", "UUID", "DataSet", "Bytes",
	"File", "Template", "PropertySet", "PropertySetList", "Int8Array", "Int16Array",
	"Int32Array", "Int64Array", "UInt8Array", "UInt16Array", "UInt32Array", "UInt64Array",
	"FloatArray", "DoubleArray", "BooleanArray", "StringArray", "DateTimeArray",
};

const char *iotx_sparkplug_datatype_name(u32 datatype)
{
	if (datatype >= sizeof(datatype_names) / sizeof(*datatype_names))
		return NULL;
	return datatype_names[datatype];
}
