// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_request.h"

#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include "wire/mqtt_prop.h"

struct request {
	u64 ts_ns, frame;
};

struct iotx_table *iotx_mqtt_requests_new(void)
{
	return iotx_table_new(sizeof(struct iotx_mqtt_at), sizeof(struct request),
			      IOTX_MQTT_REQUESTS_MAX);
}

/* The broker; the Response Topic and the Correlation Data. */
static struct iotx_mqtt_at key_of(const struct iotx_mqtt_step *s, struct iotx_slice topic,
			 struct iotx_slice data)
{
	const struct iotx_endpoints *ends = &s->d->conv->ends[s->d->side];

	return iotx_mqtt_at(iotx_mqtt_by_client(s) ? ends->dst_ip : ends->src_ip,
			    iotx_hash(iotx_hash(IOTX_HASH_START, topic), data));
}

/* The client's own counts; what the broker passes on is known already, or better than nothing. */
static void remember(const struct iotx_mqtt_step *s, const struct iotx_mqtt_at *key)
{
	struct iotx_table *t = s->c->brokers->requests;
	struct request *r = iotx_table_find(t, key);

	if (r && !iotx_mqtt_by_client(s))
		return;
	if (!r && iotx_table_count(t) == IOTX_MQTT_REQUESTS_MAX)
		iotx_table_remove(t, iotx_table_oldest(t));
	if (!r)
		r = iotx_table_add(t, key);
	if (!r)
		return;
	r->ts_ns = s->d->ts_ns;
	r->frame = s->d->frame_number;
	iotx_table_touch(t, r);
}

static void answer(struct iotx_mqtt_step *s, const struct iotx_mqtt_at *key)
{
	const struct request *r = iotx_table_find(s->c->brokers->requests, key);
	struct iotx_mqtt_facts *f = &s->seen->facts;

	if (!r || s->d->ts_ns < r->ts_ns)
		return;
	f->response = true;
	f->response_to_frame = r->frame;
	f->response_ns = s->d->ts_ns - r->ts_ns;
}

void iotx_mqtt_request(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_prop data, topic;
	struct iotx_mqtt_at key;

	if (msg->type != IOTX_MQTT_PUBLISH || s->c->stage == IOTX_MQTT_UNKNOWN ||
	    !iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_CORRELATION_DATA) ||
	    !iotx_mqtt_prop_find(msg->props, IOTX_MQTT_PROP_CORRELATION_DATA, &data))
		return;
	key = key_of(s, iotx_mqtt_topic_of(msg), data.value);
	answer(s, &key);
	if (!iotx_mqtt_prop_find(msg->props, IOTX_MQTT_PROP_RESPONSE_TOPIC, &topic))
		return;
	key = key_of(s, topic.value, data.value);
	remember(s, &key);
}
