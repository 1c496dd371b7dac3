// SPDX-License-Identifier: GPL-2.0-only
#include "core/sparkplug.h"

#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include <stdlib.h>

struct node_key {
	u8 ip[16]; /* of the broker */
	u64 id;    /* hash of group and node */
	u16 port;
	u8 rsv[6];
};
_Static_assert(sizeof(struct node_key) == 32, "no padding in a key");

struct node {
	u64 birth;       /* number of its last NBIRTH; 0: none was seen */
	u64 birth_is;    /* hash of that one: a broker passes it on */
	u64 bd_seq;      /* of that one */
	u64 will_bd_seq; /* of the NDEATH in its last CONNECT */
	bool has_bd_seq, has_will_bd_seq;
	bool has_seq;    /* nothing was lost since the last sequence number */
	u8 seq;          /* that is to come next */
};

struct alias_key {
	u64 birth, alias;
};

struct iotx_sparkplug_book {
	struct iotx_table *nodes, *aliases;
	u64 births;    /* seen so far, of all nodes */
	u64 forgotten; /* up to this birth, aliases were */
	struct iotx_sparkplug_seen seen;
};

struct iotx_sparkplug_book *iotx_sparkplug_book_new(void)
{
	struct iotx_sparkplug_book *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->nodes = iotx_table_new(sizeof(struct node_key), sizeof(struct node),
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

static struct node *node_of(struct iotx_sparkplug_book *b, const struct iotx_mqtt_step *s)
{
	struct node_key key = key_of(s, &b->seen.topic);
	struct node *node = iotx_table_find(b->nodes, &key);

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
static void learn_birth(struct iotx_sparkplug_book *b, struct node *node,
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

/* --- what is broken ------------------------------------------------------------------------- */

static void breach(struct iotx_sparkplug_seen *seen, enum iotx_sparkplug_rule rule)
{
	seen->broken |= 1u << rule;
}

/* Commands come from hosts, which have no sequence to keep. */
static bool is_numbered(enum iotx_sparkplug_type type)
{
	return type == IOTX_SPARKPLUG_NBIRTH || type == IOTX_SPARKPLUG_DBIRTH ||
	       type == IOTX_SPARKPLUG_NDATA || type == IOTX_SPARKPLUG_DDATA ||
	       type == IOTX_SPARKPLUG_DDEATH;
}

static void judge_seq(struct iotx_sparkplug_seen *seen, struct node *node)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;
	bool birth = seen->topic.type == IOTX_SPARKPLUG_NBIRTH;

	if (seen->verdict || !p->has_seq) {
		if (!seen->verdict)
			breach(seen, IOTX_SPARKPLUG_RULE_SEQ_ABSENT);
		node->has_seq = false;
		return;
	}
	if (birth && p->seq)
		breach(seen, IOTX_SPARKPLUG_RULE_SEQ_ZERO);
	if (!birth && node->has_seq && p->seq != node->seq)
		breach(seen, IOTX_SPARKPLUG_RULE_SEQ_GAP);
	node->seq = (u8)(p->seq + 1);
	node->has_seq = true;
}

static void judge_birth(struct iotx_sparkplug_seen *seen, struct node *node)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;

	node->has_bd_seq = p->has_bd_seq;
	node->bd_seq = p->bd_seq;
	if (seen->verdict)
		return;
	if (!p->has_bd_seq && p->metrics <= IOTX_SPARKPLUG_METRICS_MAX)
		breach(seen, IOTX_SPARKPLUG_RULE_BIRTH_BDSEQ);
	else if (p->has_bd_seq && node->has_will_bd_seq && node->will_bd_seq != p->bd_seq)
		breach(seen, IOTX_SPARKPLUG_RULE_WILL_BDSEQ);
}

/* `birth`: the one that this is the end of was seen. */
static void judge_death(struct iotx_sparkplug_seen *seen, const struct node *node, bool birth)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;

	if (p->has_seq)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_SEQ);
	if (seen->verdict)
		return;
	if (!p->has_bd_seq || (birth && node->has_bd_seq && node->bd_seq != p->bd_seq))
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_BDSEQ);
}

static void judge_aliases(struct iotx_sparkplug_book *b)
{
	struct iotx_sparkplug_seen *seen = &b->seen;
	struct iotx_slice fields = seen->payload.fields;
	struct iotx_sparkplug_metric m;
	u32 n = 0;

	if (seen->birth <= b->forgotten || is_birth(seen))
		return;
	while (n++ < IOTX_SPARKPLUG_METRICS_MAX && iotx_sparkplug_metric_next(&fields, &m))
		if (m.has_alias && !iotx_sparkplug_alias_of(seen, &m))
			breach(seen, seen->topic.device.len ? IOTX_SPARKPLUG_RULE_DEVICE_ALIAS
							    : IOTX_SPARKPLUG_RULE_NODE_ALIAS);
}

static void judge(struct iotx_sparkplug_book *b, struct node *node)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	if (is_numbered(seen->topic.type)) {
		judge_seq(seen, node);
		judge_aliases(b);
	}
	if (seen->topic.type == IOTX_SPARKPLUG_NBIRTH)
		judge_birth(seen, node);
	if (seen->topic.type == IOTX_SPARKPLUG_NDEATH)
		judge_death(seen, node, true);
}

/* Of a will also that it says "offline"; of one before 3.0 nothing is asked. */
static void judge_state(struct iotx_sparkplug_seen *seen, const struct iotx_mqtt_will *will,
			const struct iotx_mqtt_msg *msg)
{
	const struct {
		u8 payload, qos, retain;
	} rule[2] = { { IOTX_SPARKPLUG_RULE_STATE_BIRTH, IOTX_SPARKPLUG_RULE_STATE_BIRTH_QOS,
			IOTX_SPARKPLUG_RULE_STATE_BIRTH_RETAIN },
		      { IOTX_SPARKPLUG_RULE_STATE_DEATH, IOTX_SPARKPLUG_RULE_STATE_DEATH_QOS,
			IOTX_SPARKPLUG_RULE_STATE_DEATH_RETAIN } };

	if (seen->verdict == IOTX_E_BAD || (will && seen->state.online))
		breach(seen, rule[will != NULL].payload);
	if ((will ? will->qos : msg->qos) != 1)
		breach(seen, rule[will != NULL].qos);
	if (!(will ? will->retain : msg->retain))
		breach(seen, rule[will != NULL].retain);
}

static void judge_flags(struct iotx_sparkplug_seen *seen, const struct iotx_mqtt_msg *msg)
{
	static const u8 first[IOTX_SPARKPLUG_TYPE_COUNT] = {
		[IOTX_SPARKPLUG_NBIRTH] = IOTX_SPARKPLUG_RULE_NBIRTH_QOS,
		[IOTX_SPARKPLUG_DBIRTH] = IOTX_SPARKPLUG_RULE_DBIRTH_QOS,
		[IOTX_SPARKPLUG_NDATA] = IOTX_SPARKPLUG_RULE_NDATA_QOS,
		[IOTX_SPARKPLUG_DDATA] = IOTX_SPARKPLUG_RULE_DDATA_QOS,
		[IOTX_SPARKPLUG_NCMD] = IOTX_SPARKPLUG_RULE_NCMD_QOS,
		[IOTX_SPARKPLUG_DCMD] = IOTX_SPARKPLUG_RULE_DCMD_QOS,
	};
	u8 rule = first[seen->topic.type];

	if (rule && msg->qos)
		breach(seen, rule);
	if (rule && msg->retain)
		breach(seen, rule + 1u);
}

/* --- a message ------------------------------------------------------------------------------ */

static void decode(struct iotx_sparkplug_book *b, struct iotx_slice payload, bool cut)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	seen->book = b;
	seen->birth = 0;
	seen->broken = 0;
	seen->verdict = iotx_sparkplug_decode(payload, &seen->payload);
	if (cut && seen->verdict != IOTX_E_BAD)
		seen->verdict = IOTX_E_SHORT;
	else if (seen->verdict)
		seen->verdict = IOTX_E_BAD;
}

static void decode_state(struct iotx_sparkplug_book *b, struct iotx_slice payload, bool cut)
{
	struct iotx_sparkplug_seen *seen = &b->seen;

	decode(b, iotx_slice(NULL, 0), false);
	if (!iotx_sparkplug_state(payload, &seen->state))
		seen->verdict = cut ? IOTX_E_SHORT : IOTX_E_BAD;
}

static const struct iotx_sparkplug_seen *take_death_of_host(struct iotx_sparkplug_book *b,
							    const struct iotx_mqtt_will *will)
{
	decode_state(b, will->payload, false);
	judge_state(&b->seen, will, NULL);
	return &b->seen;
}

static const struct iotx_sparkplug_seen *take_state(struct iotx_sparkplug_book *b,
						    const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	decode_state(b, msg->publish.payload, msg->publish.skipped_length);
	if (iotx_mqtt_by_client(s) && !msg->dup)
		judge_state(&b->seen, NULL, msg);
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
	decode(b, iotx_slice(NULL, 0), false);
	return seen;
}

/* The node names its next life: what it sends from here on begins with an NBIRTH. */
static const struct iotx_sparkplug_seen *take_connect(struct iotx_sparkplug_book *b,
						      const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_will *will = &s->seen->msg.connect.will;
	struct iotx_sparkplug_seen *seen = &b->seen;
	struct node *node;

	if (!iotx_sparkplug_topic(will->topic, &seen->topic))
		return NULL;
	if (seen->topic.type == IOTX_SPARKPLUG_STATE)
		return take_death_of_host(b, will);
	if (seen->topic.type != IOTX_SPARKPLUG_NDEATH)
		return NULL;
	decode(b, will->payload, false);
	node = node_of(b, s);
	if (!node)
		return NULL;
	if (seen->verdict == IOTX_E_BAD)
		breach(seen, IOTX_SPARKPLUG_RULE_MALFORMED);
	judge_death(seen, node, false);
	if (will->qos != 1)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_QOS);
	if (will->retain)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_RETAIN);
	node->has_will_bd_seq = seen->payload.has_bd_seq;
	node->will_bd_seq = seen->payload.bd_seq;
	node->has_seq = false;
	return seen;
}

static const struct iotx_sparkplug_seen *take_publish(struct iotx_sparkplug_book *b,
						      const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_sparkplug_seen *seen = &b->seen;
	struct node *node;

	if (!iotx_sparkplug_topic(iotx_mqtt_topic_of(msg), &seen->topic))
		return take_old_state(b, msg);
	if (seen->topic.type == IOTX_SPARKPLUG_STATE)
		return take_state(b, s);
	decode(b, msg->publish.payload, msg->publish.skipped_length > 0);
	if (seen->payload.metrics > IOTX_SPARKPLUG_METRICS_MAX)
		iotx_delivery_stats(s->d)->sparkplug_limit +=
			seen->payload.metrics - IOTX_SPARKPLUG_METRICS_MAX;
	node = node_of(b, s);
	if (!node)
		return NULL;
	learn_birth(b, node, s, msg->publish.payload);
	if (seen->verdict == IOTX_E_BAD && !iotx_mqtt_by_server(s))
		breach(seen, IOTX_SPARKPLUG_RULE_MALFORMED);
	if (!iotx_mqtt_by_client(s) || msg->dup)
		return seen;
	judge_flags(seen, msg);
	if (s->c->whole)
		judge(b, node);
	else
		node->has_seq = false;
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

static const struct iotx_rule rules[] = {
#define X(id, severity, name, text)                                                             \
	[IOTX_SPARKPLUG_RULE_##id] = { name, IOTX_##severity, text },
	IOTX_SPARKPLUG_RULES(X)
#undef X
};

void iotx_sparkplug_findings(const struct iotx_mqtt_step *s)
{
	const struct iotx_sparkplug_seen *seen = s->seen->facts.sparkplug;
	struct iotx_finding f = { .protocol = "sparkplug", .of_last = true };

	if (!seen)
		return;
	f.message = iotx_sparkplug_type_name(seen->topic.type);
	for (u32 i = 0; i < IOTX_SPARKPLUG_RULE_COUNT; i++)
		if (seen->broken >> i & 1)
			iotx_delivery_find(s->d, &rules[i], &f, 0);
}
