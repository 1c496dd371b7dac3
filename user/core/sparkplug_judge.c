// SPDX-License-Identifier: GPL-2.0-only
#include "core/sparkplug_judge.h"

static void breach(struct iotx_sparkplug_seen *seen, enum iotx_sparkplug_rule rule)
{
	seen->broken |= (u64)1 << rule;
}

static bool is_birth(enum iotx_sparkplug_type type)
{
	return type == IOTX_SPARKPLUG_NBIRTH || type == IOTX_SPARKPLUG_DBIRTH;
}

/* Commands come from hosts, which have no sequence to keep. */
static bool is_numbered(enum iotx_sparkplug_type type)
{
	return type == IOTX_SPARKPLUG_NBIRTH || type == IOTX_SPARKPLUG_DBIRTH ||
	       type == IOTX_SPARKPLUG_NDATA || type == IOTX_SPARKPLUG_DDATA ||
	       type == IOTX_SPARKPLUG_DDEATH;
}

/* --- one after the other -------------------------------------------------------------------- */

static void judge_seq(struct iotx_sparkplug_seen *seen, struct iotx_sparkplug_node *node)
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

static void judge_birth(struct iotx_sparkplug_seen *seen, struct iotx_sparkplug_node *node)
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
static void judge_death(struct iotx_sparkplug_seen *seen, const struct iotx_sparkplug_node *node,
			bool birth)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;

	if (p->has_seq)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_SEQ);
	if (seen->verdict)
		return;
	if (!p->has_bd_seq || (birth && node->has_bd_seq && node->bd_seq != p->bd_seq))
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_BDSEQ);
}

static void judge_aliases(struct iotx_sparkplug_seen *seen)
{
	struct iotx_slice fields = seen->payload.fields;
	struct iotx_sparkplug_metric m;
	u32 n = 0;

	if (!seen->aliases_known || is_birth(seen->topic.type))
		return;
	while (n++ < IOTX_SPARKPLUG_METRICS_MAX && iotx_sparkplug_metric_next(&fields, &m))
		if (m.has_alias && !iotx_sparkplug_alias_of(seen, &m))
			breach(seen, seen->topic.device.len ? IOTX_SPARKPLUG_RULE_DEVICE_ALIAS
							    : IOTX_SPARKPLUG_RULE_NODE_ALIAS);
}

/* Only where its CONNECT was seen it is known that the NBIRTH has not come yet. */
static void judge_start(struct iotx_sparkplug_seen *seen, struct iotx_sparkplug_node *node)
{
	static const u8 rule[IOTX_SPARKPLUG_TYPE_COUNT] = {
		[IOTX_SPARKPLUG_DBIRTH] = IOTX_SPARKPLUG_RULE_DBIRTH_ORDER,
		[IOTX_SPARKPLUG_NDATA] = IOTX_SPARKPLUG_RULE_NDATA_ORDER,
		[IOTX_SPARKPLUG_DDATA] = IOTX_SPARKPLUG_RULE_DDATA_ORDER,
	};

	if (seen->topic.type == IOTX_SPARKPLUG_NBIRTH)
		node->born = true;
	else if (rule[seen->topic.type] && node->connected && !node->born)
		breach(seen, rule[seen->topic.type]);
}

/* What takes all that the node has sent since its CONNECT. */
static void judge_order(struct iotx_sparkplug_seen *seen, struct iotx_sparkplug_node *node)
{
	judge_start(seen, node);
	if (is_numbered(seen->topic.type)) {
		judge_seq(seen, node);
		judge_aliases(seen);
	}
	if (seen->topic.type == IOTX_SPARKPLUG_NBIRTH)
		judge_birth(seen, node);
	if (seen->topic.type == IOTX_SPARKPLUG_NDEATH)
		judge_death(seen, node, true);
}

/* --- what a message shows by itself --------------------------------------------------------- */

/* A type's rules on QoS, on RETAIN, and on what its payload has. */
static const struct {
	u8 qos, time, seq; /* retain: behind qos */
} forms[IOTX_SPARKPLUG_TYPE_COUNT] = {
#define FORM(type, seq)                                                                         \
	[IOTX_SPARKPLUG_##type] = { IOTX_SPARKPLUG_RULE_##type##_QOS,                           \
				    IOTX_SPARKPLUG_RULE_##type##_TIME, seq }
	FORM(NBIRTH, 0), FORM(DBIRTH, 0), FORM(NDATA, 0), FORM(DDATA, 0),
	FORM(NCMD, IOTX_SPARKPLUG_RULE_NCMD_SEQ), FORM(DCMD, IOTX_SPARKPLUG_RULE_DCMD_SEQ),
#undef FORM
	[IOTX_SPARKPLUG_DDEATH] = { 0, IOTX_SPARKPLUG_RULE_DDEATH_TIME, 0 },
};

enum {
	BIRTHS = 1 << IOTX_SPARKPLUG_NBIRTH | 1 << IOTX_SPARKPLUG_DBIRTH,
	DATA = 1 << IOTX_SPARKPLUG_NDATA | 1 << IOTX_SPARKPLUG_DDATA,
	COMMANDS = 1 << IOTX_SPARKPLUG_NCMD | 1 << IOTX_SPARKPLUG_DCMD,
};

/* What there must not be among the metrics of some types. */
static const struct {
	u16 fact, types;
	u8 rule;
} wrong[] = {
	{ IOTX_SPARKPLUG_NAMELESS, BIRTHS | DATA | COMMANDS, IOTX_SPARKPLUG_RULE_NAMELESS },
	{ IOTX_SPARKPLUG_ALIAS_ALONE, BIRTHS, IOTX_SPARKPLUG_RULE_ALIAS_BIRTH },
	{ IOTX_SPARKPLUG_NAME_AND_ALIAS, DATA | COMMANDS, IOTX_SPARKPLUG_RULE_ALIAS_DATA },
	{ IOTX_SPARKPLUG_WITHOUT_TIME, BIRTHS | DATA, IOTX_SPARKPLUG_RULE_METRIC_TIME },
	{ IOTX_SPARKPLUG_WITHOUT_DATATYPE, BIRTHS, IOTX_SPARKPLUG_RULE_METRIC_DATATYPE },
	{ IOTX_SPARKPLUG_WITH_DATATYPE, DATA | COMMANDS, IOTX_SPARKPLUG_RULE_DATATYPE_AGAIN },
	{ IOTX_SPARKPLUG_ODD_DATATYPE, BIRTHS | DATA | COMMANDS,
	  IOTX_SPARKPLUG_RULE_DATATYPE_VALUE },
	{ IOTX_SPARKPLUG_REBIRTH_ALIAS, 1 << IOTX_SPARKPLUG_NBIRTH,
	  IOTX_SPARKPLUG_RULE_REBIRTH_ALIAS },
};

/* What is not among the first metrics may be behind them. */
static void judge_metrics(struct iotx_sparkplug_seen *seen)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;

	for (u32 i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (p->facts & wrong[i].fact && wrong[i].types >> seen->topic.type & 1)
			breach(seen, wrong[i].rule);
	if (seen->topic.type == IOTX_SPARKPLUG_NBIRTH && !(p->facts & IOTX_SPARKPLUG_REBIRTH) &&
	    p->metrics <= IOTX_SPARKPLUG_METRICS_MAX)
		breach(seen, IOTX_SPARKPLUG_RULE_REBIRTH);
	if (seen->alias_twice)
		breach(seen, IOTX_SPARKPLUG_RULE_ALIAS_TWICE);
}

static void judge_form(struct iotx_sparkplug_seen *seen, const struct iotx_mqtt_msg *msg)
{
	u32 type = seen->topic.type;

	if (forms[type].qos && msg->qos)
		breach(seen, forms[type].qos);
	if (forms[type].qos && msg->retain)
		breach(seen, forms[type].qos + 1u);
	if (seen->verdict)
		return;
	if (forms[type].time && !seen->payload.has_timestamp)
		breach(seen, forms[type].time);
	if (forms[type].seq && seen->payload.has_seq)
		breach(seen, forms[type].seq);
	judge_metrics(seen);
}

void iotx_sparkplug_judge(const struct iotx_mqtt_step *s, struct iotx_sparkplug_seen *seen,
			  struct iotx_sparkplug_node *node)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (seen->verdict == IOTX_E_BAD && !iotx_mqtt_by_server(s))
		breach(seen, IOTX_SPARKPLUG_RULE_MALFORMED);
	if (!iotx_mqtt_by_client(s) || msg->dup)
		return;
	judge_form(seen, msg);
	if (s->c->whole)
		judge_order(seen, node);
	else
		node->has_seq = false;
}

/* --- wills and hosts ------------------------------------------------------------------------ */

/* A bdSeq of 0 may come again: the node has started anew. */
void iotx_sparkplug_judge_will(struct iotx_sparkplug_seen *seen,
			       const struct iotx_sparkplug_node *node,
			       const struct iotx_mqtt_will *will)
{
	const struct iotx_sparkplug_payload *p = &seen->payload;

	if (seen->verdict == IOTX_E_BAD)
		breach(seen, IOTX_SPARKPLUG_RULE_MALFORMED);
	judge_death(seen, node, false);
	if (will->qos != 1)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_QOS);
	if (will->retain)
		breach(seen, IOTX_SPARKPLUG_RULE_DEATH_RETAIN);
	if (node->has_will_bd_seq && p->has_bd_seq && p->bd_seq && p->bd_seq == node->will_bd_seq)
		breach(seen, IOTX_SPARKPLUG_RULE_BDSEQ_AGAIN);
}

/* Of a will also that it says "offline"; of one before 3.0 nothing is asked. */
void iotx_sparkplug_judge_state(struct iotx_sparkplug_seen *seen, const struct iotx_mqtt_will *will,
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

/* --- findings ------------------------------------------------------------------------------- */

static const struct iotx_rule rules[] = {
#define X(id, severity, name, text)                                                             \
	[IOTX_SPARKPLUG_RULE_##id] = { name, IOTX_##severity, text },
	IOTX_SPARKPLUG_RULES(X)
#undef X
};

/* The same one a few times in a connection: what a node does it does in every message. */
static bool to_be_found(const struct iotx_mqtt_step *s, u32 rule)
{
	u8 *found = &s->c->sparkplug_found[rule];

	if (*found == IOTX_MQTT_SAME_RULE_MAX) {
		iotx_delivery_stats(s->d)->mqtt_findings_limit++;
		return false;
	}
	++*found;
	return true;
}

void iotx_sparkplug_findings(const struct iotx_mqtt_step *s)
{
	const struct iotx_sparkplug_seen *seen = s->seen->facts.sparkplug;
	struct iotx_finding f = { .protocol = "sparkplug", .of_last = true };

	if (!seen)
		return;
	f.message = iotx_sparkplug_type_name(seen->topic.type);
	for (u32 i = 0; i < IOTX_SPARKPLUG_RULE_COUNT; i++)
		if (seen->broken >> i & 1 && to_be_found(s, i))
			iotx_delivery_find(s->d, &rules[i], &f, 0);
}
