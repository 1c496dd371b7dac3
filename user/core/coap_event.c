// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_event.h"

#include "base/digits.h"
#include "base/utf8.h"
#include "wire/coap_tcp.h"

/* "1.234ms" for people, who compare such numbers; a program takes nanoseconds. */
static void show_latency(struct iotx_visitor *v, u64 latency_ns)
{
	char text[IOTX_DIGITS_MS];

	v_coded(v, "latency_ns", latency_ns, iotx_digits_ms(text, latency_ns));
}

static bool is_answer(enum iotx_coap_role role)
{
	return role == IOTX_COAP_ROLE_RESPONSE || role == IOTX_COAP_ROLE_NOTIFICATION;
}

static void show_exchange(const struct iotx_coap_facts *f, struct iotx_visitor *v)
{
	v->weight = IOTX_DETAIL;
	if (f->exchange)
		v_u64(v, "exchange", f->exchange);
	if (f->role)
		v_word(v, "role", iotx_coap_role_name(f->role));
	if (f->request_frame)
		v_u64(v, "request_frame", f->request_frame);
	if (f->role == IOTX_COAP_ROLE_REQUEST && f->duplicate)
		v_bool(v, "retransmission", true);
	v->weight = IOTX_SHOW;
	if (f->exchange && is_answer(f->role))
		v_str(v, "request_uri", f->uri);
	if (f->exchange && is_answer(f->role) && f->uri_cut)
		v_bool(v, "request_uri_cut", true);
	if (f->has_latency)
		show_latency(v, f->latency_ns);
	if (f->observe_stale)
		v_bool(v, "observe_stale", true);
}

static void show_body(const struct iotx_coap_seen *seen, struct iotx_visitor *v)
{
	static const struct iotx_payload_names names = {
		"body_format", "body_diagnostic", "body_diagnostic_cut"
	};
	const struct iotx_coap_body *body = &seen->body;
	struct iotx_payload p;

	if (!body->complete)
		return;
	p = iotx_coap_payload(&seen->msg, body->bytes);
	v->weight = IOTX_SHOW;
	v_bool(v, "block_complete", true);
	v_u64(v, "body_length", body->bytes.len);
	v->weight = IOTX_DETAIL;
	if (body->bytes.len && iotx_utf8_check(body->bytes) == IOTX_UTF8_BAD)
		v_bytes(v, "body", body->bytes);
	else
		v_str(v, "body", body->bytes);
	iotx_payload_show(v, &names, &p, iotx_payload_format(&p));
}

static void seen_fields(const void *m, struct iotx_visitor *v)
{
	const struct iotx_coap_seen *seen = m;

	iotx_coap_event.fields(&seen->msg, v);
}

static void seen_extra(const void *m, struct iotx_visitor *v)
{
	const struct iotx_coap_seen *seen = m;

	iotx_coap_event.extra(&seen->msg, v);
	show_exchange(&seen->facts, v);
	show_body(seen, v);
}

static const char *seen_title(const void *m, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_coap_seen *seen = m;

	return iotx_coap_event.title(&seen->msg, buf);
}

const struct iotx_event_class iotx_coap_seen_event = {
	.name = "coap",
	.label = "CoAP",
	/* of Wireshark 4.0: told TCP, it looks for a segment and fails */
	.dissector = { .name = "coap", .tcp = "coap_tcp_tls", .as_udp = true,
		       .head = iotx_coap_tcp_head },
	.title = seen_title,
	.fields = seen_fields,
	.extra = seen_extra,
};
