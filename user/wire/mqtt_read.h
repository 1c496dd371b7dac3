/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the MQTT decoder reads and how it finds fault. Internal to mqtt*.c.
 *
 * A read that fails has recorded why; the caller only has to leave. A fault that
 * leaves the rest of the message readable is recorded and decoding goes on, so that
 * the event shows as much as there is.
 */
#ifndef IOTXDP_WIRE_MQTT_READ_H
#define IOTXDP_WIRE_MQTT_READ_H

#include "mqtt.h"
#include "mqtt_rule.h"

struct iotx_mqtt_reader {
	struct iotx_cur cur; /* over the bytes that are there */
	u32 end;             /* of the message, there or not */
	u8 version;
	u8 role;
	bool connected;
	bool cut; /* a read wanted bytes that were not captured */
	struct iotx_mqtt_hdr header;
	u64 props_seen; /* bit per identifier of the last properties read */
	struct iotx_mqtt_msg *msg;
	struct iotx_diag *diag;
};

/* Records a fault at an offset from the message's first byte. */
void iotx_mqtt_blame(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule rule, u32 off);

/* Remembers the first thing that a receiver may refuse though it is allowed. */
void iotx_mqtt_note(struct iotx_mqtt_reader *r, const char *text);

/* Offset of a slice of the message from its first byte. */
static inline u32 iotx_mqtt_off(const struct iotx_mqtt_reader *r, struct iotx_slice s)
{
	return (u32)(s.data - r->cur.src.base);
}

static inline bool iotx_mqtt_is_v5(const struct iotx_mqtt_reader *r)
{
	return r->version == IOTX_MQTT_V5;
}

/* Bytes of the message that are still to be read, whether captured or not. */
static inline u32 iotx_mqtt_left(const struct iotx_mqtt_reader *r)
{
	return r->cur.off < r->end ? r->end - r->cur.off : 0;
}

/* Why the next n bytes cannot be read. */
static inline enum iotx_err iotx_mqtt_lack(struct iotx_mqtt_reader *r, u32 n)
{
	if (n > iotx_mqtt_left(r)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_CUT, r->cur.off);
		return IOTX_E_BAD;
	}
	r->cut = true;
	return IOTX_E_SHORT;
}

/* These return IOTX_OK, E_BAD (the message is too small) or E_SHORT (not captured). */
static inline enum iotx_err iotx_mqtt_take(struct iotx_mqtt_reader *r, u32 n,
					   struct iotx_slice *out)
{
	return iotx_cur_slice(&r->cur, n, out) ? iotx_mqtt_lack(r, n) : IOTX_OK;
}

static inline enum iotx_err iotx_mqtt_u8(struct iotx_mqtt_reader *r, u8 *value)
{
	return iotx_cur_u8(&r->cur, value) ? iotx_mqtt_lack(r, 1) : IOTX_OK;
}

static inline enum iotx_err iotx_mqtt_be16(struct iotx_mqtt_reader *r, u16 *value)
{
	return iotx_cur_be16(&r->cur, value) ? iotx_mqtt_lack(r, 2) : IOTX_OK;
}

static inline enum iotx_err iotx_mqtt_bin(struct iotx_mqtt_reader *r, struct iotx_slice *out)
{
	u16 len = 0;
	enum iotx_err err = iotx_mqtt_be16(r, &len);

	return err ? err : iotx_mqtt_take(r, len, out);
}

enum iotx_err iotx_mqtt_varint(struct iotx_mqtt_reader *r, u32 *value);

/* A string; `own` is what this field breaks when it is none as 1.5.4 has it, beside that. */
enum iotx_err iotx_mqtt_str(struct iotx_mqtt_reader *r, struct iotx_slice *out,
			    enum iotx_mqtt_rule own);
void iotx_mqtt_check_str(struct iotx_mqtt_reader *r, struct iotx_slice s, enum iotx_mqtt_rule own);

/* Is the message at its end where a field has to be? Then it breaks the rule. */
bool iotx_mqtt_absent(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule rule);

/* A Packet Identifier; `zero` is the rule that 0 breaks. */
enum iotx_err iotx_mqtt_packet_id(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule zero);

/* Judges a topic filter of SUBSCRIBE or UNSUBSCRIBE; in mqtt_topic.c. */
void iotx_mqtt_check_filter(struct iotx_mqtt_reader *r, struct iotx_slice filter);

/* A payload that is said to be text (3.3.2.3.2, 3.1.3.2.3) has to be. */
void iotx_mqtt_check_payload(struct iotx_mqtt_reader *r, struct iotx_slice props,
			     struct iotx_slice payload);

/* Judges the fixed header, once the version is known. */
void iotx_mqtt_check_header(struct iotx_mqtt_reader *r);

/* What stands behind the fixed header of a type. mqtt_connect.c, mqtt_body.c. */
typedef enum iotx_err (*iotx_mqtt_body_fn)(struct iotx_mqtt_reader *r);
enum iotx_err iotx_mqtt_connect(struct iotx_mqtt_reader *r);
enum iotx_err iotx_mqtt_connack(struct iotx_mqtt_reader *r);
extern const iotx_mqtt_body_fn iotx_mqtt_bodies[IOTX_MQTT_TYPE_COUNT];

/* A reason code, of which the message's type has some; in mqtt_reason.c. */
enum iotx_err iotx_mqtt_reason(struct iotx_mqtt_reader *r);
void iotx_mqtt_check_reason(struct iotx_mqtt_reader *r, u8 code, u32 off);

#endif
