// SPDX-License-Identifier: GPL-2.0-only
#include "mqttsn.h"

#include "mqttsn_rule.h"

#define F(name) IOTX_MQTTSN_F_##name
#define SEC(number) "MQTT-SN 1.2 " number
#define LENGTH_SHORT_MAX 255 /* what one octet can say, itself included */
#define WILL_FLAGS (IOTX_MQTTSN_QOS | IOTX_MQTTSN_RETAIN)
#define SUBSCRIBE_FLAGS (IOTX_MQTTSN_DUP | IOTX_MQTTSN_QOS | IOTX_MQTTSN_TOPIC_TYPE)
#define PUBLISH_FLAGS (SUBSCRIBE_FLAGS | IOTX_MQTTSN_RETAIN)
#define CONNECT_FLAGS (IOTX_MQTTSN_WILL | IOTX_MQTTSN_CLEAN)

/* The formats of section 5.4. */
#define SHAPES(X)                                                                               \
	X(ADVERTISE, "advertise", SEC("5.4.1"), 0, 2, F(GW_ID), F(DURATION))                    \
	X(SEARCHGW, "searchgw", SEC("5.4.2"), 0, 1, F(RADIUS))                                  \
	X(GWINFO, "gwinfo", SEC("5.4.3"), 0, 1, F(GW_ID), F(GW_ADDRESS))                        \
	X(CONNECT, "connect", SEC("5.4.4"), CONNECT_FLAGS, 4, F(FLAGS), F(PROTOCOL_ID),         \
	  F(DURATION), F(CLIENT_ID))                                                            \
	X(CONNACK, "connack", SEC("5.4.5"), 0, 1, F(RETURN_CODE))                               \
	X(WILLTOPICREQ, "willtopicreq", SEC("5.4.6"), 0, 0, F(END))                             \
	X(WILLTOPIC, "willtopic", SEC("5.4.7"), WILL_FLAGS, 0, F(FLAGS), F(TOPIC_NAME))         \
	X(WILLMSGREQ, "willmsgreq", SEC("5.4.8"), 0, 0, F(END))                                 \
	X(WILLMSG, "willmsg", SEC("5.4.9"), 0, 1, F(DATA))                                      \
	X(REGISTER, "register", SEC("5.4.10"), 0, 3, F(TOPIC_ID), F(MESSAGE_ID), F(TOPIC_NAME)) \
	X(REGACK, "regack", SEC("5.4.11"), 0, 3, F(TOPIC_ID), F(MESSAGE_ID), F(RETURN_CODE))    \
	X(PUBLISH, "publish", SEC("5.4.12"), PUBLISH_FLAGS, 4, F(FLAGS), F(TOPIC_ID),           \
	  F(MESSAGE_ID), F(DATA))                                                               \
	X(PUBACK, "puback", SEC("5.4.13"), 0, 3, F(TOPIC_ID), F(MESSAGE_ID), F(RETURN_CODE))    \
	X(PUBREC, "pubrec", SEC("5.4.14"), 0, 1, F(MESSAGE_ID))                                 \
	X(PUBREL, "pubrel", SEC("5.4.14"), 0, 1, F(MESSAGE_ID))                                 \
	X(PUBCOMP, "pubcomp", SEC("5.4.14"), 0, 1, F(MESSAGE_ID))                               \
	X(SUBSCRIBE, "subscribe", SEC("5.4.15"), SUBSCRIBE_FLAGS, 3, F(FLAGS), F(MESSAGE_ID),   \
	  F(TOPIC))                                                                             \
	X(SUBACK, "suback", SEC("5.4.16"), IOTX_MQTTSN_QOS, 4, F(FLAGS), F(TOPIC_ID),           \
	  F(MESSAGE_ID), F(RETURN_CODE))                                                        \
	X(UNSUBSCRIBE, "unsubscribe", SEC("5.4.17"), IOTX_MQTTSN_TOPIC_TYPE, 3, F(FLAGS),       \
	  F(MESSAGE_ID), F(TOPIC))                                                              \
	X(UNSUBACK, "unsuback", SEC("5.4.18"), 0, 1, F(MESSAGE_ID))                             \
	X(PINGREQ, "pingreq", SEC("5.4.19"), 0, 0, F(CLIENT_ID))                                \
	X(PINGRESP, "pingresp", SEC("5.4.20"), 0, 0, F(END))                                    \
	X(DISCONNECT, "disconnect", SEC("5.4.21"), 0, 0, F(DURATION))                           \
	X(WILLTOPICUPD, "willtopicupd", SEC("5.4.22"), WILL_FLAGS, 0, F(FLAGS), F(TOPIC_NAME))  \
	X(WILLMSGUPD, "willmsgupd", SEC("5.4.23"), 0, 1, F(DATA))                               \
	X(WILLTOPICRESP, "willtopicresp", SEC("5.4.24"), 0, 1, F(RETURN_CODE))                  \
	X(WILLMSGRESP, "willmsgresp", SEC("5.4.25"), 0, 1, F(RETURN_CODE))

const struct iotx_mqttsn_shape *iotx_mqttsn_shape(u8 type)
{
	static const struct iotx_mqttsn_shape shapes[] = {
#define X(id, name, section, flags, required, ...)                                              \
	[IOTX_MQTTSN_##id] = { #id, name,                                                       \
			       { section, IOTX_ERROR, "the message ends in a field" },          \
			       { section, IOTX_ERROR, "bytes follow the last field" },          \
			       flags, required, { __VA_ARGS__ } },
		SHAPES(X)
#undef X
	};

	if (type >= sizeof(shapes) / sizeof(shapes[0]) || !shapes[type].title)
		return NULL;
	return &shapes[type];
}

const char *iotx_mqttsn_return_code_name(u8 code)
{
	static const char *const names[] = { "accepted", "rejected: congestion",
					     "rejected: invalid topic ID",
					     "rejected: not supported" };

	return code < sizeof(names) / sizeof(names[0]) ? names[code] : NULL;
}

enum iotx_mqttsn_topic_type iotx_mqttsn_topic_type(const struct iotx_mqttsn_msg *msg)
{
	const struct iotx_mqttsn_shape *shape = iotx_mqttsn_shape(msg->hdr.type);

	if (!shape || !(shape->flags & IOTX_MQTTSN_TOPIC_TYPE))
		return IOTX_MQTTSN_TOPIC_NORMAL;
	return (enum iotx_mqttsn_topic_type)(msg->flags & IOTX_MQTTSN_TOPIC_TYPE);
}

/* --- reading ------------------------------------------------------------------------------- */

struct reader {
	struct iotx_cur cur;
	u32 end; /* of the message on the wire; the cursor ends where the capture does */
	struct iotx_mqttsn_msg *msg;
	struct iotx_diag *diag;
};

static enum iotx_err bad(struct reader *r, u32 off, enum iotx_mqttsn_rule rule)
{
	return iotx_mqttsn_breach(r->diag, rule, off);
}

static enum iotx_err misshapen(struct reader *r, const struct iotx_rule *rule)
{
	iotx_diag_breach(r->diag, rule, IOTX_E_BAD, r->cur.off);
	return IOTX_E_BAD;
}

/* Is there room for n more bytes in the message, and did the capture keep them? */
static enum iotx_err need(struct reader *r, u32 n, const struct iotx_rule *cut)
{
	if (r->end - r->cur.off < n)
		return misshapen(r, cut);
	return iotx_cur_left(&r->cur) < n ? IOTX_E_SHORT : IOTX_OK;
}

/* The rest of the message, as far as it was captured. */
static enum iotx_err read_tail(struct reader *r, struct iotx_slice *out)
{
	u32 kept = iotx_cur_left(&r->cur);
	enum iotx_err err = iotx_cur_slice(&r->cur, kept, out);

	r->msg->skipped_length = r->end - r->cur.off;
	r->end = r->cur.off;
	return err;
}

static enum iotx_err read_u8(struct reader *r, u8 *value, const struct iotx_rule *cut)
{
	enum iotx_err err = need(r, 1, cut);

	return err ? err : iotx_cur_u8(&r->cur, value);
}

static enum iotx_err read_u16(struct reader *r, u16 *value, const struct iotx_rule *cut)
{
	enum iotx_err err = need(r, 2, cut);

	return err ? err : iotx_cur_be16(&r->cur, value);
}

/* A name to the message's end, or two octets (5.4.15). */
static enum iotx_err read_topic(struct reader *r, const struct iotx_rule *cut)
{
	struct iotx_mqttsn_msg *msg = r->msg;
	enum iotx_mqttsn_topic_type type = iotx_mqttsn_topic_type(msg);

	if (type == IOTX_MQTTSN_TOPIC_NORMAL) {
		msg->has |= 1u << IOTX_MQTTSN_F_TOPIC_NAME;
		return read_tail(r, &msg->topic_name);
	}
	if (type == IOTX_MQTTSN_TOPIC_RESERVED) /* nobody can tell what it is */
		return read_tail(r, &msg->data);
	msg->has |= 1u << IOTX_MQTTSN_F_TOPIC_ID;
	return read_u16(r, &msg->topic_id, cut);
}

static enum iotx_err read_field(struct reader *r, u8 field, const struct iotx_rule *cut)
{
	struct iotx_mqttsn_msg *msg = r->msg;

	switch (field) {
	case IOTX_MQTTSN_F_FLAGS:
		return read_u8(r, &msg->flags, cut);
	case IOTX_MQTTSN_F_PROTOCOL_ID:
		return read_u8(r, &msg->protocol_id, cut);
	case IOTX_MQTTSN_F_GW_ID:
		return read_u8(r, &msg->gw_id, cut);
	case IOTX_MQTTSN_F_RADIUS:
		return read_u8(r, &msg->radius, cut);
	case IOTX_MQTTSN_F_RETURN_CODE:
		return read_u8(r, &msg->return_code, cut);
	case IOTX_MQTTSN_F_DURATION:
		return read_u16(r, &msg->duration_s, cut);
	case IOTX_MQTTSN_F_TOPIC_ID:
		return read_u16(r, &msg->topic_id, cut);
	case IOTX_MQTTSN_F_MESSAGE_ID:
		return read_u16(r, &msg->message_id, cut);
	case IOTX_MQTTSN_F_TOPIC:
		return read_topic(r, cut);
	case IOTX_MQTTSN_F_GW_ADDRESS:
		return read_tail(r, &msg->gw_address);
	case IOTX_MQTTSN_F_CLIENT_ID:
		return read_tail(r, &msg->client_id);
	case IOTX_MQTTSN_F_TOPIC_NAME:
		return read_tail(r, &msg->topic_name);
	default:
		return read_tail(r, &msg->data);
	}
}

static enum iotx_err body_read(struct reader *r)
{
	const struct iotx_mqttsn_shape *shape = iotx_mqttsn_shape(r->msg->hdr.type);

	if (!shape)
		return bad(r, r->cur.off - 1, IOTX_MQTTSN_RULE_TYPE);
	for (u32 i = 0; shape->fields[i]; i++) {
		u8 field = shape->fields[i];
		enum iotx_err err;

		if (i >= shape->required && r->cur.off == r->end)
			return IOTX_OK;
		err = read_field(r, field, &shape->cut);
		if (err)
			return err;
		r->msg->has |= 1u << field;
	}
	if (r->cur.off < r->end)
		return misshapen(r, &shape->behind);
	return IOTX_OK;
}

/* --- the header, and what a forwarder puts before it ---------------------------------------- */

static enum iotx_err header_read(struct reader *r)
{
	u32 start = r->cur.off, left = iotx_cur_left(&r->cur);
	struct iotx_mqttsn_msg *msg = r->msg;
	enum iotx_err err = iotx_mqttsn_hdr_set(&msg->hdr, r->cur.src.base + start, left);

	if (err == IOTX_E_SHORT && r->cur.end == r->end)
		return bad(r, start, IOTX_MQTTSN_RULE_HEADER_CUT);
	if (err == IOTX_E_BAD)
		return bad(r, start, IOTX_MQTTSN_RULE_LENGTH);
	msg->has_header = !err;
	return err ? err : iotx_cur_skip(&r->cur, msg->hdr.header_len);
}

/* A datagram is one message (5.2.1): what is longer or shorter is decoded as far as it goes. */
static void length_check(struct reader *r, u32 start)
{
	u32 left = r->end - start, length = r->msg->hdr.length;

	if (r->msg->hdr.header_len > 2 && length <= LENGTH_SHORT_MAX)
		bad(r, start, IOTX_MQTTSN_RULE_LENGTH_FORM);
	if (length > left)
		bad(r, start, IOTX_MQTTSN_RULE_TOO_LONG);
	if (length >= left)
		return;
	bad(r, start, IOTX_MQTTSN_RULE_TOO_SHORT);
	r->end = start + length;
	if (r->cur.end > r->end)
		r->cur.end = r->end;
}

/* Ctrl and Wireless Node Id, then another message (5.5). */
static enum iotx_err forwarder_read(struct reader *r)
{
	struct iotx_mqttsn_msg *msg = r->msg;
	u32 head = msg->hdr.length;
	enum iotx_err err;
	u8 ctrl;

	if (msg->hdr.header_len != 2)
		return bad(r, 0, IOTX_MQTTSN_RULE_FORWARDER_LENGTH);
	if (head < 3 || head >= r->end)
		return bad(r, 0, IOTX_MQTTSN_RULE_FORWARDER_EMPTY);
	err = read_u8(r, &ctrl, iotx_mqttsn_rule(IOTX_MQTTSN_RULE_FORWARDER_EMPTY));
	if (!err)
		err = iotx_cur_slice(&r->cur, head - r->cur.off, &msg->node);
	if (err)
		return err;
	msg->forwarded = true;
	msg->forwarder_radius = ctrl & 3;
	msg->start = head;
	msg->has_header = false;
	err = header_read(r);
	if (!err && msg->hdr.type == IOTX_MQTTSN_ENCAPSULATED)
		return bad(r, head, IOTX_MQTTSN_RULE_FORWARDER_NESTED);
	if (!err)
		length_check(r, head);
	return err;
}

static enum iotx_err message_read(struct reader *r)
{
	enum iotx_err err = header_read(r);

	if (err)
		return err;
	if (r->msg->hdr.type == IOTX_MQTTSN_ENCAPSULATED) {
		err = forwarder_read(r);
		if (err)
			return err;
	} else {
		length_check(r, 0);
	}
	return body_read(r);
}

enum iotx_err iotx_mqttsn_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_mqttsn_msg *msg,
				 struct iotx_diag *diag)
{
	u32 present = cap_len < len ? cap_len : len;
	struct reader r = { iotx_cur_mem(data, present), len, msg, diag };
	enum iotx_err err;

	*msg = (struct iotx_mqttsn_msg){};
	iotx_diag_clear(diag);
	err = message_read(&r);
	if (err && err != IOTX_E_BAD)
		return err;
	if (!diag->verdict) /* what is misshapen is not judged further */
		iotx_mqttsn_rules(msg, diag);
	return diag->verdict;
}
