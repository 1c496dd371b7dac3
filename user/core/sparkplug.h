/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sparkplug B over MQTT: what the aliases of an edge node stand for, by its last births,
 * and whether its messages follow one another. The order is judged where the node itself
 * sends, on a connection seen from its start: what a broker passes on comes in any order.
 */
#ifndef IOTXDP_CORE_SPARKPLUG_H
#define IOTXDP_CORE_SPARKPLUG_H

#include "wire/sparkplug.h"
#include "wire/sparkplug_rule.h"

#define IOTX_SPARKPLUG_NODES_MAX 4096
#define IOTX_SPARKPLUG_ALIASES_MAX 65536 /* of all edge nodes together */
#define IOTX_SPARKPLUG_UNPACKED_MAX (1u << 20) /* bytes of a payload that was compressed */
#define IOTX_SPARKPLUG_NAME_MAX 254      /* bytes of a metric's name, to be kept */

struct iotx_sparkplug_book;
struct iotx_mqtt_step;

/* NULL when out of memory. */
struct iotx_sparkplug_book *iotx_sparkplug_book_new(void);
void iotx_sparkplug_book_free(struct iotx_sparkplug_book *b);

/* A message, until the next one. */
struct iotx_sparkplug_seen {
	struct iotx_sparkplug_topic topic;
	struct iotx_sparkplug_payload payload;
	enum iotx_err verdict; /* E_SHORT: only a part of it is there */
	const struct iotx_sparkplug_book *book;
	struct iotx_sparkplug_state state; /* of a STATE */
	struct iotx_slice algorithm; /* by which the payload was compressed; empty: it was not */
	u64 birth;  /* whose aliases hold; 0: none was seen */
	u64 broken; /* bit per enum iotx_sparkplug_rule */
	bool aliases_known; /* that birth was seen whole, and none of its aliases is forgotten */
	bool alias_twice;   /* this birth gives one to two metrics */
};
_Static_assert(IOTX_SPARKPLUG_RULE_COUNT <= 64, "a bit each");

/* Learns what a PUBLISH or a CONNECT says. NULL: nothing of Sparkplug. */
const struct iotx_sparkplug_seen *iotx_sparkplug_take(const struct iotx_mqtt_step *s);

/* Is the payload of the message a whole one of Sparkplug's own? A STATE has JSON. */
static inline bool iotx_sparkplug_is_payload(const struct iotx_sparkplug_seen *seen)
{
	return seen && !seen->verdict && seen->topic.type != IOTX_SPARKPLUG_STATE;
}

/* Emits what it breaks. */
void iotx_sparkplug_findings(const struct iotx_mqtt_step *s);

/* What an alias stands for. */
struct iotx_sparkplug_alias {
	u64 device, message; /* which have said so: a hash, a number from 1 */
	u8 datatype;
	u8 name_len; /* 0: too long to be kept */
	u8 name[IOTX_SPARKPLUG_NAME_MAX];
};

/* NULL: no birth has said. */
const struct iotx_sparkplug_alias *iotx_sparkplug_alias_of(const struct iotx_sparkplug_seen *seen,
							   const struct iotx_sparkplug_metric *m);

/* The object "sparkplug". */
void iotx_sparkplug_show(const struct iotx_sparkplug_seen *seen, struct iotx_visitor *v);

#endif
