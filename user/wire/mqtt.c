/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt.h"
#include "base/utf8.h"
#include "mqtt_prop.h"

/*
 * Reads a fixed header: nearly always one whose length has a digit or two; every other one
 * by the code that the kernel half runs.
 */
static enum iotx_err read_header_by_bytes(struct iotx_cur *c, struct iotx_mqtt_hdr *h)
{
	enum iotx_err err = IOTX_E_SHORT;
	u8 byte;

	memset(h, 0, sizeof(*h));
	while (err == IOTX_E_SHORT) {
		if (iotx_cur_u8(c, &byte))
			return IOTX_E_SHORT;
		err = iotx_mqtt_hdr_push(h, byte);
		if (!iotx_mqtt_type(h->first))
			return IOTX_E_BAD;
	}
	return err;
}

static inline enum iotx_err read_header(struct iotx_cur *c, struct iotx_mqtt_hdr *h)
{
	u8 b[3];

	if (iotx_cur_peek(c, c->off, b, 3) || !iotx_mqtt_type(b[0]) || (b[1] & b[2] & 0x80))
		return read_header_by_bytes(c, h);
	h->first = b[0];
	h->read = b[1] & 0x80 ? 3 : 2;
	h->length = b[1] & 0x80 ? (u32)b[2] << 7 | (b[1] & 0x7f) : b[1];
	c->off += h->read;
	return IOTX_OK;
}

enum iotx_err iotx_mqtt_measure(const u8 *data, u32 n, u32 *len)
{
	struct iotx_cur c = iotx_cur_mem(data, n);
	struct iotx_mqtt_hdr h;
	enum iotx_err err = read_header(&c, &h);

	if (err != IOTX_E_SHORT)
		*len = h.read + (err ? 0 : h.length);
	return err;
}

/* --- the fixed header ---------------------------------------------------------------------- */

static void blame_dup(struct iotx_mqtt_reader *r)
{
	iotx_mqtt_blame(r, IOTX_MQTT_RULE_DUP, 0);
	iotx_mqtt_blame(r, IOTX_MQTT_RULE_DUP_QOS_0, 0);
}

/* Some types have a statement of their own beside that for all of them. */
static void blame_flags(struct iotx_mqtt_reader *r)
{
	static const u8 own[IOTX_MQTT_TYPE_COUNT] = {
		[IOTX_MQTT_PUBREL] = IOTX_MQTT_RULE_FLAGS_PUBREL,
		[IOTX_MQTT_SUBSCRIBE] = IOTX_MQTT_RULE_FLAGS_SUBSCRIBE,
		[IOTX_MQTT_UNSUBSCRIBE] = IOTX_MQTT_RULE_FLAGS_UNSUBSCRIBE,
		[IOTX_MQTT_DISCONNECT] = IOTX_MQTT_RULE_FLAGS_DISCONNECT,
		[IOTX_MQTT_AUTH] = IOTX_MQTT_RULE_FLAGS_AUTH,
	};

	iotx_mqtt_blame(r, IOTX_MQTT_RULE_FLAGS, 0);
	if (own[r->msg->type])
		iotx_mqtt_blame(r, own[r->msg->type], 0);
}

static void check_flags(struct iotx_mqtt_reader *r)
{
	const struct iotx_mqtt_msg *msg = r->msg;

	if (msg->type == IOTX_MQTT_PUBLISH) {
		if (msg->qos == 3)
			iotx_mqtt_blame(r, IOTX_MQTT_RULE_QOS_3, 0);
		else if (msg->dup && !msg->qos)
			blame_dup(r);
		return;
	}
	if (iotx_mqtt_flags_ok(r->header.first))
		return;
	/* MQTT 3.1 sends some of these with DUP, and elsewhere does not use the flags. */
	if (r->version == IOTX_MQTT_V31)
		iotx_mqtt_note(r, "flags are set that later versions forbid");
	else
		blame_flags(r);
}

static void check_length(struct iotx_mqtt_reader *r)
{
	u8 last = r->cur.src.base[r->header.read - 1];

	if (last || r->header.read == 2)
		return;
	if (iotx_mqtt_is_v5(r))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_VARINT_LONG, 1);
	else
		iotx_mqtt_note(r, "the Remaining Length has more bytes than it needs");
}

/* MQTT 5.0, table 2-1; before it a DISCONNECT comes from the client only. */
static void check_direction(struct iotx_mqtt_reader *r)
{
	u32 client = IOTX_MQTT_IN(CONNECT) | IOTX_MQTT_IN(SUBSCRIBE) | IOTX_MQTT_IN(UNSUBSCRIBE) |
		     IOTX_MQTT_IN(PINGREQ);
	u32 server = IOTX_MQTT_IN(CONNACK) | IOTX_MQTT_IN(SUBACK) | IOTX_MQTT_IN(UNSUBACK) |
		     IOTX_MQTT_IN(PINGRESP);
	u32 here = 1u << r->msg->type;

	if (!iotx_mqtt_is_v5(r))
		client |= IOTX_MQTT_IN(DISCONNECT);
	if ((r->role == IOTX_ROLE_SERVER && here & client) ||
	    (r->role == IOTX_ROLE_CLIENT && here & server))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_DIRECTION, 0);
}

void iotx_mqtt_check_header(struct iotx_mqtt_reader *r)
{
	check_flags(r);
	check_length(r);
	check_direction(r);
}

static enum iotx_err take_header(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_msg *msg = r->msg;
	enum iotx_err err = read_header(&r->cur, &r->header);
	u8 first = r->header.first;

	msg->type = iotx_mqtt_type(first);
	msg->dup = first & 8;
	msg->qos = (first >> 1) & 3;
	msg->retain = first & 1;
	msg->body_off = r->header.read;
	if (err == IOTX_E_SHORT)
		r->cut = true;
	if (err == IOTX_E_BAD)
		iotx_mqtt_blame(r, msg->type ? IOTX_MQTT_RULE_LENGTH_DIGITS : IOTX_MQTT_RULE_TYPE_0,
				msg->type ? 1 : 0);
	return err;
}

/* --- the whole message --------------------------------------------------------------------- */

static void read_message(struct iotx_mqtt_reader *r)
{
	if (take_header(r))
		return;
	/* A CONNECT says itself what it is to be judged by. */
	if (r->msg->type != IOTX_MQTT_CONNECT)
		iotx_mqtt_check_header(r);
	if (!iotx_mqtt_bodies[r->msg->type](r) && iotx_mqtt_left(r))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TRAILING, r->cur.off);
}

static bool is_connect(const struct iotx_mqtt_in *in)
{
	return in->cap_len && iotx_mqtt_type(in->data[0]) == IOTX_MQTT_CONNECT;
}

static enum iotx_err decode_as(const struct iotx_mqtt_in *in, u8 version, struct iotx_mqtt_msg *msg,
			       struct iotx_diag *diag)
{
	struct iotx_mqtt_reader r = {
		.cur = iotx_cur_mem(in->data, in->cap_len < in->len ? in->cap_len : in->len),
		.end = in->len,
		.version = version,
		.role = in->role,
		.connected = in->connected,
		.msg = msg,
		.diag = diag,
	};

	memset(msg, 0, sizeof(*msg));
	iotx_diag_clear(diag);
	msg->version = version;
	read_message(&r);
	if (diag->verdict || !r.cut)
		return diag->verdict;
	diag->off = r.cur.off;
	diag->text = "the message was not captured whole";
	return IOTX_E_SHORT;
}

/* --- a message of a connection whose version nobody has seen ------------------------------- */

/* How well a reading fits; less is better. */
static int misfit(enum iotx_err verdict)
{
	switch (verdict) {
	case IOTX_OK:
		return 0;
	case IOTX_E_SHORT:
		return 1;
	case IOTX_E_RULE:
		return 2;
	default:
		return 3;
	}
}

/*
 * Both readings hold. That bytes which start the payload of MQTT 3.1.1 are by chance
 * properties that fill their announced length exactly is next to impossible; and a
 * payload of text behind a zero byte is an empty Property Length before it.
 */
static bool clearly_v5(const struct iotx_mqtt_msg *v5)
{
	if (v5->type != IOTX_MQTT_PUBLISH)
		return false;
	return v5->props.len ||
	       (v5->publish.payload.len && iotx_utf8_check(v5->publish.payload) == IOTX_UTF8_OK);
}

static enum iotx_err decode_guess(const struct iotx_mqtt_in *in, struct iotx_mqtt_msg *msg,
				  struct iotx_diag *diag)
{
	struct iotx_mqtt_msg msg5;
	struct iotx_diag diag5;
	enum iotx_err v311 = decode_as(in, IOTX_MQTT_V311, msg, diag);
	enum iotx_err v5 = decode_as(in, IOTX_MQTT_V5, &msg5, &diag5);
	int better = misfit(v311) - misfit(v5);

	bool take_v5 = better > 0 || (!v311 && !v5 && clearly_v5(&msg5));

	if (take_v5) {
		*msg = msg5;
		*diag = diag5;
	}
	msg->version_guessed = true;
	msg->version_telling = !v311 != !v5; /* one reading is well formed, the other is not */
	return take_v5 ? v5 : v311;
}

enum iotx_err iotx_mqtt_decode(const struct iotx_mqtt_in *in, struct iotx_mqtt_msg *msg,
			       struct iotx_diag *diag)
{
	bool known = in->version >= IOTX_MQTT_V31 && in->version <= IOTX_MQTT_V5;

	if (is_connect(in))
		return decode_as(in, 0, msg, diag);
	return known ? decode_as(in, in->version, msg, diag) : decode_guess(in, msg, diag);
}

u16 iotx_mqtt_topic_alias(const struct iotx_mqtt_msg *msg)
{
	struct iotx_mqtt_prop p;

	if (msg->type != IOTX_MQTT_PUBLISH ||
	    !iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_TOPIC_ALIAS) ||
	    !iotx_mqtt_prop_find(msg->props, IOTX_MQTT_PROP_TOPIC_ALIAS, &p))
		return 0;
	return (u16)p.number;
}

/* --- lists --------------------------------------------------------------------------------- */

bool iotx_mqtt_filter_next(u8 type, struct iotx_slice *list, struct iotx_mqtt_filter *out)
{
	struct iotx_cur c = iotx_cur_mem(list->data, list->len);
	u16 len;

	out->options = 0;
	if (iotx_cur_be16(&c, &len) || iotx_cur_slice(&c, len, &out->filter))
		return false;
	if (type == IOTX_MQTT_SUBSCRIBE && iotx_cur_u8(&c, &out->options))
		return false;
	*list = iotx_slice(list->data + c.off, list->len - c.off);
	return true;
}

bool iotx_mqtt_code_next(struct iotx_slice *list, u8 *code)
{
	struct iotx_cur c = iotx_cur_mem(list->data, list->len);

	if (iotx_cur_u8(&c, code))
		return false;
	*list = iotx_slice(list->data + 1, list->len - 1);
	return true;
}
