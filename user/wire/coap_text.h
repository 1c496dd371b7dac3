/* SPDX-License-Identifier: GPL-2.0-only */
/* Short texts in a buffer of the caller's: what does not fit is left out and marked. */
#ifndef IOTXDP_WIRE_COAP_TEXT_H
#define IOTXDP_WIRE_COAP_TEXT_H

#include "base/slice.h"

struct iotx_coap_text {
	char *data; /* not terminated */
	u32 room, len;
	bool cut; /* something did not fit; nothing is added behind it */
};

struct iotx_coap_text iotx_coap_text(char *buf, u32 room);
struct iotx_slice iotx_coap_text_slice(const struct iotx_coap_text *t);

void iotx_coap_text_str(struct iotx_coap_text *t, const char *s);
void iotx_coap_text_bytes(struct iotx_coap_text *t, struct iotx_slice bytes);
void iotx_coap_text_number(struct iotx_coap_text *t, u32 n);

/* "c.dd" (RFC 7252, section 3) */
void iotx_coap_text_code(struct iotx_coap_text *t, u8 code);

/* Lower case. */
void iotx_coap_text_hex(struct iotx_coap_text *t, struct iotx_slice bytes);

/*
 * A component of a path or query. Percent-encoded: the separator and the percent sign,
 * so that what is joined can be taken apart, and what is no UTF-8, so that it is text.
 */
void iotx_coap_text_component(struct iotx_coap_text *t, struct iotx_slice s, char separator);

#endif
