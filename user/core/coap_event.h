/* SPDX-License-Identifier: GPL-2.0-only */
/* A CoAP message with what its conversation tells of it. */
#ifndef IOTXDP_CORE_COAP_EVENT_H
#define IOTXDP_CORE_COAP_EVENT_H

#include "core/coap_block.h"

struct iotx_coap_seen {
	struct iotx_coap_msg msg;
	struct iotx_coap_facts facts;
	struct iotx_coap_body body;
	struct iotx_diag judged; /* what it breaks together with those before it */
};

/* For a message that is decoded, then seen by exchanges: they clear their parts. */
static inline void iotx_coap_seen_start(struct iotx_coap_seen *seen)
{
	seen->body = (struct iotx_coap_body){};
	iotx_diag_clear(&seen->judged);
}

/* Of struct iotx_coap_seen; everything else is as iotx_coap_event of wire/coap.h has it. */
extern const struct iotx_event_class iotx_coap_seen_event;

#endif
