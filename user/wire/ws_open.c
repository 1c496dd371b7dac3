// SPDX-License-Identifier: GPL-2.0-only
#include "ws_open.h"

#include "base/base64.h"

#define PROTOCOLS "Sec-WebSocket-Protocol"
#define EXTENSIONS "Sec-WebSocket-Extensions"
#define DEFLATE "permessage-deflate"
#define KEY_BYTES 16
/* Each of them is looked for among those that were asked for. */
#define ANSWERS_MAX 16
#define WINDOW_BITS_MIN 8
#define WINDOW_BITS_MAX 15

bool iotx_ws_asks(const struct iotx_http_head *request)
{
	struct iotx_slice key;

	return iotx_http_has_token(request, "Upgrade", "websocket") ||
	       iotx_http_field(request, IOTX_WS_KEY, &key);
}

bool iotx_ws_accepts(const struct iotx_http_head *response)
{
	return response->response && response->status == 101;
}

bool iotx_ws_switches_elsewhere(const struct iotx_http_head *response)
{
	return iotx_ws_accepts(response) && !iotx_http_has_token(response, "Upgrade", "websocket");
}

/* --- permessage-deflate (RFC 7692, section 7.1) -------------------------------------------- */

/* Parameters: constant, name, of whose messages, is it one of window bits? */
#define PARAMS(X)                                                                               \
	X(SERVER_NO_TAKEOVER, "server_no_context_takeover", IOTX_WS_SERVER, false)              \
	X(CLIENT_NO_TAKEOVER, "client_no_context_takeover", IOTX_WS_CLIENT, false)              \
	X(SERVER_BITS, "server_max_window_bits", IOTX_WS_SERVER, true)                          \
	X(CLIENT_BITS, "client_max_window_bits", IOTX_WS_CLIENT, true)

enum param {
#define X(id, name, role, bits) id,
	PARAMS(X)
#undef X
	PARAM_COUNT
};

static const struct {
	const char *name;
	enum iotx_ws_role role;
	bool bits;
} params[] = {
#define X(id, name, role, bits) { name, role, bits },
	PARAMS(X)
#undef X
};

/* One element that is named permessage-deflate. */
struct deflate {
	bool has[PARAM_COUNT];
	u8 bits[2];  /* by role; 0: no value */
	bool faulty; /* a parameter is unknown, repeated or out of range */
};

/* 8 to 15 without a leading zero; 0: no such number. */
static u8 window_bits(struct iotx_slice s)
{
	u32 value = 0;

	if (!s.len || s.len > 2 || s.data[0] == '0')
		return 0;
	for (u32 i = 0; i < s.len; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return 0;
		value = value * 10 + s.data[i] - '0';
	}
	return value >= WINDOW_BITS_MIN && value <= WINDOW_BITS_MAX ? (u8)value : 0;
}

static void param_read(const struct iotx_http_param *p, bool response, struct deflate *d)
{
	u32 i = 0;

	while (i < PARAM_COUNT && !iotx_http_same(p->name, params[i].name))
		i++;
	if (i == PARAM_COUNT || d->has[i]) {
		d->faulty = true;
		return;
	}
	d->has[i] = true;
	if (!params[i].bits) {
		d->faulty |= p->has_value;
		return;
	}
	if (i == CLIENT_BITS && !p->has_value && !response) /* an offer may leave it open */
		return;
	d->bits[params[i].role] = window_bits(p->value);
	d->faulty |= !d->bits[params[i].role];
}

/* False: the element is another extension. */
static bool deflate_read(struct iotx_slice element, bool response, struct deflate *d)
{
	struct iotx_http_param p;

	*d = (struct deflate){};
	if (!iotx_http_param_next(&element, &p) || !iotx_http_same(p.name, DEFLATE))
		return false;
	while (iotx_http_param_next(&element, &p))
		param_read(&p, response, d);
	return true;
}

/* Section 7.1.2: no more bits than the server was asked for, none of the client unasked. */
static bool fits(const struct deflate *answer, const struct deflate *offer)
{
	u8 asked = offer->bits[IOTX_WS_SERVER], got = answer->bits[IOTX_WS_SERVER];

	if (answer->has[CLIENT_BITS] && !offer->has[CLIENT_BITS])
		return false;
	return !asked || (got && got <= asked);
}

/* Section 7.1.1.1: a server accepts what an offer asks of it by saying so. */
static bool fits_takeover(const struct deflate *answer, const struct deflate *offer)
{
	return answer->has[SERVER_NO_TAKEOVER] || !offer->has[SERVER_NO_TAKEOVER];
}

/* There has to be one offer that the answer fits altogether. */
static void judge_fit(const struct deflate *answer, const struct iotx_http_head *request,
		      struct iotx_diag *diag)
{
	struct iotx_http_list list = iotx_http_list(request, EXTENSIONS);
	bool bits_fit = false, all_fits = false;
	struct iotx_slice element;
	struct deflate offer;

	while (iotx_http_list_next(&list, &element)) {
		bool fit = deflate_read(element, false, &offer) && fits(answer, &offer);

		bits_fit |= fit;
		all_fits |= fit && fits_takeover(answer, &offer);
	}
	if (!all_fits)
		iotx_ws_breach(diag, bits_fit ? IOTX_WS_RULE_DEFLATE_NO_TAKEOVER :
						IOTX_WS_RULE_DEFLATE_WINDOW, 0);
}

static void agree(const struct deflate *d, struct iotx_ws_agreed *agreed)
{
	agreed->deflate = true;
	for (u32 role = 0; role < 2; role++)
		agreed->window_bits[role] = d->bits[role] ? d->bits[role] : WINDOW_BITS_MAX;
	agreed->no_takeover[IOTX_WS_SERVER] = d->has[SERVER_NO_TAKEOVER];
	agreed->no_takeover[IOTX_WS_CLIENT] = d->has[CLIENT_NO_TAKEOVER];
}

/* --- the heads ----------------------------------------------------------------------------- */

/* The base 64 of 16 bytes: 22 characters and two of padding. */
static bool key_ok(struct iotx_slice key)
{
	u32 n;

	return iotx_base64_size(key, &n) && n == KEY_BYTES;
}

void iotx_ws_judge_request(const struct iotx_http_head *request, struct iotx_diag *diag)
{
	struct iotx_http_list list = iotx_http_list(request, EXTENSIONS);
	struct iotx_slice value;
	struct deflate offer;

	if (!iotx_slice_eq(request->method, iotx_slice_str("GET")) || request->major < 1 ||
	    (request->major == 1 && request->minor < 1))
		iotx_ws_breach(diag, IOTX_WS_RULE_REQUEST_LINE, 0);
	if (!iotx_http_field(request, "Host", &value))
		iotx_ws_breach(diag, IOTX_WS_RULE_REQUEST_HOST, 0);
	if (!iotx_http_has_token(request, "Upgrade", "websocket"))
		iotx_ws_breach(diag, IOTX_WS_RULE_REQUEST_UPGRADE, 0);
	if (!iotx_http_has_token(request, "Connection", "Upgrade"))
		iotx_ws_breach(diag, IOTX_WS_RULE_REQUEST_CONNECTION, 0);
	if (!iotx_http_field(request, IOTX_WS_KEY, &value) || !key_ok(value))
		iotx_ws_breach(diag, IOTX_WS_RULE_KEY, 0);
	if (!iotx_http_field(request, "Sec-WebSocket-Version", &value) ||
	    !iotx_slice_eq(value, iotx_slice_str("13")))
		iotx_ws_breach(diag, IOTX_WS_RULE_VERSION, 0);
	while (iotx_http_list_next(&list, &value))
		if (deflate_read(value, false, &offer) && offer.faulty)
			iotx_ws_breach(diag, IOTX_WS_RULE_DEFLATE_PARAM, 0);
}

/* Tokens of subprotocols are compared as they stand (RFC 6455, section 4.1). */
static bool is_offered(const struct iotx_http_head *request, struct iotx_slice subprotocol)
{
	struct iotx_http_list list = iotx_http_list(request, PROTOCOLS);
	struct iotx_slice element;

	while (iotx_http_list_next(&list, &element))
		if (iotx_slice_eq(element, subprotocol))
			return true;
	return false;
}

static struct iotx_slice extension_name(struct iotx_slice element)
{
	struct iotx_http_param p;

	iotx_http_param_next(&element, &p);
	return p.name;
}

static bool extension_offered(const struct iotx_http_head *request, struct iotx_slice element)
{
	struct iotx_http_list list = iotx_http_list(request, EXTENSIONS);
	struct iotx_slice offered;

	while (iotx_http_list_next(&list, &offered))
		if (iotx_slice_eq(extension_name(offered), extension_name(element)))
			return true;
	return false;
}

static void judge_extension(struct iotx_slice element, const struct iotx_http_head *request,
			    struct iotx_ws_agreed *agreed, struct iotx_diag *diag)
{
	struct deflate answer;
	bool offered = !request || extension_offered(request, element);

	if (!offered)
		iotx_ws_breach(diag, IOTX_WS_RULE_EXTENSION, 0);
	if (!deflate_read(element, true, &answer)) {
		agreed->others = true;
		return;
	}
	if (answer.faulty)
		iotx_ws_breach(diag, IOTX_WS_RULE_DEFLATE_PARAM, 0);
	else if (request && offered)
		judge_fit(&answer, request, diag);
	agree(&answer, agreed);
}

/* "mqtt" (MQTT 5.0, section 6); MQTT 3.1 has a name of its own. */
static bool is_mqtt(struct iotx_slice name)
{
	return iotx_slice_eq(name, iotx_slice_str("mqtt")) ||
	       iotx_slice_eq(name, iotx_slice_str("mqttv3.1"));
}

static bool offers_mqtt(const struct iotx_http_head *request)
{
	return is_offered(request, iotx_slice_str("mqtt")) ||
	       is_offered(request, iotx_slice_str("mqttv3.1"));
}

void iotx_ws_judge_response(const struct iotx_http_head *response,
			    const struct iotx_http_head *request, struct iotx_ws_agreed *agreed,
			    struct iotx_diag *diag)
{
	struct iotx_http_list list = iotx_http_list(response, EXTENSIONS);
	struct iotx_slice element;

	*agreed = (struct iotx_ws_agreed){};
	if (!iotx_ws_accepts(response))
		return;
	if (iotx_ws_switches_elsewhere(response) ||
	    !iotx_http_has_token(response, "Connection", "Upgrade"))
		iotx_ws_breach(diag, IOTX_WS_RULE_RESPONSE_UPGRADE, 0);
	if (iotx_http_field(response, PROTOCOLS, &agreed->subprotocol) && request &&
	    !is_offered(request, agreed->subprotocol))
		iotx_ws_breach(diag, IOTX_WS_RULE_SUBPROTOCOL, 0);
	agreed->known = true;
	agreed->mqtt_missing = request && !offers_mqtt(request);
	agreed->mqtt_other = !agreed->mqtt_missing && !is_mqtt(agreed->subprotocol);
	for (u32 n = 0; iotx_http_list_next(&list, &element); n++) {
		if (n == ANSWERS_MAX) {
			agreed->others = true;
			return;
		}
		judge_extension(element, request, agreed, diag);
	}
}

/* --- how they are shown -------------------------------------------------------------------- */

static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_http_head *h = msg;

	(void)buf;
	if (!h->response)
		return "UPGRADE";
	return iotx_ws_accepts(h) ? "UPGRADED" : "REFUSED";
}

static void show_field(const struct iotx_http_head *h, const char *field, struct iotx_visitor *v,
		       const char *name)
{
	struct iotx_slice value;

	if (iotx_http_field(h, field, &value))
		v_str(v, name, value);
}

/* EVE's "http" object. */
static void fields(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_http_head *h = msg;

	if (h->response) {
		v_str(v, "protocol", h->version);
		v_u64(v, "status", h->status);
		show_field(h, "Location", v, "redirect");
		return;
	}
	show_field(h, "Host", v, "hostname");
	v_str(v, "url", h->target);
	v->weight = IOTX_DETAIL;
	show_field(h, "User-Agent", v, "http_user_agent");
	v_str(v, "http_method", h->method);
	v_str(v, "protocol", h->version);
}

static void show_list(const struct iotx_http_head *h, const char *field, struct iotx_visitor *v,
		      const char *name)
{
	struct iotx_http_list list = iotx_http_list(h, field);
	struct iotx_slice element;
	bool any = false;

	for (; iotx_http_list_next(&list, &element); any = true) {
		if (!any)
			v_list(v, name);
		v_str(v, NULL, element);
	}
	if (any)
		v_end(v);
}

static void extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_http_head *h = msg;

	show_list(h, PROTOCOLS, v, "subprotocols");
	show_list(h, EXTENSIONS, v, "extensions");
	v->weight = IOTX_DETAIL;
	show_field(h, "Origin", v, "origin");
	show_field(h, "Sec-WebSocket-Version", v, "websocket_version");
	show_field(h, IOTX_WS_KEY, v, "websocket_key");
	show_field(h, IOTX_WS_ACCEPT, v, "websocket_accept");
}

const struct iotx_event_class iotx_ws_open_event = {
	.name = "websocket",
	.label = "WebSocket",
	.object = "http",
	.title = title,
	.fields = fields,
	.extra = extra,
};
