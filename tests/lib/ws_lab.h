/* SPDX-License-Identifier: GPL-2.0-only */
/* WebSocket connections for tests of the engine: they know the format by themselves. */
#ifndef IOTXDP_TESTS_WS_LAB_H
#define IOTXDP_TESTS_WS_LAB_H

#include "engine_lab.h"

/*
 * Of cmocka. The log has a word for each event: "c:TEXT=Hello", the sender, the title and a
 * payload that is text, else its length; "~c:CONNECT" of what is carried; "(limit)" behind a
 * verdict that is not ok, "+resync"; "!RFC 6455 5.1" for a finding.
 */
int ws_lab_setup(void **state);

#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455, section 1.3 */
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define WS_MQTT "Sec-WebSocket-Protocol: mqtt\r\n"
#define WS_CONNACK "\x20\x02\x00\x00"
#define WS_PINGREQ "\xc0\x00"
#define WS_DEFLATE "Sec-WebSocket-Extensions: permessage-deflate"

/* A request and a response that accepts it, with more lines in each, every one with its end. */
void ws_lab_open(const char *request, const char *response);
void ws_lab_request(const char *lines);
void ws_lab_response(const char *lines);

/* A connection of the subprotocol mqtt: CONNECT and CONNACK have passed. */
void ws_lab_connect(void);
void ws_lab_open_mqtt(void);

/* Adds a frame, masked by the client (side 0); `first` is its first byte. */
void ws_frame(struct iotx_buf *b, u32 side, u8 first, const void *data, u32 len);

/* Sends one frame in a segment. */
void ws_lab_frame(u32 side, u8 first, const void *data, u32 len);
void ws_lab_text(u32 side, u8 first, const char *text);

/* Sends bytes in hexadecimal, blanks skipped; as frames they stand, mask and all. */
void ws_lab_hex(u32 side, const char *hex);

/* FIN. */
void ws_lab_close(u32 side);

/* What came since it was asked last. */
void ws_lab_expect(const char *log);

#endif
