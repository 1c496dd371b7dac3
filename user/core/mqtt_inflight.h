/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one side of an MQTT connection has asked and the other has not answered yet, by
 * Packet Identifier. Each side numbers its own: the same number in the other direction is
 * another one (MQTT 5.0, 2.2.1).
 */
#ifndef IOTXDP_CORE_MQTT_INFLIGHT_H
#define IOTXDP_CORE_MQTT_INFLIGHT_H

#include "base/purse.h"
#include "base/slice.h"

#define IOTX_MQTT_FLIGHTS_MAX 1024        /* of a side */
#define IOTX_MQTT_PAST 64                 /* answered ones remembered, of a side */
#define IOTX_MQTT_FILTERS_MAX (16u << 10) /* bytes of filters kept of a request */
#define IOTX_MQTT_FILTERS_ALL (64u << 10) /* ... and of all requests of a side */

enum iotx_mqtt_flight_state {
	IOTX_MQTT_SENT,     /* nothing has come back */
	IOTX_MQTT_RECEIVED, /* QoS 2: PUBREC */
	IOTX_MQTT_RELEASED, /* QoS 2: PUBREL */
};

/* Of each there are many: what only one kind of message has shares its place. */
struct iotx_mqtt_flight {
	union {
		u64 content; /* PUBLISH: hash of topic and payload; 0: not known whole */
		u8 *filters; /* of a request: its list, owned */
	};
	u64 sent_ns;  /* when it was first sent */
	u64 frame;    /* ... in this frame */
	u64 step_ns;  /* when the last step was made */
	u32 serial;   /* of its message in the connection */
	union {
		u32 received;    /* PUBLISH: serial of its PUBREC */
		u32 filters_len; /* of a request */
	};
	u16 id;
	u8 type;      /* PUBLISH, SUBSCRIBE, UNSUBSCRIBE */
	u8 qos : 2;
	u8 state : 4; /* enum iotx_mqtt_flight_state */
	bool carried : 1; /* of an earlier connection of the session, not sent again yet */
	bool late : 1;    /* that nobody answers has been found already */
	bool shared : 1;  /* PUBLISH: for a Shared Subscription, and nothing else */
	u8 copies;    /* how often the PUBLISH was sent */
	u8 answers;   /* how often PUBREC was */
};

/* One that is over. */
struct iotx_mqtt_past {
	u64 content;
	u16 id;
	u8 type;
	bool refused;
};

struct iotx_mqtt_slot {
	u16 id; /* 0: free */
	u16 at; /* which flight it is */
};

/* Zero-initialised is empty. */
struct iotx_mqtt_flights {
	struct iotx_mqtt_slot *slots;    /* a hash table: where they are looked for */
	struct iotx_mqtt_flight *flight; /* one behind the other */
	struct iotx_mqtt_past *past;     /* the last ones */
	u32 slot_room, room, count;
	u32 publishes; /* of them: PUBLISH, sent in this connection */
	u32 over;      /* how many were answered */
	u32 filters;   /* bytes kept of requests */
	struct iotx_purse *purse; /* what all of its memory is taken from */
};

struct iotx_mqtt_flight *iotx_mqtt_flight_find(const struct iotx_mqtt_flights *f, u16 id);

/* A new one, of no type yet; the id must be free. NULL: there are too many, or out of memory. */
struct iotx_mqtt_flight *iotx_mqtt_flight_add(struct iotx_mqtt_flights *f, u16 id);

/* Keeps the filters of a request. False: too many bytes, or out of memory. */
bool iotx_mqtt_flight_keep(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   struct iotx_slice filters);

/* It is over: remembered among the past. Other flights may move. */
void iotx_mqtt_flight_done(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   bool refused);

/* Remembers an id that was never in flight. */
void iotx_mqtt_past_add(struct iotx_mqtt_flights *f, const struct iotx_mqtt_past *past);

/* The last one of this id that is over; NULL: none that is remembered. */
const struct iotx_mqtt_past *iotx_mqtt_past_find(const struct iotx_mqtt_flights *f, u16 id);

/* All of them: starts from NULL. */
struct iotx_mqtt_flight *iotx_mqtt_flight_next(const struct iotx_mqtt_flights *f,
					       const struct iotx_mqtt_flight *flight);
/* Forgets requests, which are of one connection only. */
void iotx_mqtt_flights_requests(struct iotx_mqtt_flights *f);

void iotx_mqtt_flights_free(struct iotx_mqtt_flights *f);

#endif
