// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_broker.h"

#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "core/mqtt_request.h"
#include "wire/mqtt_prop.h"
#include <stdlib.h>

/* So long after another one has asked, a server closes the older connection for its sake. */
#define RIVAL_NS (5 * IOTX_MQTT_SECOND_NS)

struct key {
	u8 ip[16];
	u64 id; /* hash */
	u16 port;
	u8 rsv[6];
};
_Static_assert(sizeof(struct key) == 32, "no padding in a key");

struct iotx_mqtt_brokers *iotx_mqtt_brokers_new(struct iotx_purse *purse)
{
	struct iotx_mqtt_brokers *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->purse = purse;
	b->clients = iotx_table_new(sizeof(struct key), sizeof(struct iotx_mqtt_client),
				    IOTX_MQTT_CLIENTS_MAX);
	b->wills.table = iotx_table_new(sizeof(struct iotx_mqtt_at), sizeof(void *),
					IOTX_MQTT_WILLS_MAX);
	b->requests = iotx_mqtt_requests_new();
	b->published = iotx_mqtt_published_new();
	b->sparkplug = iotx_sparkplug_book_new();
	if (b->clients && b->wills.table && b->requests && b->published &&
	    b->sparkplug)
		return b;
	iotx_mqtt_brokers_free(b);
	return NULL;
}

static void drop_kept(struct iotx_mqtt_client *client)
{
	iotx_mqtt_flights_free(&client->flights[0]);
	iotx_mqtt_flights_free(&client->flights[1]);
	iotx_mqtt_subs_free(&client->subs);
	client->kept = false;
}

static void drop(struct iotx_mqtt_brokers *b, struct iotx_mqtt_client *client)
{
	if (client->conn)
		client->conn->who = NULL;
	if (client->will)
		iotx_mqtt_will_free(b, client->will);
	drop_kept(client);
	free(client->id);
	iotx_table_remove(b->clients, client);
}

void iotx_mqtt_brokers_free(struct iotx_mqtt_brokers *b)
{
	struct iotx_mqtt_client *client;

	if (!b)
		return;
	while (b->clients && (client = iotx_table_oldest(b->clients)))
		drop(b, client);
	iotx_table_free(b->clients);
	iotx_table_free(b->wills.table);
	iotx_table_free(b->requests);
	iotx_table_free(b->published);
	iotx_sparkplug_book_free(b->sparkplug);
	iotx_timers_free(&b->timers);
	free(b);
}

/* --- the clock ------------------------------------------------------------------------------ */

void iotx_mqtt_brokers_due(struct iotx_mqtt_brokers *b)
{
	struct iotx_timer *timer;

	while ((timer = iotx_timers_next(&b->timers, b->now_ns)))
		timer->due(timer);
}

/* --- who is who ----------------------------------------------------------------------------- */

/* The client's identifier, as it gave it or as it was given. */
static struct iotx_slice id_of(const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;
	struct iotx_mqtt_prop p;

	if (iotx_mqtt_prop_find(s->seen->msg.props, IOTX_MQTT_PROP_ASSIGNED_CLIENT_IDENTIFIER, &p))
		return p.value;
	return iotx_slice(c->id, c->id_len);
}

static struct iotx_mqtt_client *add_client(struct iotx_mqtt_brokers *b, const struct key *key,
					   struct iotx_slice id)
{
	struct iotx_mqtt_client *client;

	if (iotx_table_count(b->clients) == IOTX_MQTT_CLIENTS_MAX)
		drop(b, iotx_table_oldest(b->clients));
	client = iotx_table_add(b->clients, key);
	if (!client)
		return NULL;
	client->id = malloc(id.len);
	if (!client->id) {
		iotx_table_remove(b->clients, client);
		return NULL;
	}
	memcpy(client->id, id.data, id.len);
	client->id_len = id.len;
	return client;
}

static struct key key_of(const struct iotx_mqtt_step *s, struct iotx_slice id)
{
	const struct iotx_endpoints *ends = &s->d->conv->ends[s->c->client];
	struct key key = { .port = ends->dst_port, .id = iotx_hash(IOTX_HASH_START, id) };

	memcpy(key.ip, ends->dst_ip, 16);
	return key;
}

static struct iotx_mqtt_client *client_of(const struct iotx_mqtt_step *s, struct iotx_slice id)
{
	struct iotx_mqtt_brokers *b = s->c->brokers;
	struct key key = key_of(s, id);
	struct iotx_mqtt_client *client = iotx_table_find(b->clients, &key);

	if (client) {
		iotx_table_touch(b->clients, client);
		return client;
	}
	if (iotx_table_count(b->clients) == IOTX_MQTT_CLIENTS_MAX)
		iotx_delivery_stats(s->d)->mqtt_clients_limit++;
	return add_client(b, &key, id);
}

/* --- a session goes on ---------------------------------------------------------------------- */

/* What was under way is not sent again yet; requests are of their connection only. */
static void carry(struct iotx_mqtt_flights *flights, u64 now_ns)
{
	struct iotx_mqtt_flight *f = NULL;

	while ((f = iotx_mqtt_flight_next(flights, f))) {
		f->carried = true;
		f->late = false;
		f->received = 0;
		f->step_ns = now_ns;
	}
	flights->publishes = 0;
}

static void move_flights(struct iotx_mqtt_flights *to, struct iotx_mqtt_flights *from)
{
	iotx_mqtt_flights_free(to);
	*to = *from;
	*from = (struct iotx_mqtt_flights){ .purse = to->purse };
}

static void move_subs(struct iotx_mqtt_subs *to, struct iotx_mqtt_subs *from)
{
	iotx_mqtt_subs_free(to);
	*to = *from;
	*from = (struct iotx_mqtt_subs){ .purse = to->purse };
}

static void keep(struct iotx_mqtt_client *client, struct iotx_mqtt_conn *c)
{
	drop_kept(client);
	if (!c->expiry_s || !c->whole)
		return;
	for (u32 side = 0; side < 2; side++)
		move_flights(&client->flights[side != c->client], &c->flights[side]);
	move_subs(&client->subs, &c->subs);
	client->kept = true;
	client->cut_off = !c->disconnected[0] && !c->disconnected[1];
}

static void resume(struct iotx_mqtt_client *client, struct iotx_mqtt_conn *c, u64 now_ns)
{
	c->past_unknown = c->resumed && (!client->kept || iotx_mqtt_resumes_unsaid(c));
	c->subs.partial = c->past_unknown;
	if (!c->resumed || !client->kept) {
		drop_kept(client);
		return;
	}
	for (u32 side = 0; side < 2; side++) {
		struct iotx_mqtt_flights *from = &client->flights[side != c->client];

		iotx_mqtt_flights_requests(from);
		carry(from, now_ns);
		move_flights(&c->flights[side], from);
	}
	move_subs(&c->subs, &client->subs);
	client->kept = false;
	c->cut_off = client->cut_off;
	iotx_mqtt_conn_wait(c, now_ns + IOTX_MQTT_ANSWER_NS);
}

/* --- one connection behind the other -------------------------------------------------------- */

static bool is_open(const struct iotx_mqtt_conn *c)
{
	return !c->ended[0] && !c->ended[1] && !c->disconnected[0] && !c->disconnected[1];
}

static void tell_takeover(struct iotx_mqtt_step *s, const struct iotx_mqtt_conn *old)
{
	const struct iotx_endpoints *ends = &old->d.conv->ends[old->client];
	struct iotx_mqtt_takeover told = {
		.client_id = iotx_slice(s->c->who->id, s->c->who->id_len),
		.flow_id = ends->flow_id,
		.frame = old->connect_frame,
		.ip_version = ends->ip_version,
		.port = ends->src_port,
	};
	struct iotx_delivery d = *s->d;
	struct iotx_event ev;

	memcpy(told.ip, ends->src_ip, 16);
	d.side = s->c->client;
	iotx_event_start(&ev, &iotx_mqtt_takeover_event, &told);
	iotx_delivery_emit(&d, &ev);
}

static void replace(struct iotx_mqtt_step *s, struct iotx_mqtt_conn *old)
{
	if (is_open(old))
		old->taken_ns = s->d->ts_ns;
	if (is_open(old) || s->c->rival)
		s->takeover = old;
	if (s->c->who->will)
		iotx_mqtt_will_reconnect(s->c->who->will, s->c->clean);
	keep(s->c->who, old);
	iotx_mqtt_conn_doubt(old);
	old->who = NULL;
}

void iotx_mqtt_broker_ask(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;
	struct key key = key_of(s, iotx_slice(c->id, c->id_len));
	struct iotx_mqtt_client *client;

	if (!c->id_len)
		return;
	client = iotx_table_find(c->brokers->clients, &key);
	c->rival = client && client->conn && is_open(client->conn);
	if (c->rival)
		client->conn->rival_ns = s->d->ts_ns;
}

void iotx_mqtt_broker_accept(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;
	struct iotx_slice id = id_of(s);
	struct iotx_mqtt_client *client;

	c->past_unknown = c->subs.partial = c->resumed || c->bridge;
	if (!id.len || id.len > IOTX_MQTT_ID_MAX)
		return;
	client = client_of(s, id);
	if (!client)
		return;
	if (c->empty_id && client->conn && is_open(client->conn))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ASSIGNED_ABSENT, 0);
	c->who = client;
	if (client->conn)
		replace(s, client->conn);
	else if (client->will)
		iotx_mqtt_will_reconnect(client->will, c->clean);
	client->conn = c;
	resume(client, c, s->d->ts_ns);
	c->subs.partial |= c->bridge || c->past_unknown;
	iotx_mqtt_will_arm(c);
}

void iotx_mqtt_broker_told(struct iotx_mqtt_step *s)
{
	if (s->takeover)
		tell_takeover(s, s->takeover);
}

/* --- the end -------------------------------------------------------------------------------- */

static const char *cause_of_server(const struct iotx_mqtt_conn *c, u64 now_ns)
{
	if (c->taken_ns || (c->rival_ns && now_ns < c->rival_ns + RIVAL_NS))
		return "takeover";
	return iotx_mqtt_silent_too_long(c, now_ns) ? "keep_alive" : "server_closed";
}

/* The client may have its session end sooner or later than it has said before (3.14.2.2.2). */
static void take_expiry(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_prop p;

	if (s->c->expiry_s &&
	    iotx_mqtt_prop_find(s->seen->msg.props, IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL, &p))
		s->c->expiry_s = p.number;
}

void iotx_mqtt_broker_disconnect(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;
	u8 reason = s->seen->msg.reason;

	if (s->seen->msg.type != IOTX_MQTT_DISCONNECT)
		return;
	if (iotx_mqtt_by_client(s)) {
		take_expiry(s);
		if (!reason)
			iotx_mqtt_will_cancel(c, "disconnect");
		else
			iotx_mqtt_will_end(c, reason == IOTX_MQTT_WITH_WILL ?
						      "disconnect_with_will" : "client_error");
	} else if (reason == IOTX_MQTT_KEEP_ALIVE_OVER) {
		iotx_mqtt_will_end(c, "keep_alive");
	} else {
		iotx_mqtt_will_end(c, reason == IOTX_MQTT_TAKEN_OVER ? "takeover" :
								      "server_disconnect");
	}
}

void iotx_mqtt_broker_end(struct iotx_mqtt_conn *c, const struct iotx_delivery *d)
{
	if (!c->who || !d->closed)
		return;
	if (c->whole && !c->expiry_s)
		iotx_mqtt_forward_end(c);
	if (d->side != c->client)
		iotx_mqtt_will_end(c, cause_of_server(c, d->ts_ns));
	else
		iotx_mqtt_will_end(c, d->reset ? "client_reset" : "client_closed");
}

void iotx_mqtt_broker_forget(struct iotx_mqtt_conn *c)
{
	struct iotx_mqtt_client *client = c->who;

	iotx_timer_stop(&c->brokers->timers, &c->timer);
	if (!client)
		return;
	keep(client, c);
	client->conn = NULL;
	c->who = NULL;
	if (client->will)
		iotx_mqtt_will_orphan(client->will);
	if (!client->kept && !client->will)
		drop(c->brokers, client);
}
