/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes messages for payloads. Like pkt.h it knows the formats by itself and uses
 * nothing of what is under test. Running out of memory ends the test program.
 */
#ifndef IOTXDP_TESTS_MSG_H
#define IOTXDP_TESTS_MSG_H

#include "rng.h"
#include <base/buf.h>

void iotx_msg_bytes(struct iotx_buf *b, const void *data, u32 len);
void iotx_msg_text(struct iotx_buf *b, const char *text);

/* An MQTT message; a NULL body is zeroes. Returns the fixed header's length. */
u32 iotx_msg_mqtt(struct iotx_buf *b, u8 first, const void *body, u32 len);

/* A CONNECT of MQTT 3.1.1, or with another protocol name. */
void iotx_msg_connect(struct iotx_buf *b);
void iotx_msg_connect_named(struct iotx_buf *b, const char *name);

/*
 * A well-formed message of this type whose body has about body_len bytes: as many as
 * the type takes. Its content is random where the format leaves it free.
 */
void iotx_msg_mqtt_typed(struct iotx_buf *b, struct iotx_rng *r, u8 type, u32 body_len);

/* The first byte demanded of a type; PUBLISH: QoS 0. */
u8 iotx_msg_mqtt_first(u8 type);

struct iotx_msg_coap {
	u8 version, type, token_length, code;
	u16 message_id;
	u32 payload_len; /* behind the 0xff marker; 0: neither */
};

void iotx_msg_coap(struct iotx_buf *b, const struct iotx_msg_coap *m);

/*
 * Bytes of other protocols for traffic of every kind: mostly a message, now and then
 * next to one. `p` has IOTX_MSG_ANY_MAX bytes; returns how many are used.
 */
#define IOTX_MSG_ANY_MAX 1024
u32 iotx_msg_any_mqttsn(u8 *p, struct iotx_rng *r);
u32 iotx_msg_any_dns(u8 *p, struct iotx_rng *r, bool with_length);
u32 iotx_msg_any_coap_tcp(u8 *p, struct iotx_rng *r);

/* A GET request with `pad` bytes of another field before the Upgrade field `field`. */
void iotx_msg_upgrade(struct iotx_buf *b, u32 pad, const char *field);

#endif
