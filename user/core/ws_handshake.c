// SPDX-License-Identifier: GPL-2.0-only
/* The opening handshake: a request is kept until its response says what was agreed. */
#include "core/ws_accept.h"
#include "core/ws_session.h"

static void show(const struct iotx_ws_work *w, const struct iotx_http_head *head,
		 const struct iotx_diag *diag)
{
	struct iotx_event ev = {
		.cls = &iotx_ws_open_event,
		.msg = head,
		.raw = iotx_slice(w->side->head.data, (u32)w->side->head.len),
		.diag = *diag,
	};

	iotx_ws_emit(w, &ev);
}

static void take_request(const struct iotx_ws_work *w, const struct iotx_http_head *head)
{
	struct iotx_ws_session *s = w->s;
	struct iotx_diag diag = {};

	w->side->state = IOTX_WS_START;
	if (!iotx_ws_asks(head)) { /* on a connection that was refused, or is to be asked for */
		iotx_ws_head_free(w->s, &w->side->head);
		return;
	}
	s->client_known = true;
	s->client = w->d->side;
	s->refused = false;
	s->probing = true;
	iotx_ws_judge_request(head, &diag);
	show(w, head, &diag);
	iotx_ws_head_free(s, &s->request);
	s->request = w->side->head;
	w->side->head = (struct iotx_buf){};
}

/* Does the response prove that its sender has read the key? */
static void judge_accept(const struct iotx_http_head *response,
			 const struct iotx_http_head *request, struct iotx_diag *diag)
{
	struct iotx_slice key = {}, accept = {};

	iotx_http_field(response, IOTX_WS_ACCEPT, &accept);
	iotx_http_field(request, IOTX_WS_KEY, &key);
	if (!iotx_ws_accept_ok(key, accept))
		iotx_ws_breach(diag, IOTX_WS_RULE_ACCEPT, 0);
}

static void accepted(const struct iotx_ws_work *w)
{
	w->s->handshake = true;
	w->side->state = IOTX_WS_FRAMES;
	iotx_ws_inner_agreed(w);
}

/* What follows is the body of an answer; the client may ask again behind it. */
static void refused(const struct iotx_ws_work *w, u16 status)
{
	struct iotx_ws_side *peer = &w->s->side[!w->d->side];

	if (status < 200) {
		w->side->state = IOTX_WS_START;
		return;
	}
	w->side->state = IOTX_WS_LOST;
	w->s->refused = true;
	if (peer->state == IOTX_WS_FRAMES && !peer->hdr.read)
		peer->state = IOTX_WS_START;
}

static void take_response(const struct iotx_ws_work *w, const struct iotx_http_head *head)
{
	struct iotx_ws_session *s = w->s;
	struct iotx_http_head request;
	struct iotx_diag diag = {};
	bool asked = s->request.len && !iotx_http_head_decode(iotx_slice(s->request.data,
									 (u32)s->request.len),
							      &request);

	if (!asked && (!iotx_ws_accepts(head) || iotx_ws_switches_elsewhere(head))) {
		iotx_ws_head_free(w->s, &w->side->head); /* an answer to something else */
		w->side->state = IOTX_WS_LOST;
		return;
	}
	s->client_known = true;
	s->client = !w->d->side;
	iotx_ws_judge_response(head, asked ? &request : NULL, &s->agreed, &diag);
	if (iotx_ws_accepts(head) && asked)
		judge_accept(head, &request, &diag);
	show(w, head, &diag);
	if (iotx_ws_accepts(head))
		accepted(w);
	else
		refused(w, head->status);
	if (head->status >= 200 || iotx_ws_accepts(head))
		iotx_ws_head_free(s, &s->request);
	s->agreed.subprotocol = (struct iotx_slice){}; /* it lies in the head */
	iotx_ws_head_free(w->s, &w->side->head);
}

void iotx_ws_head_limit(const struct iotx_ws_work *w)
{
	const struct iotx_diag diag = { .verdict = IOTX_E_LIMIT,
					.text = "the head is longer than this program takes" };
	struct iotx_slice text = iotx_slice(w->side->head.data, (u32)w->side->head.len);
	struct iotx_http_head head;

	iotx_delivery_stats(w->d)->ws_heads_limit++;
	while (text.len && text.data[text.len - 1] != '\n') /* half a line says nothing */
		text.len--;
	if (iotx_http_head_decode(text, &head))
		return;
	if (head.response ? iotx_ws_accepts(&head) || w->s->request.len : iotx_ws_asks(&head))
		show(w, &head, &diag);
}

bool iotx_ws_handshake(const struct iotx_ws_work *w)
{
	struct iotx_slice text = iotx_slice(w->side->head.data, (u32)w->side->head.len);
	struct iotx_http_head head;

	if (iotx_http_head_decode(text, &head))
		return false;
	iotx_ws_settle(w);
	if (head.response)
		take_response(w, &head);
	else
		take_request(w, &head);
	return true;
}
