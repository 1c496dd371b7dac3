/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules of CoAP that take more than one message to see (RFC 7252, sections 4 and 5; RFC
 * 7959; RFC 7641). What was not seen is held against nobody: a rule that depends on it is
 * suspended for a conversation that was joined late, or of which something was forgotten.
 */
#ifndef IOTXDP_CORE_COAP_JUDGE_H
#define IOTXDP_CORE_COAP_JUDGE_H

#include "core/coap_exchange.h"

/* A message and what is known of it. */
struct iotx_coap_case {
	const struct iotx_coap_sight *in;
	const struct iotx_coap_facts *facts;
	const struct iotx_coap_exchange *x; /* that it belongs to; NULL: none is known */
	const struct iotx_coap_recent *other; /* another one that had its Message ID; or NULL */
};

/* A message that was not seen before; it is not among the remembered ones yet. */
void iotx_coap_judge(const struct iotx_coap_exchanges *e, const struct iotx_coap_case *c);

/* A message that was seen before: when and how often is the sender's business. */
void iotx_coap_judge_repeat(const struct iotx_coap_sight *in, struct iotx_coap_recent *before);

#endif
