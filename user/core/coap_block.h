/* SPDX-License-Identifier: GPL-2.0-only */
/* Block-wise transfers (RFC 7959, RFC 9177) of one conversation, put together again. */
#ifndef IOTXDP_CORE_COAP_BLOCK_H
#define IOTXDP_CORE_COAP_BLOCK_H

#include "base/buf.h"
#include "core/coap_exchange.h"

#define IOTX_COAP_BODY_MAX (1u << 20) /* bytes of one body */
#define IOTX_COAP_TRANSFERS_MAX 16    /* at once */

struct iotx_coap_transfer;

/* Zero-initialised is empty. */
struct iotx_coap_transfers {
	struct iotx_coap_transfer *newest; /* in order of use */
	u32 count;
	struct iotx_purse *purse; /* what all of its memory is taken from */
};

struct iotx_coap_body {
	bool complete; /* this message brought the last block that was missing */
	struct iotx_slice bytes;
	struct iotx_buf own; /* where they are; to be freed */
};

/* What this message adds to a transfer. `facts` are the message's; `body` is zero. */
void iotx_coap_transfers_see(struct iotx_coap_transfers *t, const struct iotx_coap_sight *in,
			     const struct iotx_coap_facts *facts, struct iotx_coap_body *body);

void iotx_coap_transfers_free(struct iotx_coap_transfers *t);

#endif
