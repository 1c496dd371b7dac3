// SPDX-License-Identifier: GPL-2.0-only
/* How a Sparkplug message is shown. */
#include "core/sparkplug.h"

/* --- messages ------------------------------------------------------------------------------- */

static void show_text(struct iotx_visitor *v, const char *name, struct iotx_slice text)
{
	if (text.len)
		v_str(v, name, text);
}

/* By the name that its alias stands for, and of the datatype. */
static void show_metric(const struct iotx_sparkplug_seen *seen, struct iotx_sparkplug_metric *m,
			struct iotx_visitor *v)
{
	const struct iotx_sparkplug_alias *alias = iotx_sparkplug_alias_of(seen, m);

	if (alias && !m->name.len)
		m->name = iotx_slice(alias->name, alias->name_len);
	if (alias && !m->has_datatype) {
		m->datatype = alias->datatype;
		m->has_datatype = true;
	}
	iotx_sparkplug_metric_show(v, m);
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
	show_text(v, "compressed", seen->algorithm);
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
