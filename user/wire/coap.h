/* SPDX-License-Identifier: GPL-2.0-only */
/* CoAP messages (RFC 7252 and what builds on it). */
#ifndef IOTXDP_WIRE_COAP_H
#define IOTXDP_WIRE_COAP_H

#include "coap_option.h"
#include "coap_rule.h"
#include "payload.h"
#include <iotxdp/coap_hdr.h>

struct iotx_coap_msg {
	struct iotx_coap_hdr hdr;
	bool has_header; /* otherwise the message ends in its header: see header_len */
	u8 header_len;   /* bytes of a cut one: hdr holds the type, from 2 on the code too */
	bool stream;     /* came over TCP: there is no type and no Message ID */
	struct iotx_slice token;
	struct iotx_slice options; /* those that are well formed: iotx_coap_options_of() */
	u64 options_seen;          /* bit per number of them; the last bit: all from 63 on */
	struct iotx_slice payload; /* what was captured of it */
	u32 payload_len;           /* on the wire; 0 too if the capture ends before it */
	u32 skipped_length;        /* bytes of the message that the capture lacks */
};

/*
 * One UDP datagram, of which cap_len bytes of len are present. E_SHORT when the capture
 * ends before the options do; a payload that is cut changes no verdict. E_ALIEN for other
 * versions, which are to be ignored in silence (section 3). On E_BAD and E_RULE `msg` holds
 * what could be decoded.
 */
enum iotx_err iotx_coap_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_coap_msg *msg,
			       struct iotx_diag *diag);

/*
 * Options and payload, which are the same on every transport: from `at`, behind the token,
 * to the end of the message. msg->hdr.code is set; `rules` collects offences.
 */
enum iotx_err iotx_coap_body_decode(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				    struct iotx_coap_rules *rules, struct iotx_diag *diag);

static inline u64 iotx_coap_option_bit(u16 number)
{
	return 1ull << (number < 63 ? number : 63);
}

/* The first option of a number; false: the message has none. */
static inline bool iotx_coap_find(const struct iotx_coap_msg *msg, u16 number,
				  struct iotx_slice *value)
{
	return msg->options_seen & iotx_coap_option_bit(number) &&
	       iotx_coap_option_find(msg->options, number, value);
}

/* What the message says of these bytes: its payload, or the body that it completes. */
struct iotx_payload iotx_coap_payload(const struct iotx_coap_msg *msg, struct iotx_slice data);

extern const struct iotx_event_class iotx_coap_event;

#endif
