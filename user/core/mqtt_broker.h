/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What MQTT connections have in common: the clients of a broker by their identifiers, with
 * what goes on from one connection to the next; wills; and the clock of the frames.
 */
#ifndef IOTXDP_CORE_MQTT_BROKER_H
#define IOTXDP_CORE_MQTT_BROKER_H

#include "core/mqtt_will.h"

#define IOTX_MQTT_CLIENTS_MAX 65536
#define IOTX_MQTT_PUBLISHED_MAX 16384 /* messages, until they are sent on */
#define IOTX_MQTT_ID_MAX 1024 /* bytes of an identifier, to be followed */

struct iotx_table;

/* A client identifier at an address of a broker. */
struct iotx_mqtt_client {
	struct iotx_mqtt_conn *conn; /* its last one; NULL: forgotten */
	struct iotx_mqtt_testament *will;
	u8 *id; /* owned */
	u32 id_len;
	bool kept; /* its session as the last connection left it: */
	bool cut_off; /* it has ended without a DISCONNECT */
	struct iotx_mqtt_flights flights[2]; /* of the client, of the broker */
	struct iotx_mqtt_subs subs;
};

struct iotx_mqtt_brokers {
	struct iotx_purse *purse; /* what is kept is taken from here */
	struct iotx_timers timers;
	u64 now_ns; /* of the frames: it never goes back */
	u64 frame;  /* the one that is being looked at */
	struct iotx_table *clients;
	struct iotx_mqtt_wills wills;
	struct iotx_table *requests; /* see mqtt_request.h */
	struct iotx_table *published; /* see mqtt_judge_forward.c */
	u64 published_serial;
	bool forwards; /* somebody has subscribed in MQTT 5 */
	struct iotx_sparkplug_book *sparkplug;
};

/* NULL when out of memory. */
struct iotx_mqtt_brokers *iotx_mqtt_brokers_new(struct iotx_purse *purse);
void iotx_mqtt_brokers_free(struct iotx_mqtt_brokers *b);

struct iotx_table *iotx_mqtt_published_new(void);

/* Does what has become due. */
void iotx_mqtt_brokers_due(struct iotx_mqtt_brokers *b);

/* A frame of this time comes next. */
static inline void iotx_mqtt_brokers_clock(struct iotx_mqtt_brokers *b, u64 ts_ns, u64 frame)
{
	b->frame = frame;
	if (ts_ns > b->now_ns)
		b->now_ns = ts_ns;
	if (iotx_timers_due(&b->timers, b->now_ns))
		iotx_mqtt_brokers_due(b);
}

/* A client asks to be connected: is it already? */
void iotx_mqtt_broker_ask(struct iotx_mqtt_step *s);

/* The client is accepted: who was it before? */
void iotx_mqtt_broker_accept(struct iotx_mqtt_step *s);

/* Tells of the connection that it takes the place of. */
void iotx_mqtt_broker_told(struct iotx_mqtt_step *s);

/* A side says that the connection is over, or it is. */
void iotx_mqtt_broker_disconnect(struct iotx_mqtt_step *s);
void iotx_mqtt_broker_end(struct iotx_mqtt_conn *c, const struct iotx_delivery *d);

/* The connection is no more. */
void iotx_mqtt_broker_forget(struct iotx_mqtt_conn *c);

/* A client identifier that connects from somewhere else while it is connected. */
struct iotx_mqtt_takeover {
	struct iotx_slice client_id;
	u64 flow_id, frame; /* of the connection before, of its CONNECT */
	u8 ip[16];
	u8 ip_version;
	u16 port;
};

extern const struct iotx_event_class iotx_mqtt_takeover_event;

#endif
