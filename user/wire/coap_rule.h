/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules that one message, well formed, can break alone. They are asked part by part, in
 * the order of the bytes; the first offence is kept.
 */
#ifndef IOTXDP_WIRE_COAP_RULE_H
#define IOTXDP_WIRE_COAP_RULE_H

#include "coap_option.h"
#include <iotxdp/coap_hdr.h>

struct iotx_coap_rules {
	u8 code;
	bool stream;    /* over TCP, where the size exponent 7 has a meaning */
	u8 families;    /* of options met so far */
	u32 last;       /* number of the option before */
	u32 block_size; /* that the payload must have; 0: any */
	bool bert;      /* ... or a multiple of it (RFC 8323, section 6) */
	u32 block_off;  /* of the option that says so */
	struct iotx_diag offence; /* rule is NULL while there is none */
};

/* The header of a UDP message. */
void iotx_coap_rules_header(struct iotx_coap_rules *r, const struct iotx_coap_hdr *hdr);

void iotx_coap_rules_option(struct iotx_coap_rules *r, const struct iotx_coap_option *opt);

/* Its length on the wire. */
void iotx_coap_rules_payload(struct iotx_coap_rules *r, u32 payload_len);

#endif
