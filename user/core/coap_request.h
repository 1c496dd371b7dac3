/* SPDX-License-Identifier: GPL-2.0-only */
/* What a CoAP request asks for, as its exchange keeps it. */
#ifndef IOTXDP_CORE_COAP_REQUEST_H
#define IOTXDP_CORE_COAP_REQUEST_H

#include "core/coap_store.h"
#include "wire/coap.h"

/* Whom the request asks for what: fills in resource, URI, Observe and Block1. */
void iotx_coap_request_take(const struct iotx_coap_store *store, struct iotx_coap_exchange *x,
			    const struct iotx_coap_msg *msg);

#endif
