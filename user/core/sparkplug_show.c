// SPDX-License-Identifier: GPL-2.0-only
/* How a Sparkplug message is shown. */
#include "core/sparkplug.h"

/* --- values --------------------------------------------------------------------------------- */

/* Negative numbers are two's complements in fields that have no sign (6.4.16). */
static int64_t with_sign(u64 value, u32 datatype)
{
	switch (datatype) {
	case IOTX_SPARKPLUG_INT8:
		return (int8_t)value;
	case IOTX_SPARKPLUG_INT16:
		return (int16_t)value;
	case IOTX_SPARKPLUG_INT32:
		return (int32_t)value;
	default:
		return (int64_t)value;
	}
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

/* --- messages ------------------------------------------------------------------------------- */

static void show_text(struct iotx_visitor *v, const char *name, struct iotx_slice text)
{
	if (text.len)
		v_str(v, name, text);
}

/* Numbers are text, whatever their type: a program that reads JSON keeps 53 bits of them. */
static void show_value(const struct iotx_sparkplug_metric *m, u32 datatype, struct iotx_visitor *v)
{
	char buf[IOTX_DECIMAL_MAX];

	switch (m->kind) {
	case IOTX_SPARKPLUG_INT:
	case IOTX_SPARKPLUG_LONG:
	case IOTX_SPARKPLUG_FLOAT:
	case IOTX_SPARKPLUG_DOUBLE:
		v_str(v, "value", iotx_sparkplug_number(m, datatype, buf));
		break;
	case IOTX_SPARKPLUG_BOOLEAN:
		v_text(v, "value", m->value ? "true" : "false");
		break;
	case IOTX_SPARKPLUG_STRING:
		v_str(v, "value", m->bytes);
		break;
	case IOTX_SPARKPLUG_BYTES:
		v_bytes(v, "value", m->bytes);
		break;
	}
}

static void show_metric(const struct iotx_sparkplug_seen *seen,
			const struct iotx_sparkplug_metric *m, struct iotx_visitor *v)
{
	const struct iotx_sparkplug_alias *alias = iotx_sparkplug_alias_of(seen, m);
	u32 datatype = m->has_datatype || !alias ? m->datatype : alias->datatype;
	const char *type = iotx_sparkplug_datatype_name(datatype);

	v_open(v, NULL);
	if (m->name.len || !alias)
		show_text(v, "name", m->name);
	else
		show_text(v, "name", iotx_slice(alias->name, alias->name_len));
	if (m->has_alias)
		v_u64(v, "alias", m->alias);
	if (type && (m->has_datatype || alias))
		v_text(v, "datatype", type);
	if (m->has_timestamp)
		v_u64(v, "timestamp", m->timestamp);
	if (m->is_historical)
		v_bool(v, "is_historical", true);
	if (m->is_transient)
		v_bool(v, "is_transient", true);
	if (m->is_null)
		v_bool(v, "is_null", true);
	else
		show_value(m, datatype, v);
	v_close(v);
}

static void show_metrics(const struct iotx_sparkplug_seen *seen, struct iotx_visitor *v)
{
	struct iotx_slice fields = seen->payload.fields;
	struct iotx_sparkplug_metric m;
	u32 n = 0;

	if (!seen->payload.metrics)
		return;
	v_list(v, "metrics");
	for (; n < IOTX_SPARKPLUG_METRICS_MAX && iotx_sparkplug_metric_next(&fields, &m); n++)
		show_metric(seen, &m, v);
	v_end(v);
	if (n < seen->payload.metrics)
		v_u64(v, "metrics_skipped", seen->payload.metrics - n);
}

static void show_state(const struct iotx_sparkplug_state *s, struct iotx_visitor *v)
{
	if (s->has_online)
		v_bool(v, "online", s->online);
	if (s->has_timestamp)
		v_u64(v, "timestamp", s->timestamp);
}

void iotx_sparkplug_show(const struct iotx_sparkplug_seen *seen, struct iotx_visitor *v)
{
	const struct iotx_sparkplug_topic *t = &seen->topic;
	const struct iotx_sparkplug_payload *p = &seen->payload;

	v->weight = IOTX_DETAIL; /* the topic says the most of it, and a list is no line */
	v_open(v, "sparkplug");
	v_text(v, "message_type", iotx_sparkplug_type_name(t->type));
	show_text(v, "host_id", t->host);
	show_text(v, "group_id", t->group);
	show_text(v, "edge_node_id", t->node);
	show_text(v, "device_id", t->device);
	if (t->type == IOTX_SPARKPLUG_STATE)
		show_state(&seen->state, v);
	if (p->has_timestamp)
		v_u64(v, "timestamp", p->timestamp);
	if (p->has_seq)
		v_u64(v, "seq", p->seq);
	if (seen->verdict)
		v_text(v, "cut", seen->verdict == IOTX_E_BAD ? "malformed" : "incomplete");
	show_metrics(seen, v);
	v_close(v);
	v->weight = IOTX_SHOW;
}
