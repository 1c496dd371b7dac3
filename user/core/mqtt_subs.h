/* SPDX-License-Identifier: GPL-2.0-only */
/* What a client has subscribed to, and which of it a topic matches (MQTT 5.0, 4.7, 4.8). */
#ifndef IOTXDP_CORE_MQTT_SUBS_H
#define IOTXDP_CORE_MQTT_SUBS_H

#include "base/purse.h"
#include "base/slice.h"

#define IOTX_MQTT_SUBS_MAX 1024              /* of a client */
#define IOTX_MQTT_SUBS_BYTES_MAX (64u << 10) /* of their filters */

struct iotx_mqtt_sub {
	u8 *filter;    /* as sent, owned */
	u16 len;
	u16 bare;      /* where the filter begins that is matched: behind "$share/NAME/" */
	u32 hash;      /* of what is matched */
	u32 next;      /* of the same bucket, and ... */
	u32 next_wild; /* ... with a wildcard: places from 1 on; 0: none */
	u32 sub_id;    /* Subscription Identifier; 0: none */
	u8 options;    /* as they stand in the SUBSCRIBE */
	u8 most;       /* the highest QoS that was ever granted */
	bool wildcard : 1; /* it has one */
	bool granted : 1;  /* by the last SUBACK */
	bool waiting : 1;  /* for a SUBACK */
	bool gone : 1;     /* unsubscribed: what is on its way may still come */
	bool changed : 1;  /* subscribed anew in another way: what is on its way may be as before */
};

/* Zero-initialised is empty. */
struct iotx_mqtt_subs {
	struct iotx_mqtt_sub *list;
	u32 count, room, bytes;
	u32 *heads; /* by hash; NULL: they are too few for it */
	u32 buckets;
	u32 wild;   /* the newest one with a wildcard, as heads are */
	struct iotx_purse *purse; /* what all of its memory is taken from */
	bool partial; /* there are others, which were not seen or are not kept */
};

/* Subscribes, or subscribes anew. False: there are too many, or out of memory. */
bool iotx_mqtt_subs_add(struct iotx_mqtt_subs *s, struct iotx_slice filter, u8 options, u32 sub_id);
struct iotx_mqtt_sub *iotx_mqtt_subs_find(const struct iotx_mqtt_subs *s,
					  struct iotx_slice filter);

/* Those that may match a topic, and maybe others; starts from NULL. */
struct iotx_mqtt_sub *iotx_mqtt_subs_next(const struct iotx_mqtt_subs *s, struct iotx_slice topic,
					  const struct iotx_mqtt_sub *sub);
void iotx_mqtt_subs_free(struct iotx_mqtt_subs *s);

/* What is matched of a subscription. */
static inline struct iotx_slice iotx_mqtt_sub_bare(const struct iotx_mqtt_sub *sub)
{
	return iotx_slice(sub->filter + sub->bare, sub->len - sub->bare);
}

static inline struct iotx_slice iotx_mqtt_sub_filter(const struct iotx_mqtt_sub *sub)
{
	return iotx_slice(sub->filter, sub->len);
}

/* Does a topic match, level by level? A $ at its start is like any other character. */
bool iotx_mqtt_levels_match(struct iotx_slice topic, struct iotx_slice filter);

/* ... by all rules: a wildcard in the first level matches no topic that begins with $. */
bool iotx_mqtt_topic_matches(struct iotx_slice topic, struct iotx_slice filter);

/* Does a topic match a subscription? Most have no wildcard: they are equal or they are not. */
static inline bool iotx_mqtt_sub_matches(const struct iotx_mqtt_sub *sub, struct iotx_slice topic)
{
	if (!sub->wildcard)
		return iotx_slice_eq(topic, iotx_mqtt_sub_bare(sub));
	return iotx_mqtt_topic_matches(topic, iotx_mqtt_sub_bare(sub));
}

#endif
