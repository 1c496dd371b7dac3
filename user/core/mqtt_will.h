/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a will: armed when its connection is accepted, cancelled or fired when that
 * ends, and found again in what the broker sends to others. A broker sends it without
 * saying that it is one: topic and payload tell, as long as nobody else has just published
 * the same.
 */
#ifndef IOTXDP_CORE_MQTT_WILL_H
#define IOTXDP_CORE_MQTT_WILL_H

#include "core/mqtt_conn.h"

#define IOTX_MQTT_WILLS_MAX 65536            /* with different topics or payloads */
#define IOTX_MQTT_WILLS_ALIKE 64             /* with the same */
#define IOTX_MQTT_WILL_BYTES_MAX (16u << 10) /* of topic and payload, to be followed */
#define IOTX_MQTT_EARLY_MAX 8                /* deliveries seen before the reason for them */
#define IOTX_MQTT_NAME_MAX 64                /* of a client identifier, in such an event */

enum iotx_mqtt_will_state {
	IOTX_MQTT_WILL_ARMED,
	IOTX_MQTT_WILL_DELAYED, /* its connection has ended: it waits for its delay */
	IOTX_MQTT_WILL_FIRED,
};

/* Who got it. */
struct iotx_mqtt_receiver {
	u64 ts_ns, frame, flow_id;
	u8 ip[16];
	u8 ip_version;
	bool known;    /* which subscription it came through */
	bool wildcard; /* none without a wildcard matches */
	u16 port;
	u16 name_len;
	u8 name[IOTX_MQTT_NAME_MAX];
};

struct iotx_mqtt_testament {
	struct iotx_mqtt_testament *next; /* of the same topic and payload */
	struct iotx_mqtt_client *client;
	struct iotx_mqtt_conn *conn; /* NULL: it is no more */
	struct iotx_timer timer;
	u64 content, topic_hash;
	u64 flow_id;
	u8 broker_ip[16];
	u64 armed_frame, fired_frame;
	u64 end_ns;  /* of its connection */
	u64 echo_ns; /* when a client last published the same; 0: none did */
	const char *cause;
	u32 delay_s;
	u32 topic_len, payload_len;
	u8 qos, state;
	bool retain;
	u32 early_count;
	struct iotx_mqtt_receiver early[IOTX_MQTT_EARLY_MAX];
	u8 bytes[]; /* topic, payload */
};

struct iotx_table;

struct iotx_mqtt_wills {
	struct iotx_table *table; /* the first of each topic and payload */
	u32 count;
	u16 topics[4096]; /* how many wills have a topic of this hash */
};

/* What happens to one; goes into "iotxdp". */
struct iotx_mqtt_will_told {
	const char *action, *cause;
	struct iotx_slice client_id, topic, payload;
	const struct iotx_mqtt_testament *will;
	const struct iotx_mqtt_receiver *receiver; /* NULL: it is about the will itself */
};

extern const struct iotx_event_class iotx_mqtt_will_event;

/* From a CONNECT; NULL: it has none that can be followed. */
struct iotx_mqtt_testament *iotx_mqtt_will_new(struct iotx_mqtt_step *s);

/* One that nobody follows yet; or NULL. */
void iotx_mqtt_will_drop(struct iotx_mqtt_brokers *b, struct iotx_mqtt_testament *will);

/* The connection is accepted. */
void iotx_mqtt_will_arm(struct iotx_mqtt_conn *c);

/* The connection ends in this way; a DISCONNECT of the client's own cancels it. */
void iotx_mqtt_will_cancel(struct iotx_mqtt_conn *c, const char *cause);
void iotx_mqtt_will_end(struct iotx_mqtt_conn *c, const char *cause);

/* The client connects again before the delay is over. */
void iotx_mqtt_will_reconnect(struct iotx_mqtt_testament *will, bool clean);

/* Its connection is forgotten. */
void iotx_mqtt_will_orphan(struct iotx_mqtt_testament *will);

/* A PUBLISH, of whichever side: is it a will? */
void iotx_mqtt_will_publish(struct iotx_mqtt_step *s);

void iotx_mqtt_will_free(struct iotx_mqtt_brokers *b, struct iotx_mqtt_testament *will);

#endif
