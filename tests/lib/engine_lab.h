/* SPDX-License-Identifier: GPL-2.0-only */
/* An engine, the two ends of one connection, and what came out: for tests of the engine. */
#ifndef IOTXDP_TESTS_ENGINE_LAB_H
#define IOTXDP_TESTS_ENGINE_LAB_H

#include "msg.h"
#include "pkt.h"

#include <core/engine.h>

#define LAB_CLIENT 40000
#define LAB_BROKER 1883
#define LAB_WEB 8080

/* One at a time. */
struct lab {
	struct iotx_engine *engine;
	u32 seq[2]; /* of the client, of the broker */
	u16 port;   /* of the server; 0: LAB_BROKER */
	u64 frames;
	char log[8192]; /* one word per event */
	void (*describe)(const struct iotx_event *ev, char *word, size_t room); /* NULL: as it does */
	u32 snaplen;    /* of live frames; 0: whole */
	bool live;
	struct iotx_kernel_view view;
};

extern struct lab lab;
extern u8 lab_room[IOTX_PKT_ROOM];
extern u64 lab_learnt_max; /* of the next engine */

/* Of cmocka; the end of every test holds I4, and that nothing waits any longer. */
int lab_setup(void **state);
int lab_teardown(void **state);

/* Another engine, with these limits. */
void lab_start(u32 flows_max, u32 message_max);

void lab_frame(const struct iotx_pkt *p);
void lab_segment_at(u32 side, u32 seq, u32 ack, const void *data, u32 len, u8 flags);
void lab_segment(u32 side, const void *data, u32 len); /* the next bytes of a side */
void lab_send_buf(u32 side, struct iotx_buf *buf);
void lab_publish(struct iotx_buf *buf, const char *topic, u32 payload);
void lab_open_connection(struct iotx_buf *buf);
void lab_expect(const char *log);

#endif
