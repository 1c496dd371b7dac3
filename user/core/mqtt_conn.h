/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One MQTT connection: what its CONNECT and its CONNACK have agreed on, and how far it
 * has come. A connection whose CONNECT was not seen has no sides: only what both sides
 * share is known of it.
 */
#ifndef IOTXDP_CORE_MQTT_CONN_H
#define IOTXDP_CORE_MQTT_CONN_H

#include "core/mqtt_event.h"
#include "core/mqtt_inflight.h"
#include "core/mqtt_subs.h"
#include "core/session.h"
#include "core/timer.h"
#include "wire/mqtt_duty.h"
#include "wire/sparkplug_rule.h"

/* How long an answer may take before it is called missing. No standard says. */
#define IOTX_MQTT_ANSWER_NS (30 * 1000000000ull)

#define IOTX_MQTT_SECOND_NS 1000000000ull

#define IOTX_MQTT_SAME_RULE_MAX 8 /* findings of one rule in a connection */

/* Reason codes that decide something. */
enum {
	IOTX_MQTT_WITH_WILL = 0x04,
	IOTX_MQTT_CONTINUE = 0x18,
	IOTX_MQTT_REAUTHENTICATE = 0x19,
	IOTX_MQTT_BAD_VERSION = 0x84,
	IOTX_MQTT_BAD_CLIENT_ID = 0x85,
	IOTX_MQTT_BAD_METHOD = 0x8c,
	IOTX_MQTT_KEEP_ALIVE_OVER = 0x8d,
	IOTX_MQTT_TAKEN_OVER = 0x8e,
};

/* Things that a client does in the order in which they are to be done (4.6). */
enum {
	IOTX_MQTT_ORDER_AGAIN,
	IOTX_MQTT_ORDER_PUBACK,
	IOTX_MQTT_ORDER_PUBREC,
	IOTX_MQTT_ORDER_PUBREL,
	IOTX_MQTT_ORDERS
};

enum iotx_mqtt_stage {
	IOTX_MQTT_UNKNOWN, /* its CONNECT was not seen */
	IOTX_MQTT_ASKED,   /* CONNECT */
	IOTX_MQTT_OPEN,    /* CONNACK: accepted */
	IOTX_MQTT_REFUSED, /* CONNACK: refused */
};

/* What one side takes: the client says it in CONNECT, the server in CONNACK. */
struct iotx_mqtt_takes {
	u32 packet_max; /* 0: no limit */
	u16 receive_max;
	u16 alias_max;
};

/* The server's word in CONNACK. */
struct iotx_mqtt_offer {
	u8 qos_max;
	bool no_retain, no_wildcard, no_subscription_id, no_shared;
	bool has_keep_alive;
	u16 keep_alive_s;
};

/* The last message that the server has sent on, of which all is known. */
struct iotx_mqtt_forwarded {
	u64 serial, sender, topic;
	u8 qos; /* as published, as sent on */
};

struct iotx_mqtt_brokers;
struct iotx_mqtt_client;
struct iotx_mqtt_testament;

struct iotx_mqtt_conn {
	struct iotx_delivery d; /* its last one: for what happens between the frames */
	struct iotx_mqtt_brokers *brokers;
	struct iotx_mqtt_client *who; /* in the broker's book; NULL: not there */
	struct iotx_mqtt_testament *will_asked; /* of the CONNECT, until it is accepted */
	u8 *id; /* of the CONNECT, owned */
	u32 id_len;
	struct iotx_timer timer;
	struct iotx_mqtt_flights flights[2]; /* by the side that asks */
	struct iotx_mqtt_subs subs;
	struct iotx_mqtt_takes takes[2];     /* by side */
	struct iotx_mqtt_offer offer;
	u64 heard_ns[2];       /* when a side last sent something */
	u64 silence_ns, borne_ns; /* since when the silence lasts that was found already */
	u64 auth_method;       /* hash; 0: none was given */
	u64 ping_ns, ping_frame; /* the oldest PINGREQ that is not answered; 0: none */
	u64 connect_ns, connect_frame;
	u64 rival_ns;          /* when somebody asked to connect in its client's name */
	u64 taken_ns;          /* when its client has connected anew; 0: it has not */
	u64 suback_ns;         /* the last SUBACK; 0: none was seen */
	struct iotx_mqtt_forwarded forwarded;
	u64 waiting_ns;        /* since when a side has to close; 0: none has */
	u32 serial;            /* of the message at hand, from 1 */
	u32 fault;             /* serial of the first one that breaks the format */
	u32 expiry_s;          /* Session Expiry Interval */
	u32 order[IOTX_MQTT_ORDERS]; /* the last serial answered */
	u32 ping_serial;
	u16 keep_alive_s;
	u8 version;            /* 0: nothing has told yet */
	u8 stage;
	u8 client;             /* the side that sent the CONNECT */
	u8 refused;            /* the code of the CONNACK */
	u8 end_code[2];        /* of a side's DISCONNECT */
	bool connected;        /* a CONNACK was seen */
	bool whole;            /* nothing was lost since the CONNECT */
	bool told;             /* that its start was not seen */
	bool disconnected[2];  /* a side sent DISCONNECT */
	bool ended[2];         /* nothing more will come of a side */
	bool clean, resumed;   /* asked for a new session; got an old one, or may have */
	bool rival;            /* its client was connected when it asked to be */
	bool past_unknown;     /* of the old one */
	bool cut_off;          /* its last connection has ended without a DISCONNECT */
	bool bridge;           /* the client is a broker: it is sent what it did not ask for */
	bool empty_id;         /* the client has named itself with nothing */
	bool malformed;        /* the CONNECT breaks the format */
	bool will, will_retain;
	u8 will_qos;
	bool problems_off, responses_on; /* what the client asked not to get, and to get */
	bool authenticated;    /* an AUTH was seen before the CONNACK */
	bool reauth;           /* a re-authentication is under way */
	bool overdue;          /* what the clock says is not proven yet */
	bool over_quota[2];    /* a side sends more than the other takes */
	u8 found[IOTX_MQTT_DUTY_COUNT];
	u8 sparkplug_found[IOTX_SPARKPLUG_RULE_COUNT];
};

/* One message on its way through the session. */
struct iotx_mqtt_step {
	const struct iotx_delivery *d;
	struct iotx_mqtt_conn *c;
	struct iotx_mqtt_seen *seen;
	const u8 *data; /* its first byte */
	u32 len;        /* bytes of the whole message */
	enum iotx_err verdict;
	u8 *filters; /* to be freed when the message has been shown */
	struct iotx_mqtt_conn *takeover; /* the connection that this one takes the place of */
	bool goes_on; /* its sender has ended the connection, and uses it */
	u32 count;
	struct {
		u8 duty;
		u32 off;
	} found[16];
};

static inline u8 iotx_mqtt_role(const struct iotx_mqtt_conn *c, u32 side)
{
	if (c->stage == IOTX_MQTT_UNKNOWN)
		return IOTX_ROLE_UNKNOWN;
	return c->client == side ? IOTX_ROLE_CLIENT : IOTX_ROLE_SERVER;
}

static inline bool iotx_mqtt_by_client(const struct iotx_mqtt_step *s)
{
	return iotx_mqtt_role(s->c, s->d->side) == IOTX_ROLE_CLIENT;
}

static inline bool iotx_mqtt_by_server(const struct iotx_mqtt_step *s)
{
	return iotx_mqtt_role(s->c, s->d->side) == IOTX_ROLE_SERVER;
}

/* The CONNACK of MQTT 3.1 does not say whether there was a session. */
static inline bool iotx_mqtt_resumes_unsaid(const struct iotx_mqtt_conn *c)
{
	return c->version == IOTX_MQTT_V31 && !c->clean;
}

/* The topic of a PUBLISH, also where an alias stands for it. */
static inline struct iotx_slice iotx_mqtt_topic_of(const struct iotx_mqtt_msg *msg)
{
	return msg->resolved_topic.len ? msg->resolved_topic : msg->publish.topic;
}

/* Something that a server has, as a key in a table of all servers. */
struct iotx_mqtt_at {
	u8 ip[16]; /* of the server */
	u64 what;  /* hash */
};
_Static_assert(sizeof(struct iotx_mqtt_at) == 24, "no padding in a key");

static inline struct iotx_mqtt_at iotx_mqtt_at(const u8 *ip, u64 what)
{
	struct iotx_mqtt_at at = { .what = what };

	memcpy(at.ip, ip, sizeof(at.ip));
	return at;
}

/* What tells two messages apart; never 0. */
u64 iotx_mqtt_content(struct iotx_slice topic, struct iotx_slice payload);

/* The Keep Alive that holds, and whether the client was silent for one and a half times it. */
static inline u32 iotx_mqtt_keep_alive_s(const struct iotx_mqtt_conn *c)
{
	return c->offer.has_keep_alive ? c->offer.keep_alive_s : c->keep_alive_s;
}

static inline bool iotx_mqtt_silent_too_long(const struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 limit_ns = iotx_mqtt_keep_alive_s(c) * IOTX_MQTT_SECOND_NS / 2 * 3;

	return limit_ns && now_ns > c->heard_ns[c->client] + limit_ns;
}

/* A message breaks a rule; it is told behind the message, at most a few times. */
void iotx_mqtt_breach(struct iotx_mqtt_step *s, enum iotx_mqtt_duty duty, u32 off);

/*
 * Offsets for findings: of a field, of the first property of an identifier, of the Packet
 * Identifier. 0, where the message starts, of what it does not have.
 */
u32 iotx_mqtt_off_of(const struct iotx_mqtt_step *s, const u8 *field);
u32 iotx_mqtt_off_of_prop(const struct iotx_mqtt_step *s, u32 id);
u32 iotx_mqtt_off_of_id(const struct iotx_mqtt_step *s);

/* The clock, not a message, has shown that `side` does not do its duty. */
void iotx_mqtt_breach_of(struct iotx_mqtt_conn *c, u32 side, enum iotx_mqtt_duty duty);

/* Emits the message's findings. */
void iotx_mqtt_findings(struct iotx_mqtt_step *s);

/* Learns what CONNECT and CONNACK say. */
void iotx_mqtt_conn_connect(struct iotx_mqtt_step *s);
void iotx_mqtt_conn_connack(struct iotx_mqtt_step *s);

/* Something was lost, or is not there yet: nothing that rests on it is judged any more. */
void iotx_mqtt_conn_doubt(struct iotx_mqtt_conn *c);

/* Have both sides been seen up to where the other one has acknowledged them? */
bool iotx_mqtt_conn_complete(const struct iotx_delivery *d);

void iotx_mqtt_conn_free(struct iotx_mqtt_conn *c);

/* --- the judges: one for each kind of duty ------------------------------------------------- */

void iotx_mqtt_judge_open(struct iotx_mqtt_step *s);    /* before the message is learnt */
void iotx_mqtt_judge_connack(struct iotx_mqtt_step *s); /* behind it */
void iotx_mqtt_judge_auth(struct iotx_mqtt_step *s);
void iotx_mqtt_judge_limits(struct iotx_mqtt_step *s);
void iotx_mqtt_judge_flight(struct iotx_mqtt_step *s);
void iotx_mqtt_judge_delivery(struct iotx_mqtt_step *s);
void iotx_mqtt_judge_forward(struct iotx_mqtt_step *s);
void iotx_mqtt_forward_end(struct iotx_mqtt_conn *c); /* its session has ended with it */
void iotx_mqtt_judge_end(struct iotx_mqtt_step *s);

/* What the clock shows; each returns when it wants to be asked again, or UINT64_MAX. */
u64 iotx_mqtt_clock_flights(struct iotx_mqtt_conn *c, u64 now_ns);
u64 iotx_mqtt_clock_end(struct iotx_mqtt_conn *c, u64 now_ns);
u64 iotx_mqtt_clock_alive(struct iotx_mqtt_conn *c, u64 now_ns);

/* A side that has ended the connection still uses it. */
void iotx_mqtt_goes_on(struct iotx_mqtt_conn *c, u32 side);

/*
 * What should have happened by now. That nothing was captured proves nothing: the time is
 * that of something that was seen of this connection.
 */
void iotx_mqtt_conn_clock(struct iotx_mqtt_conn *c, u64 now_ns);

/* Something comes from a side: has it been silent for too long? */
void iotx_mqtt_conn_heard(struct iotx_mqtt_conn *c, const struct iotx_delivery *d);

/* Something is waited for from now on. */
void iotx_mqtt_conn_wait(struct iotx_mqtt_conn *c, u64 due_ns);

#endif
