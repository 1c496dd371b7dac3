// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_request.h"

#include "wire/coap_code.h"
#include "wire/coap_text.h"
#include <iotxdp/sample.h>

/* Path and query as a person writes them; a proxy is told the whole (RFC 7252, 5.10.2). */
static void uri_add(struct iotx_coap_text *uri, const struct iotx_coap_option *opt, bool *query)
{
	if (opt->number == IOTX_COAP_OPT_URI_PATH) {
		iotx_coap_text_str(uri, "/");
		iotx_coap_text_component(uri, opt->value, '/');
	} else if (opt->number == IOTX_COAP_OPT_URI_QUERY) {
		if (!uri->len)
			iotx_coap_text_str(uri, "/");
		iotx_coap_text_str(uri, *query ? "&" : "?");
		iotx_coap_text_component(uri, opt->value, '&');
		*query = true;
	}
}

static u64 mix(u64 h, struct iotx_slice bytes)
{
	h = iotx_mix64(h ^ bytes.len);
	for (u32 i = 0; i < bytes.len; i += 8) {
		u64 word = 0;

		memcpy(&word, bytes.data + i, bytes.len - i < 8 ? bytes.len - i : 8);
		h = iotx_mix64(h ^ word);
	}
	return h;
}

/*
 * Does the option say which thing a block is of? Those that say which block, and those
 * that differ from request to request, do not (RFC 7959 2.10; RFC 9175 3).
 */
static bool names_resource(u16 number)
{
	switch (number) {
	case IOTX_COAP_OPT_URI_HOST:
	case IOTX_COAP_OPT_URI_PORT:
	case IOTX_COAP_OPT_URI_PATH:
	case IOTX_COAP_OPT_URI_QUERY:
	case IOTX_COAP_OPT_ACCEPT:
	case IOTX_COAP_OPT_PROXY_URI:
	case IOTX_COAP_OPT_PROXY_SCHEME:
	case IOTX_COAP_OPT_REQUEST_TAG:
		return true;
	}
	return false;
}

void iotx_coap_request_take(const struct iotx_coap_store *store, struct iotx_coap_exchange *x,
			    const struct iotx_coap_msg *msg)
{
	struct iotx_coap_options it = iotx_coap_options_of(msg->options);
	char buf[IOTX_COAP_URI_MAX];
	struct iotx_coap_text uri = iotx_coap_text(buf, sizeof(buf));
	struct iotx_slice whole = {};
	struct iotx_coap_option opt;
	u8 code = msg->hdr.code;
	bool query = false;
	bool registers = code == IOTX_COAP_CODE_GET || code == IOTX_COAP_CODE_FETCH;

	x->confirmable = !msg->stream && msg->hdr.type == IOTX_COAP_CON;
	x->resource = code;
	while (!iotx_coap_option_next(&it, &opt, NULL)) {
		uri_add(&uri, &opt, &query);
		if (names_resource(opt.number))
			x->resource = mix(x->resource ^ opt.number, opt.value);
		if (opt.number == IOTX_COAP_OPT_OBSERVE)
			x->observes = registers && !iotx_coap_uint(opt.value);
		if (opt.number == IOTX_COAP_OPT_PROXY_URI)
			whole = opt.value;
		if (opt.number == IOTX_COAP_OPT_Q_BLOCK1)
			x->has_q_block = true;
		if (opt.number == IOTX_COAP_OPT_BLOCK1) {
			x->has_block1 = true;
			x->block1 = iotx_coap_uint(opt.value);
		}
	}
	x->resource |= 1; /* 0 is no resource */
	if (!uri.len)
		iotx_coap_text_str(&uri, "/");
	iotx_coap_store_uri(store, x, whole.len ? whole : iotx_coap_text_slice(&uri), uri.cut);
}
