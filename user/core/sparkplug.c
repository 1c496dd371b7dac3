// SPDX-License-Identifier: GPL-2.0-only
#include "core/sparkplug_judge.h"

#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include "core/unpack.h"
#include <stdlib.h>

struct node_key {
	u8 ip[16]; /* of the broker */
	u64 id;    /* hash of group and node */
	u16 port;
	u8 rsv[6];
};
_Static_assert(sizeof(struct node_key) == 32, "no padding in a key");

struct alias_key {
	u64 birth, alias;
};

struct iotx_sparkplug_book {
	struct iotx_table *nodes, *aliases;
	struct iotx_buf unpacked; /* what the payload of the message held compressed */
	u64 messages;
	u64 births;    /* seen so far, of all nodes */
	u64 forgotten; /* up to this birth, aliases were */
	struct iotx_sparkplug_seen seen;
};

struct iotx_sparkplug_book *iotx_sparkplug_book_new(void)
{
	struct iotx_sparkplug_book *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->nodes = iotx_table_new(sizeof(struct node_key), sizeof(struct iotx_sparkplug_node),
				  IOTX_SPARKPLUG_NODES_MAX);
	b->aliases = iotx_table_new(sizeof(struct alias_key), sizeof(struct iotx_sparkplug_alias),
				    IOTX_SPARKPLUG_ALIASES_MAX);
	if (b->nodes && b->aliases)
		return b;
	iotx_sparkplug_book_free(b);
	return NULL;
}

void iotx_sparkplug_book_free(struct iotx_sparkplug_book *b)
{
	if (!b)
		return;
	iotx_table_free(b->nodes);
	iotx_table_free(b->aliases);
	iotx_buf_free(&b->unpacked);
	free(b);
}

/* --- edge nodes ----------------------------------------------------------------------------- */

static struct node_key key_of(const struct iotx_mqtt_step *s, const struct iotx_sparkplug_topic *t)
{
	const struct iotx_endpoints *ends = &s->d->conv->ends[s->d->side];
	struct node_key key = { .id = iotx_hash(iotx_hash(IOTX_HASH_START, t->group), t->node) };

	if (iotx_mqtt_by_server(s)) {
		memcpy(key.ip, ends->src_ip, 16);
		key.port = ends->src_port;
	} else {
		memcpy(key.ip, ends->dst_ip, 16);
		key.port = ends->dst_port;
	}
	return key;
}

static struct iotx_sparkplug_node *node_of(struct iotx_sparkplug_book *b,
					   const struct iotx_mqtt_step *s)
{
	struct node_key key = key_of(s, &b->seen.topic);
	struct iotx_sparkplug_node *node = iotx_table_find(b->nodes, &key);

	if (node) {
		iotx_table_touch(b->nodes, node);
		return node;
	}
	if (iotx_table_count(b->nodes) == IOTX_SPARKPLUG_NODES_MAX) {
		iotx_delivery_stats(s->d)->sparkplug_limit++;
		iotx_table_remove(b->nodes, iotx_table_oldest(b->nodes));
	}
	return iotx_table_add(b->nodes, &key);
}

/* --- aliases -------------------------------------------------------------------------------- */

/* Of births up to this one, an alias that nobody knows breaks nothing. */
static void forget(struct iotx_sparkplug_book *b, u64 birth)
{
	if (birth > b->forgotten)
		b->forgotten = birth;
}

static void forget_alias(struct iotx_sparkplug_book *b, struct iotx_engine_stats *stats)
{
	struct iotx_sparkplug_alias *oldest = iotx_table_oldest(b->aliases);
	const struct alias_key *key = iotx_table_key(b->aliases, oldest);

	forget(b, key->birth);
	stats->sparkplug_limit++;
	iotx_table_remove(b->aliases, oldest);
}

/* Of another device, or of the same message: it stands for two metrics. */
static bool is_taken(const struct iotx_sparkplug_book *b, const struct iotx_sparkplug_alias *alias,
		     const struct iotx_sparkplug_metric *m)
{
	bool other_name = alias->name_len && m->name.len <= IOTX_SPARKPLUG_NAME_MAX &&
			  !iotx_slice_eq(m->name, iotx_slice(alias->name, alias->name_len));

	return alias->device != iotx_hash(IOTX_HASH_START, b->seen.topic.device) ||
	       (other_name && alias->message == b->messages);
}

static void bind_alias(struct iotx_sparkplug_book *b, const struct iotx_sparkplug_metric *m,
		       struct iotx_engine_stats *stats)
{
	struct alias_key key = { .birth = b->seen.birth, .alias = m->alias };
	struct iotx_sparkplug_alias *alias = iotx_table_find(b->aliases, &key);

	if (!alias) {
		if (iotx_table_count(b->aliases) == IOTX_SPARKPLUG_ALIASES_MAX)
			forget_alias(b, stats);
		alias = iotx_table_add(b->aliases, &key);
	}
	if (!alias) {
		forget(b, b->seen.birth);
		return;
	}
	if (alias->message && is_taken(b, alias, m))
		b->seen.alias_twice = true;
	alias->message = b->messages;
	alias->device = iotx_hash(IOTX_HASH_START, b->seen.topic.device);
	alias->datatype = m->datatype > UINT8_MAX ? 0 : (u8)m->datatype;
	alias->name_len = 0;
	if (m->name.len > IOTX_SPARKPLUG_NAME_MAX) {
		stats->sparkplug_limit++;
		return;
	}
	alias->name_len = (u8)m->name.len;
	memcpy(alias->name, m->name.data, m->name.len);
}

const struct iotx_sparkplug_alias *iotx_sparkplug_alias_of(const struct iotx_sparkplug_seen *seen,
							   const struct iotx_sparkplug_metric *m)
{
	struct alias_key key = { .birth = seen->birth, .alias = m->alias };

	return m->has_alias && seen->birth ? iotx_table_find(seen->book->aliases, &key) : NULL;
}

/* A birth that comes in part, or with too many metrics, leaves aliases unknown. */
static void learn_aliases(struct iotx_sparkplug_book *b, struct iotx_engine_stats *stats)
{
	struct iotx_slice fields = b->seen.payload.fields;
	struct iotx_sparkplug_metric m;
	u32 n = 0;

	for (; n < IOTX_SPARKPLUG_METRICS_MAX && iotx_sparkplug_metric_next(&fields, &m); n++)
		if (m.has_alias && m.name.len)
			bind_alias(b, &m, stats);
	if (b->seen.verdict || n < b->seen.payload.metrics)
		forget(b, b->seen.birth);
}

static bool is_birth(const struct iotx_sparkplug_seen *seen)
{
	return seen->topic.type == IOTX_SPARKPLUG_NBIRTH ||
	       seen->topic.type == IOTX_SPARKPLUG_DBIRTH;
}

/* The same birth may come again, from the broker; aliases of its devices still hold. */
static void learn_birth(struct iotx_sparkplug_book *b, struct iotx_sparkplug_node *node,
			const struct iotx_mqtt_step *s, struct iotx_slice payload)
{
	u64 is = iotx_hash(IOTX_HASH_START, payload);

	if (b->seen.topic.type == IOTX_SPARKPLUG_NBIRTH && (!node->birth || node->birth_is != is)) {
		node->birth = ++b->births;
		node->birth_is = is;
	}
	b->seen.birth = node->birth;
	if (is_birth(&b->seen) && node->birth)
		learn_aliases(b, iotx_delivery_stats(s->d));
}

/* --- a message ------------------------------------------------------------------------------ */

static void begin(struct iotx_sparkplug_book *b)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	seen->book = b;
	seen->birth = 0;
	seen->broken = 0;
	seen->verdict = IOTX_OK;
	seen->alias_twice = seen->aliases_known = false;
	seen->algorithm = iotx_slice(NULL, 0);
	memset(&seen->payload, 0, sizeof(seen->payload));
	b->messages++;
}

/* What it says of itself around the compressed one holds where that one is silent. */
static enum iotx_err decode_packed(struct iotx_sparkplug_book *b, struct iotx_engine_stats *stats)
{
	struct iotx_sparkplug_payload outer = b->seen.payload, *p = &b->seen.payload;
	enum iotx_err err;

	b->seen.algorithm = outer.algorithm.len ? outer.algorithm : iotx_slice_str("unknown");
	b->unpacked.len = 0;
	err = iotx_unpack(outer.packed, IOTX_SPARKPLUG_UNPACKED_MAX, &b->unpacked);
	if (err == IOTX_E_LIMIT)
		stats->sparkplug_limit++;
	if (err)
		return err == IOTX_E_LIMIT ? IOTX_E_SHORT : IOTX_E_BAD;
	err = iotx_sparkplug_decode(iotx_slice(b->unpacked.data, (u32)b->unpacked.len), p);
	if (!p->has_seq) {
		p->seq = outer.seq;
		p->has_seq = outer.has_seq;
	}
	if (!p->has_timestamp) {
		p->timestamp = outer.timestamp;
		p->has_timestamp = outer.has_timestamp;
	}
	return err ? IOTX_E_BAD : IOTX_OK;
}

static void decode(struct iotx_sparkplug_book *b, struct iotx_slice payload, bool cut,
		   struct iotx_engine_stats *stats)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	begin(b);
	seen->verdict = iotx_sparkplug_decode(payload, &seen->payload);
	if (cut && seen->verdict != IOTX_E_BAD)
		seen->verdict = IOTX_E_SHORT;
	else if (seen->verdict)
		seen->verdict = IOTX_E_BAD;
	else if (seen->payload.packed.len)
		seen->verdict = decode_packed(b, stats);
	if (seen->payload.metrics > IOTX_SPARKPLUG_METRICS_MAX)
		stats->sparkplug_limit += seen->payload.metrics - IOTX_SPARKPLUG_METRICS_MAX;
}

static void decode_state(struct iotx_sparkplug_book *b, struct iotx_slice payload, bool cut)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	begin(b);
	if (!iotx_sparkplug_state(payload, &seen->state))
		seen->verdict = cut ? IOTX_E_SHORT : IOTX_E_BAD;
}

static const struct iotx_sparkplug_seen *take_death_of_host(struct iotx_sparkplug_book *b,
							    const struct iotx_mqtt_will *will)
{
	decode_state(b, will->payload, false);
	iotx_sparkplug_judge_state(&b->seen, will, NULL);
	return &b->seen;
}

static const struct iotx_sparkplug_seen *take_state(struct iotx_sparkplug_book *b,
						    const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	decode_state(b, msg->publish.payload, msg->publish.skipped_length);
	if (iotx_mqtt_by_client(s) && !msg->dup)
		iotx_sparkplug_judge_state(&b->seen, NULL, msg);
	return &b->seen;
}

/* "STATE/host", before 3.0. */
static const struct iotx_sparkplug_seen *take_old_state(struct iotx_sparkplug_book *b,
							const struct iotx_mqtt_msg *msg)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	if (!iotx_sparkplug_old_state(iotx_mqtt_topic_of(msg), msg->publish.payload, &seen->topic,
				      &seen->state))
		return NULL;
	begin(b);
	return seen;
}

/* The node names its next life: what it sends from here on begins with an NBIRTH. */
static const struct iotx_sparkplug_seen *take_connect(struct iotx_sparkplug_book *b,
						      const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_will *will = &s->seen->msg.connect.will;
	struct iotx_sparkplug_seen *seen = &b->seen;
	struct iotx_sparkplug_node *node;

	if (!iotx_sparkplug_topic(will->topic, &seen->topic))
		return NULL;
	if (seen->topic.type == IOTX_SPARKPLUG_STATE)
		return take_death_of_host(b, will);
	if (seen->topic.type != IOTX_SPARKPLUG_NDEATH)
		return NULL;
	decode(b, will->payload, false, iotx_delivery_stats(s->d));
	node = node_of(b, s);
	if (!node)
		return NULL;
	iotx_sparkplug_judge_will(seen, node, will);
	node->has_will_bd_seq = seen->payload.has_bd_seq;
	node->will_bd_seq = seen->payload.bd_seq;
	node->has_seq = false;
	node->connected = true;
	node->born = false;
	return seen;
}

static const struct iotx_sparkplug_seen *take_publish(struct iotx_sparkplug_book *b,
						      const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_sparkplug_seen *seen = &b->seen;
	struct iotx_sparkplug_node *node;

	if (!iotx_sparkplug_topic(iotx_mqtt_topic_of(msg), &seen->topic))
		return take_old_state(b, msg);
	if (seen->topic.type == IOTX_SPARKPLUG_STATE)
		return take_state(b, s);
	decode(b, msg->publish.payload, msg->publish.skipped_length > 0, iotx_delivery_stats(s->d));
	node = node_of(b, s);
	if (!node)
		return NULL;
	learn_birth(b, node, s, msg->publish.payload);
	seen->aliases_known = seen->birth > b->forgotten;
	iotx_sparkplug_judge(s, seen, node);
	return seen;
}

const struct iotx_sparkplug_seen *iotx_sparkplug_take(const struct iotx_mqtt_step *s)
{
	struct iotx_sparkplug_book *b = s->c->brokers->sparkplug;

	if (s->seen->msg.type == IOTX_MQTT_PUBLISH)
		return take_publish(b, s);
	if (s->seen->msg.type == IOTX_MQTT_CONNECT)
		return take_connect(b, s);
	return NULL;
}
