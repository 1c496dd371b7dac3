// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqttsn_judge.h"

#include "wire/mqttsn_rule.h"

#define NS_PER_S 1000000000ull
#define QOS_MINUS_ONE 3

/* What 6.14 calls the states of a client; OPEN: connected, or nothing is known. */
enum { OPEN, ASLEEP, AWAKE };

static void breach(struct iotx_diag *judged, enum iotx_mqttsn_rule rule)
{
	iotx_mqttsn_breach(judged, rule, 0);
}

/* --- topic ids ------------------------------------------------------------------------------- */

/* What is published has to be registered before, pre-defined, or short (6.6). */
static void topic(const struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn,
		  struct iotx_diag *judged)
{
	const struct iotx_mqttsn_msg *msg = turn->msg;

	if (msg->hdr.type == IOTX_MQTTSN_PUBLISH && w->whole && !turn->forgotten &&
	    iotx_mqttsn_topic_type(msg) == IOTX_MQTTSN_TOPIC_NORMAL &&
	    iotx_mqttsn_qos(msg->flags) != QOS_MINUS_ONE && msg->topic_id &&
	    msg->topic_id != 0xffff && !msg->resolved_topic.len)
		breach(judged, IOTX_MQTTSN_RULE_TOPIC_UNKNOWN);
}

/* --- sleep ----------------------------------------------------------------------------------- */

static bool wakes(const struct iotx_mqttsn_msg *msg)
{
	return msg->hdr.type == IOTX_MQTTSN_PINGREQ &&
	       iotx_mqttsn_has(msg, IOTX_MQTTSN_F_CLIENT_ID);
}

/* What is no part of a session, or ends the sleep, or goes on with it. */
static bool may_send_asleep(const struct iotx_mqttsn_msg *msg)
{
	switch (msg->hdr.type) {
	case IOTX_MQTTSN_ADVERTISE:
	case IOTX_MQTTSN_SEARCHGW:
	case IOTX_MQTTSN_GWINFO:
	case IOTX_MQTTSN_CONNECT:
	case IOTX_MQTTSN_DISCONNECT:
		return true;
	case IOTX_MQTTSN_PUBLISH:
		return iotx_mqttsn_qos(msg->flags) == QOS_MINUS_ONE;
	}
	return wakes(msg);
}

/* A tenth of its time is left to the client, as 6.11 leaves it for longer times. */
static bool is_late(const struct iotx_mqttsn_watch *w, u64 now_ns)
{
	u64 most_ns = w->sleep_s * NS_PER_S;

	return now_ns > w->since_ns && now_ns - w->since_ns > most_ns + most_ns / 10;
}

static void sleeping(const struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn,
		     struct iotx_diag *judged)
{
	u8 type = turn->msg->hdr.type;

	if (w->state != ASLEEP)
		return;
	if (turn->side == w->client) {
		if (is_late(w, turn->ts_ns))
			breach(judged, IOTX_MQTTSN_RULE_SLEEP_LATE);
		if (!may_send_asleep(turn->msg))
			breach(judged, IOTX_MQTTSN_RULE_SLEEP_TALK);
	} else if (type == IOTX_MQTTSN_PUBLISH || type == IOTX_MQTTSN_REGISTER) {
		breach(judged, IOTX_MQTTSN_RULE_SLEEP_SENT);
	}
}

/* --- what a message changes ------------------------------------------------------------------ */

static void by_client(struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn)
{
	const struct iotx_mqttsn_msg *msg = turn->msg;

	if (msg->hdr.type == IOTX_MQTTSN_CONNECT) {
		*w = (struct iotx_mqttsn_watch){
			.client = turn->side,
			.clean = msg->flags & IOTX_MQTTSN_CLEAN,
		};
	} else if (msg->hdr.type == IOTX_MQTTSN_DISCONNECT) {
		w->client = turn->side;
		w->state = OPEN;
		w->asks_sleep = iotx_mqttsn_has(msg, IOTX_MQTTSN_F_DURATION);
		w->sleep_s = msg->duration_s;
		w->whole &= w->asks_sleep; /* otherwise the session is over */
	} else if (w->state == ASLEEP && turn->side == w->client && wakes(msg)) {
		w->state = AWAKE;
	}
}

static void fall_asleep(struct iotx_mqttsn_watch *w, u64 now_ns)
{
	w->state = ASLEEP;
	w->since_ns = now_ns;
	w->asks_sleep = false;
}

static void by_gateway(struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn)
{
	switch (turn->msg->hdr.type) {
	case IOTX_MQTTSN_CONNACK:
		w->whole = w->clean && !turn->msg->return_code;
		break;
	case IOTX_MQTTSN_DISCONNECT:
		fall_asleep(w, turn->ts_ns);
		break;
	case IOTX_MQTTSN_PINGRESP: /* nothing more waits for the client */
		if (w->state == AWAKE)
			fall_asleep(w, turn->ts_ns);
		break;
	}
}

/* A DISCONNECT is sent by both: it is an answer for whom has asked. */
static bool is_answer(const struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn)
{
	u8 type = turn->msg->hdr.type;

	if (type == IOTX_MQTTSN_DISCONNECT)
		return w->asks_sleep && turn->side != w->client;
	return type == IOTX_MQTTSN_CONNACK || type == IOTX_MQTTSN_PINGRESP;
}

void iotx_mqttsn_judge(struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn,
		       struct iotx_diag *judged)
{
	topic(w, turn, judged);
	sleeping(w, turn, judged);
	if (is_answer(w, turn))
		by_gateway(w, turn);
	else
		by_client(w, turn);
}
