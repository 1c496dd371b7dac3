/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the generator share. The same seed makes the same file everywhere. */
#ifndef IOTXDP_BENCH_GEN_H
#define IOTXDP_BENCH_GEN_H

#include <base/buf.h>
#include <rng.h>
#include <stdio.h>

/* GEN_DENSE: MQTT 3.1.1, hundreds of messages in a segment. */
enum gen_kind { GEN_MQTT3, GEN_MQTT5, GEN_WS, GEN_COAP, GEN_DENSE, GEN_KINDS };

#define GEN_TOPICS 16
#define GEN_TOPIC_ROOM 40

#define GEN_DUES 16 /* below every Receive Maximum */

/* An answer that a side owes. */
struct gen_due {
	u8 type;
	u8 codes; /* of SUBACK and UNSUBACK */
	u16 id;
};

/* One connection, or one CoAP client and its server. */
struct gen_flow {
	struct gen_due due[2][GEN_DUES]; /* rings, by the side that owes */
	u32 due_from[2], dues[2];
	u32 number;
	u32 seq[2]; /* of the next byte of the client and of the server */
	u16 id;     /* the last Packet Identifier or Message ID */
	bool open;
	bool waits; /* CoAP: its server owes an answer */
	u8 type;    /* CoAP: of that request, and its code and token */
	u8 code;
	u32 token;
};

struct gen {
	enum gen_kind kind;
	FILE *out;
	struct iotx_rng rng;
	struct iotx_buf write; /* the bytes of one write, before they become segments */
	struct iotx_buf body;  /* of the message in the making */
	char topics[GEN_TOPICS][GEN_TOPIC_ROOM];
	u64 bytes, packets, ts_us;
	u64 mqtt[16]; /* messages by type */
	u64 coap;
};

/* --- gen_wire.c: frames in a capture ---------------------------------------------------- */

void gen_file_header(struct gen *g);

/* What is in g->write, from the client (0) or the server (1); empties it. */
void gen_send_tcp(struct gen *g, struct gen_flow *f, u32 side);
void gen_send_udp(struct gen *g, struct gen_flow *f, u32 side);
void gen_handshake(struct gen *g, struct gen_flow *f);

/* --- messages, appended to g->write and counted ----------------------------------------- */

/* The two first messages of a connection, then any other that this side may send. */
void gen_mqtt_connect(struct gen *g, struct gen_flow *f);
void gen_mqtt_connack(struct gen *g);
void gen_mqtt_message(struct gen *g, struct gen_flow *f, u32 side);
void gen_mqtt_ping(struct gen *g); /* that nobody answers */

void gen_ws_request(struct gen *g);
void gen_ws_response(struct gen *g);
/* Makes a frame of what stands in g->write from `start` on. */
void gen_ws_frame(struct gen *g, u32 start, u32 side);

/* The flow's next request, or the answer that is owed; returns the side that sends it. */
u32 gen_coap_message(struct gen *g, struct gen_flow *f);

#endif
