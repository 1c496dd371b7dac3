/* SPDX-License-Identifier: GPL-2.0-only */
/* CoAP over TCP (RFC 8323): another header before the same options and payload. */
#ifndef IOTXDP_WIRE_COAP_TCP_H
#define IOTXDP_WIRE_COAP_TCP_H

#include "coap.h"

/*
 * The whole length of the message whose first n bytes are at data. E_SHORT: the header goes
 * on after them; E_BAD: no message starts like this.
 */
enum iotx_err iotx_coap_tcp_measure(const u8 *data, u32 n, u32 *len);

/* Whole messages and nothing else, each of a code that means something (section 5). */
bool iotx_coap_tcp_whole(const u8 *data, u32 n);

/*
 * A WebSocket message of a connection of which the start was not seen: is it CoAP's (section
 * 4.2), by a Token and an option that few other bytes would read as?
 */
bool iotx_coap_tcp_telling(struct iotx_slice content);

/* One message, of which cap_len bytes of len are present. As iotx_coap_decode. */
enum iotx_err iotx_coap_tcp_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_coap_msg *msg,
				   struct iotx_diag *diag);

/*
 * The header that says of itself how long the message is, where another layer does and Len
 * is 0 (section 4.1): 0, if it says so already. As struct iotx_dissector has it.
 */
u32 iotx_coap_tcp_head(struct iotx_slice raw, u32 len, u8 buf[IOTX_DISSECTOR_HEAD_MAX],
		       u32 *replaced);

/* What every sender may send before it has seen a CSM that says otherwise (section 5.3.1). */
#define IOTX_COAP_MESSAGE_SIZE_BASE 1152

/* What the sender of this CSM can receive. */
u32 iotx_coap_csm_message_size(const struct iotx_coap_msg *msg);

#endif
