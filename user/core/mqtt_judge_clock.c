// SPDX-License-Identifier: GPL-2.0-only
/* What has not happened: answers that are missing, silence, connections that stay open. */
#include "core/conv.h"
#include "core/mqtt_conn.h"

/* --- answers -------------------------------------------------------------------------------- */

/* The one who owes the next step is the peer of `side`, who asked, unless said otherwise. */
static void missing(struct iotx_mqtt_conn *c, u32 side, const struct iotx_mqtt_flight *f)
{
	bool first = f->state == IOTX_MQTT_SENT;

	if (f->carried) {
		if (!iotx_mqtt_resumes_unsaid(c))
			iotx_mqtt_breach_of(c, side, IOTX_MQTT_DUTY_AGAIN_MISSING);
		if (f->shared && f->qos == 2)
			iotx_mqtt_breach_of(c, side, IOTX_MQTT_DUTY_SHARED_LEFT);
	} else if (f->type != IOTX_MQTT_PUBLISH) {
		iotx_mqtt_breach_of(c, !side, f->type == IOTX_MQTT_SUBSCRIBE ?
						      IOTX_MQTT_DUTY_NO_SUBACK :
						      IOTX_MQTT_DUTY_NO_UNSUBACK);
	} else if (f->state == IOTX_MQTT_RELEASED) {
		iotx_mqtt_breach_of(c, !side, IOTX_MQTT_DUTY_NO_PUBCOMP);
	} else if (first) {
		iotx_mqtt_breach_of(c, !side, f->qos == 1 ? IOTX_MQTT_DUTY_NO_PUBACK :
							    IOTX_MQTT_DUTY_NO_PUBREC);
	} else if (f->answers < f->copies) {
		iotx_mqtt_breach_of(c, !side, IOTX_MQTT_DUTY_NO_PUBREC_AGAIN);
	} else {
		iotx_mqtt_breach_of(c, side, IOTX_MQTT_DUTY_NO_PUBREL);
	}
	if (first && f->type == IOTX_MQTT_PUBLISH && !f->carried && side != c->client)
		iotx_mqtt_breach_of(c, !side, IOTX_MQTT_DUTY_NO_CLIENT_ACK);
}

/* What is to be sent again waits as long as the peer takes no more (4.9). */
static bool has_to_wait(const struct iotx_mqtt_conn *c, u32 side, const struct iotx_mqtt_flight *f)
{
	return f->carried && c->flights[side].publishes >= c->takes[!side].receive_max;
}

static u64 check_flight(struct iotx_mqtt_conn *c, u32 side, struct iotx_mqtt_flight *f, u64 now_ns)
{
	u64 due;

	if (f->late)
		return UINT64_MAX;
	if (has_to_wait(c, side, f))
		f->step_ns = now_ns;
	due = f->step_ns + IOTX_MQTT_ANSWER_NS;
	if (due > now_ns)
		return due;
	f->late = true;
	missing(c, side, f);
	return UINT64_MAX;
}

/* PINGRESP and CONNACK have no Packet Identifier. */
static u64 check_others(struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 due = UINT64_MAX;

	if (c->stage == IOTX_MQTT_ASKED) {
		due = c->connect_ns + IOTX_MQTT_ANSWER_NS;
		if (due > now_ns)
			return due;
		if (!c->authenticated && iotx_conv_heard(c->d.conv, c->client))
			iotx_mqtt_breach_of(c, !c->client, IOTX_MQTT_DUTY_CONNACK_MISSING);
		return UINT64_MAX;
	}
	if (c->ping_ns)
		due = c->ping_ns + IOTX_MQTT_ANSWER_NS;
	if (due > now_ns)
		return due;
	c->ping_ns = 0;
	iotx_mqtt_breach_of(c, !c->client, IOTX_MQTT_DUTY_NO_PINGRESP);
	return UINT64_MAX;
}

u64 iotx_mqtt_clock_flights(struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 due = check_others(c, now_ns);

	if (c->stage != IOTX_MQTT_OPEN || c->disconnected[0] || c->disconnected[1])
		return due;
	for (u32 side = 0; side < 2; side++) {
		struct iotx_mqtt_flights *flights = &c->flights[side];
		struct iotx_mqtt_flight *f = NULL;

		while ((f = iotx_mqtt_flight_next(flights, f))) {
			u64 next = check_flight(c, side, f, now_ns);

			due = next < due ? next : due;
		}
	}
	return due;
}

/* --- keep alive ------------------------------------------------------------------------------ */

static u64 limit_ns(u32 keep_alive_s, u32 quarters)
{
	return keep_alive_s * IOTX_MQTT_SECOND_NS / 4 * quarters + IOTX_MQTT_SECOND_NS;
}

static void silent_client(struct iotx_mqtt_conn *c)
{
	if (!c->offer.has_keep_alive) {
		iotx_mqtt_breach_of(c, c->client, IOTX_MQTT_DUTY_SILENT);
		return;
	}
	iotx_mqtt_breach_of(c, c->client, IOTX_MQTT_DUTY_SILENT_SERVER_VALUE);
	iotx_mqtt_breach_of(c, c->client, IOTX_MQTT_DUTY_SERVER_VALUE_UNUSED);
}

static void borne_by_server(struct iotx_mqtt_conn *c)
{
	iotx_mqtt_breach_of(c, !c->client, IOTX_MQTT_DUTY_SILENCE_BORNE);
	if (!c->offer.has_keep_alive)
		iotx_mqtt_breach_of(c, !c->client, IOTX_MQTT_DUTY_CLIENT_VALUE_UNUSED);
}

/*
 * The client has a quarter more than it said, because it takes time to send; the server
 * has to close at one and a half (3.1.2.10). Each has a second for what we see late.
 */
u64 iotx_mqtt_clock_alive(struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 heard = c->heard_ns[c->client], due;

	if (!iotx_mqtt_keep_alive_s(c) || c->stage != IOTX_MQTT_OPEN || c->disconnected[0] ||
	    c->disconnected[1])
		return UINT64_MAX;
	if (c->silence_ns != heard) {
		due = heard + limit_ns(iotx_mqtt_keep_alive_s(c), 5);
		if (due > now_ns)
			return due;
		c->silence_ns = heard;
		silent_client(c);
	}
	due = heard + limit_ns(iotx_mqtt_keep_alive_s(c), 6);
	if (due > now_ns)
		return due;
	if (c->borne_ns != heard)
		borne_by_server(c);
	c->borne_ns = heard;
	return now_ns + limit_ns(iotx_mqtt_keep_alive_s(c), 5); /* until it speaks again */
}

void iotx_mqtt_conn_heard(struct iotx_mqtt_conn *c, const struct iotx_delivery *d)
{
	u64 before = c->heard_ns[d->side];

	if (d->ts_ns > before + IOTX_MQTT_SECOND_NS && c->whole && !c->ended[0] && !c->ended[1] &&
	    iotx_mqtt_conn_complete(d))
		iotx_mqtt_clock_alive(c, d->ts_ns);
	if (d->ts_ns > before)
		c->heard_ns[d->side] = d->ts_ns;
}

/* --- the end --------------------------------------------------------------------------------- */

/* By the code of the CONNACK: which promise of a refusal was not kept. */
static enum iotx_mqtt_duty refusal(const struct iotx_mqtt_conn *c)
{
	bool v5 = c->version == IOTX_MQTT_V5;

	if (c->refused == (v5 ? IOTX_MQTT_BAD_VERSION : 1))
		return IOTX_MQTT_DUTY_REFUSED_VERSION;
	if (c->refused == (v5 ? IOTX_MQTT_BAD_CLIENT_ID : 2))
		return IOTX_MQTT_DUTY_REFUSED_CLIENT_ID;
	if (c->refused == IOTX_MQTT_BAD_METHOD)
		return IOTX_MQTT_DUTY_REFUSED_METHOD;
	return c->authenticated ? IOTX_MQTT_DUTY_REFUSED_AUTH : IOTX_MQTT_DUTY_REFUSED_CHECKS;
}

/* What `side` breaks by not closing the connection that it has ended. */
static void not_closed(struct iotx_mqtt_conn *c, u32 side)
{
	bool refused = c->stage == IOTX_MQTT_REFUSED && side != c->client;

	if (!refused && !c->disconnected[side])
		return;
	iotx_mqtt_breach_of(c, side, refused ? IOTX_MQTT_DUTY_REFUSED_OPEN :
					       IOTX_MQTT_DUTY_NOT_CLOSED);
	if (refused)
		iotx_mqtt_breach_of(c, side, refusal(c));
	if (refused || c->end_code[side] >= 0x80)
		iotx_mqtt_breach_of(c, side, IOTX_MQTT_DUTY_ERROR_NOT_CLOSED);
	if (c->reauth && c->end_code[side] >= 0x80)
		iotx_mqtt_breach_of(c, side, IOTX_MQTT_DUTY_REAUTH_FAILED);
}

static bool shut(const struct iotx_mqtt_conn *c)
{
	return iotx_conv_shut(c->d.conv, 0) || iotx_conv_shut(c->d.conv, 1);
}

u64 iotx_mqtt_clock_end(struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 due = c->waiting_ns + IOTX_MQTT_ANSWER_NS;

	if (!c->waiting_ns || !c->whole || c->ended[0] || c->ended[1] || shut(c))
		return UINT64_MAX;
	if (due > now_ns)
		return due;
	c->waiting_ns = 0;
	for (u32 side = 0; side < 2; side++)
		not_closed(c, side);
	return UINT64_MAX;
}

void iotx_mqtt_judge_end(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;
	u32 side = s->d->side;

	if (c->disconnected[side] && c->whole)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_AFTER_END, 0);
	if (c->taken_ns && iotx_mqtt_by_server(s) && s->seen->msg.type != IOTX_MQTT_DISCONNECT &&
	    s->d->ts_ns > c->taken_ns + IOTX_MQTT_SECOND_NS) {
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_TAKEN_OVER, 0);
		c->taken_ns = 0; /* once */
	}
	if (c->waiting_ns && c->whole && s->seen->msg.type != IOTX_MQTT_CONNACK) {
		s->goes_on = c->disconnected[side] || iotx_mqtt_by_server(s);
		return;
	}
	if (s->seen->msg.type != IOTX_MQTT_DISCONNECT || c->stage == IOTX_MQTT_UNKNOWN)
		return;
	if (iotx_mqtt_by_server(s) && s->seen->msg.reason == IOTX_MQTT_KEEP_ALIVE_OVER &&
	    !c->offer.has_keep_alive && c->whole &&
	    s->d->ts_ns < c->heard_ns[c->client] + c->keep_alive_s * IOTX_MQTT_SECOND_NS)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_CLIENT_VALUE_UNUSED, 0);
	c->disconnected[side] = true;
	c->end_code[side] = s->seen->msg.reason;
	c->waiting_ns = s->d->ts_ns;
	iotx_mqtt_conn_wait(c, s->d->ts_ns + IOTX_MQTT_ANSWER_NS);
}

void iotx_mqtt_goes_on(struct iotx_mqtt_conn *c, u32 side)
{
	c->waiting_ns = 0;
	not_closed(c, side);
}
