/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MQTT 3.1, 3.1.1 and 5.0: one message at a time. What needs a second message (topic
 * aliases, packet identifiers in flight, negotiated limits) is the session's business.
 */
#ifndef IOTXDP_WIRE_MQTT_H
#define IOTXDP_WIRE_MQTT_H

#include "wire.h"
#include <iotxdp/mqtt_hdr.h>

/* Protocol levels as CONNECT names them. */
enum { IOTX_MQTT_V31 = 3, IOTX_MQTT_V311 = 4, IOTX_MQTT_V5 = 5 };

/* Who sent the message; some rules depend on it. */
enum { IOTX_ROLE_UNKNOWN, IOTX_ROLE_CLIENT, IOTX_ROLE_SERVER };

struct iotx_mqtt_in {
	const u8 *data;
	u32 cap_len; /* bytes present, from the message's first byte */
	u32 len;     /* bytes of the whole message: fixed header and Remaining Length */
	u8 version;  /* of the connection; 0: unknown */
	u8 role;     /* of the sender, IOTX_ROLE_* */
	/*
	 * The client's CONNECT has been answered: the short refusal of a server that knows
	 * only MQTT 3.1.1 is no longer an answer to it.
	 */
	bool connected;
};

struct iotx_mqtt_will {
	struct iotx_slice topic;
	struct iotx_slice payload;
	struct iotx_slice props;
	u8 qos;
	bool retain;
};

/* A slice whose data is NULL is a field that the message does not have. */
struct iotx_mqtt_connect {
	struct iotx_slice protocol;
	struct iotx_slice client_id;
	struct iotx_slice username;
	struct iotx_slice password;
	struct iotx_mqtt_will will;
	u32 remaining_length; /* bytes behind the fixed header */
	u16 keep_alive_s;
	u8 level; /* as it stands: 0x80 marks a bridge */
	u8 flags; /* IOTX_MQTT_CONNECT_* */
	bool has_flags;
	bool has_keep_alive;
};

#define IOTX_MQTT_CONNECT_RESERVED 0x01
#define IOTX_MQTT_CONNECT_CLEAN 0x02
#define IOTX_MQTT_CONNECT_WILL 0x04
#define IOTX_MQTT_CONNECT_WILL_QOS 0x18
#define IOTX_MQTT_CONNECT_WILL_RETAIN 0x20
#define IOTX_MQTT_CONNECT_PASSWORD 0x40
#define IOTX_MQTT_CONNECT_USERNAME 0x80
#define IOTX_MQTT_LEVEL_BRIDGE 0x80

struct iotx_mqtt_publish {
	struct iotx_slice topic;
	struct iotx_slice payload;
	u32 skipped_length; /* bytes of the payload that are not in `payload` */
};

struct iotx_mqtt_msg {
	u8 type; /* enum iotx_mqtt_type */
	u8 qos;
	bool dup;
	bool retain;
	u8 version; /* that the message was read by; 0: a CONNECT of an unknown one */
	bool version_guessed; /* nobody said which it is */
	bool version_telling; /* ... but the other one does not fit this message */
	bool has_packet_id;
	bool has_reason;
	bool has_octets; /* a string of it is none as 1.5.4 has it */
	u8 body_off; /* of what stands behind the fixed header */
	u16 packet_id;
	u8 reason; /* CONNACK: also the return code of MQTT 3 */
	bool session_present;
	struct iotx_slice props; /* as far as well formed; see mqtt_prop.h */
	u64 props_seen;          /* bit per identifier of those */
	struct iotx_slice list;  /* filters or codes, as far as well formed; see below */
	struct iotx_mqtt_publish publish;
	const char *note; /* something allowed that a receiver may refuse; NULL: nothing */

	/* Filled by the session: the topic that an alias stands for ... */
	struct iotx_slice resolved_topic;
	bool sparkplug; /* the payload of a PUBLISH, or of a will, is one of Sparkplug B */

	struct iotx_mqtt_connect connect; /* all zero in other messages */
};

/*
 * The whole length of the message whose first n bytes are at data. E_SHORT: the fixed
 * header goes on after them; E_BAD: its Remaining Length has no end, or its type is 0,
 * and *len is what had to be read to see it.
 */
enum iotx_err iotx_mqtt_measure(const u8 *data, u32 n, u32 *len);

/*
 * Decodes one message, of which cap_len bytes are there. A PUBLISH that is cut within
 * its payload is OK with a skipped_length; anything else that is cut, and otherwise
 * well, is E_SHORT. On E_BAD and E_RULE msg holds what could be read all the same.
 * MQTT 3.1 numbers no statements: for it diag names those of 3.1.1.
 */
enum iotx_err iotx_mqtt_decode(const struct iotx_mqtt_in *in, struct iotx_mqtt_msg *msg,
			       struct iotx_diag *diag);

/* Is there a well-formed property of this identifier? See mqtt_prop.h. */
static inline bool iotx_mqtt_has_prop(const struct iotx_mqtt_msg *msg, u32 id)
{
	return msg->props_seen >> id & 1;
}

/* The Topic Alias of a PUBLISH; 0: none. */
u16 iotx_mqtt_topic_alias(const struct iotx_mqtt_msg *msg);

/* --- lists: walk a copy of msg->list from its front; false at its end ---------------------- */

struct iotx_mqtt_filter {
	struct iotx_slice filter;
	u8 options; /* as they stand; SUBSCRIBE only */
};

/* Of SUBSCRIBE and UNSUBSCRIBE. */
bool iotx_mqtt_filter_next(u8 type, struct iotx_slice *list, struct iotx_mqtt_filter *out);

/* Of SUBACK and UNSUBACK. */
bool iotx_mqtt_code_next(struct iotx_slice *list, u8 *code);

static inline u8 iotx_mqtt_sub_qos(u8 options)
{
	return options & 3;
}

static inline bool iotx_mqtt_sub_no_local(u8 options)
{
	return options & 4;
}

static inline bool iotx_mqtt_sub_retain_as_published(u8 options)
{
	return options & 8;
}

static inline u8 iotx_mqtt_sub_retain_handling(u8 options)
{
	return (options >> 4) & 3;
}

/* --- topics (section 4.7) ------------------------------------------------------------------ */

/* At least one character, no wildcard. */
bool iotx_mqtt_topic_ok(struct iotx_slice topic);

/* At least one character, wildcards where they may stand. */
bool iotx_mqtt_filter_ok(struct iotx_slice filter);

/* Does it start with "$share/"? */
bool iotx_mqtt_is_shared(struct iotx_slice filter);

/* "$share/{ShareName}/{filter}" with a name and a filter that may be (4.8.2). */
bool iotx_mqtt_share_ok(struct iotx_slice filter);

extern const struct iotx_event_class iotx_mqtt_event;

#endif
