/* SPDX-License-Identifier: GPL-2.0-only */
/* Which rules a message of Sparkplug breaks: the bits of iotx_sparkplug_seen.broken. */
#ifndef IOTXDP_CORE_SPARKPLUG_JUDGE_H
#define IOTXDP_CORE_SPARKPLUG_JUDGE_H

#include "core/mqtt_conn.h"
#include "core/sparkplug.h"

/* What an edge node has sent so far. */
struct iotx_sparkplug_node {
	u64 birth;       /* number of its last NBIRTH; 0: none was seen */
	u64 birth_is;    /* hash of that one: a broker passes it on */
	u64 bd_seq;      /* of that one */
	u64 will_bd_seq; /* of the NDEATH in its last CONNECT */
	bool has_bd_seq, has_will_bd_seq;
	bool connected;  /* that CONNECT was seen */
	bool born;       /* and an NBIRTH since then */
	bool has_seq;    /* nothing was lost since the last sequence number */
	u8 seq;          /* that is to come next */
};

void iotx_sparkplug_judge(const struct iotx_mqtt_step *s, struct iotx_sparkplug_seen *seen,
			  struct iotx_sparkplug_node *node);
void iotx_sparkplug_judge_will(struct iotx_sparkplug_seen *seen,
			       const struct iotx_sparkplug_node *node,
			       const struct iotx_mqtt_will *will);

/* `will` is NULL for one that is published; else msg is. */
void iotx_sparkplug_judge_state(struct iotx_sparkplug_seen *seen, const struct iotx_mqtt_will *will,
				const struct iotx_mqtt_msg *msg);

#endif
