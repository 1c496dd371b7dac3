/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every way in which a WebSocket connection can offend: RFC 6455, permessage-deflate (RFC
 * 7692), and what MQTT and CoAP ask of the frames that carry them.
 */
#ifndef IOTXDP_WIRE_WS_RULE_H
#define IOTXDP_WIRE_WS_RULE_H

#include "rule.h"
#include "wire.h"

/*        id, verdict, severity, statement, sentence */
#define IOTX_WS_RULES(X)                                                                        \
	/* the opening handshake */                                                             \
	X(REQUEST_LINE, E_RULE, ERROR, "RFC 6455 4.1",                                          \
	  "the request is not a GET of HTTP/1.1 or later")                                      \
	X(REQUEST_HOST, E_RULE, ERROR, "RFC 6455 4.1", "the request has no Host")               \
	X(REQUEST_UPGRADE, E_RULE, ERROR, "RFC 6455 4.1",                                       \
	  "the request's Upgrade does not name websocket")                                      \
	X(REQUEST_CONNECTION, E_RULE, ERROR, "RFC 6455 4.1",                                    \
	  "the request's Connection does not name Upgrade")                                     \
	X(KEY, E_RULE, ERROR, "RFC 6455 4.1", "the Sec-WebSocket-Key does not decode to 16 bytes") \
	X(VERSION, E_RULE, ERROR, "RFC 6455 4.1", "the Sec-WebSocket-Version is not 13")        \
	X(RESPONSE_UPGRADE, E_RULE, ERROR, "RFC 6455 4.2.2",                                    \
	  "the response lacks Upgrade: websocket or Connection: Upgrade")                       \
	X(ACCEPT, E_RULE, ERROR, "RFC 6455 4.2.2",                                              \
	  "the Sec-WebSocket-Accept does not answer the key")                                   \
	X(SUBPROTOCOL, E_RULE, ERROR, "RFC 6455 4.2.2",                                         \
	  "the subprotocol is none of those offered")                                           \
	X(EXTENSION, E_RULE, ERROR, "RFC 6455 9.1", "an extension was not offered")             \
	X(DEFLATE_PARAM, E_RULE, ERROR, "RFC 7692 7.1",                                         \
	  "a parameter of permessage-deflate is unknown, repeated or out of range")             \
	X(DEFLATE_WINDOW, E_RULE, ERROR, "RFC 7692 7.1.2",                                      \
	  "the window bits of the response do not fit an offer")                                \
	X(DEFLATE_NO_TAKEOVER, E_RULE, ERROR, "RFC 7692 7.1.1.1",                               \
	  "each offer asks for server_no_context_takeover, and the response lacks it")          \
	/* frames */                                                                            \
	X(UNMASKED, E_RULE, ERROR, "RFC 6455 5.1", "a frame of the client is not masked")       \
	X(MASKED, E_RULE, ERROR, "RFC 6455 5.1", "a frame of the server is masked")             \
	X(RSV, E_RULE, ERROR, "RFC 6455 5.2", "a reserved bit is set that no extension uses")   \
	X(OPCODE, E_BAD, ERROR, "RFC 6455 5.2", "the opcode is reserved")                       \
	X(LENGTH_BIT, E_BAD, ERROR, "RFC 6455 5.2", "the highest bit of the length is set")     \
	X(LENGTH_LONG, E_RULE, ERROR, "RFC 6455 5.2",                                           \
	  "the length is not written in the fewest bytes")                                      \
	X(CONTINUATION, E_RULE, ERROR, "RFC 6455 5.4",                                          \
	  "a continuation frame, and no message to continue")                                   \
	X(INTERRUPTED, E_RULE, ERROR, "RFC 6455 5.4",                                           \
	  "a message begins before the one before it has ended")                                \
	X(CONTROL_LONG, E_RULE, ERROR, "RFC 6455 5.5",                                          \
	  "a control frame has more than 125 bytes")                                            \
	X(CONTROL_FRAGMENT, E_RULE, ERROR, "RFC 6455 5.5", "a control frame is fragmented")     \
	X(DEFLATE_CONTINUATION, E_RULE, ERROR, "RFC 7692 6",                                  \
	  "RSV1 is set on another frame of a message than its first")                           \
	X(DEFLATE_CONTROL, E_RULE, ERROR, "RFC 7692 6", "RSV1 is set on a control frame")     \
	/* messages */                                                                          \
	X(TEXT, E_BAD, ERROR, "RFC 6455 8.1", "a text message is not UTF-8")                    \
	X(INFLATE, E_BAD, ERROR, "RFC 7692 7.2.2",                                              \
	  "a compressed message does not inflate within the agreed window")                     \
	X(TAKEOVER, E_BAD, ERROR, "RFC 7692 7.1.1",                                             \
	  "a message leans on those before it, against no_context_takeover")                    \
	X(MQTT_TEXT, E_RULE, ERROR, "MQTT-6.0.0-1", "MQTT in a text frame")                     \
	X(MQTT_OFFER, E_RULE, ERROR, "MQTT-6.0.0-3",                                            \
	  "a client that speaks MQTT does not offer the subprotocol mqtt")                      \
	X(MQTT_NAME, E_RULE, ERROR, "MQTT-6.0.0-4",                                             \
	  "MQTT is spoken, and the server has not chosen the subprotocol mqtt")                 \
	X(COAP_TEXT, E_RULE, ERROR, "RFC 8323 4.2", "CoAP in a text frame")                     \
	X(COAP_LENGTH, E_RULE, ERROR, "RFC 8323 4.2",                                           \
	  "the Len of a CoAP message in WebSocket is not 0")                                    \
	/* closing, ping and pong */                                                            \
	X(CLOSE_SHORT, E_BAD, ERROR, "RFC 6455 5.5.1", "the body of a Close has one byte")      \
	X(CLOSE_REASON, E_BAD, ERROR, "RFC 6455 5.5.1", "the reason of a Close is not UTF-8")   \
	X(CLOSE_CODE, E_RULE, ERROR, "RFC 6455 7.4", "the code of a Close is none to be sent")  \
	X(CLOSE_RANGE, OK, NOTE, "RFC 6455 7.4",                                                \
	  "the code of a Close is in no range that is defined")                                 \
	X(AFTER_CLOSE, E_RULE, ERROR, "RFC 6455 5.5.1", "a data frame behind a Close")          \
	X(CLOSE_UNANSWERED, E_RULE, WARNING, "RFC 6455 5.5.1",                                  \
	  "the connection ended, and a Close was not answered")                                 \
	X(PONG, E_RULE, WARNING, "RFC 6455 5.5.3", "a pong has not the payload of the ping")    \
	X(CLIENT_FIRST, E_RULE, NOTE, "RFC 6455 7.1.1",                                         \
	  "the client closed TCP, and did not wait for the server to do so")

enum iotx_ws_rule {
#define X(id, verdict, severity, statement, text) IOTX_WS_RULE_##id,
	IOTX_WS_RULES(X)
#undef X
	IOTX_WS_RULE_COUNT
};

const struct iotx_rule *iotx_ws_rule(enum iotx_ws_rule rule);

/* Records that something breaks the rule, `off` bytes into it. */
void iotx_ws_breach(struct iotx_diag *diag, enum iotx_ws_rule rule, u32 off);

#endif
