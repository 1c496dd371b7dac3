/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The opening handshake of WebSocket (RFC 6455, section 4): what is asked for, what is
 * agreed, and what of it breaks a rule.
 */
#ifndef IOTXDP_WIRE_WS_OPEN_H
#define IOTXDP_WIRE_WS_OPEN_H

#include "http.h"
#include "ws.h"

/* What a response that accepts has settled. */
struct iotx_ws_agreed {
	struct iotx_slice subprotocol; /* empty: none */
	bool known;                    /* there was one; and of MQTT's name for it: */
	bool mqtt_missing;             /* ... the request, which was seen, does not offer it */
	bool mqtt_other;               /* ... the response has another one, or none, and could */
	bool deflate;                  /* permessage-deflate (RFC 7692), and by sender: */
	bool no_takeover[2];           /* ... each message is compressed alone */
	u8 window_bits[2];             /* ... 8 to 15 */
	bool others;                   /* another extension, of which nothing is known */
};

#define IOTX_WS_KEY "Sec-WebSocket-Key"
#define IOTX_WS_ACCEPT "Sec-WebSocket-Accept"

/* Is it a request for WebSocket, in order or not, and not for something else? */
bool iotx_ws_asks(const struct iotx_http_head *request);

/* Does a response switch to another protocol, which is what was asked for? */
bool iotx_ws_accepts(const struct iotx_http_head *response);

/* ... and if nobody knows what was asked for: to another protocol than WebSocket? */
bool iotx_ws_switches_elsewhere(const struct iotx_http_head *response);

void iotx_ws_judge_request(const struct iotx_http_head *request, struct iotx_diag *diag);

/* `request` is NULL when it was not seen: then less can be judged. */
void iotx_ws_judge_response(const struct iotx_http_head *response,
			    const struct iotx_http_head *request, struct iotx_ws_agreed *agreed,
			    struct iotx_diag *diag);

/* Shows a struct iotx_http_head. */
extern const struct iotx_event_class iotx_ws_open_event;

#endif
