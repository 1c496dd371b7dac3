// SPDX-License-Identifier: GPL-2.0-only
#include "engine_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct lab lab;
u8 lab_room[IOTX_PKT_ROOM];
u64 lab_learnt_max = 256 << 20;

static void note(const char *word)
{
	size_t len = strlen(lab.log);

	snprintf(lab.log + len, sizeof(lab.log) - len, "%s%s", len ? " " : "", word);
}

static void on_event(void *arg, const struct iotx_event *ev)
{
	char title[IOTX_TITLE_MAX], word[128];

	(void)arg;
	if (lab.describe) {
		lab.describe(ev, word, sizeof(word));
		note(word);
		return;
	}
	snprintf(word, sizeof(word), "%llu:%s:%s%s%s", (unsigned long long)ev->frame,
		 ev->ends->src_port == LAB_CLIENT ? "c" : "s", ev->cls->title(ev->msg, title),
		 ev->resync ? "+resync" : "", ev->duplicate ? "+duplicate" : "");
	note(word);
	if (ev->verdict) {
		snprintf(word, sizeof(word), "(%d)", ev->verdict);
		note(word);
	}
}

void lab_start(u32 flows_max, u32 message_max)
{
	static struct iotx_engine_config config;

	memset(&lab, 0, sizeof(lab));
	config = (struct iotx_engine_config){
		.sample_one_in = 1,
		.message_max = message_max,
		.reorder_max = 64 << 10,
		.flows_max = flows_max,
		.held_max = 256 << 20,
		.learnt_max = lab_learnt_max,
	};
	config.ports.tcp[LAB_BROKER] = MQTT;
	config.ports.tcp[LAB_WEB] = WEBSOCKET;
	config.ports.udp[5683] = COAP;
	config.ports.udp[1884] = MQTTSN;
	lab.engine = iotx_engine_new(&config, on_event, NULL);
	assert_non_null(lab.engine);
	lab.seq[0] = 1000;
	lab.seq[1] = 5000;
}

int lab_setup(void **state)
{
	(void)state;
	lab_start(100, 1 << 20);
	return 0;
}

int lab_teardown(void **state)
{
	const struct iotx_engine_stats *s;

	(void)state;
	iotx_engine_finish(lab.engine);
	s = iotx_engine_stats(lab.engine);
	/* I4 holds after every test */
	assert_int_equal(s->stream_bytes, s->bytes_decoded + s->bytes_old + s->bytes_lost +
						  s->bytes_cut + s->bytes_limit + s->bytes_far +
						  s->bytes_held);
	assert_int_equal(s->inner_bytes,
			 s->inner_decoded + s->inner_lost + s->inner_cut + s->inner_held);
	/* and nothing is left of what waited */
	assert_int_equal(s->memory_held, 0);
	assert_int_equal(s->ws_inflaters, 0);
	assert_true(s->memory_learnt <= lab_learnt_max);
	iotx_engine_free(lab.engine);
	return 0;
}

void lab_frame(const struct iotx_pkt *p)
{
	u32 len = iotx_pkt_build(p, lab_room, NULL);
	u8 *copy = test_malloc(len); /* of exact size: the sanitizer sees every over-read */
	struct iotx_frame f = {
		.data = copy, .cap_len = len, .wire_len = len, .number = ++lab.frames,
		.ts_ns = lab.frames * 1000000,
	};

	memcpy(copy, lab_room, len);
	if (lab.live) {
		f.kernel = &lab.view;
		f.number = lab.frames;
		f.cap_len = lab.snaplen && lab.snaplen < len ? lab.snaplen : len;
	}
	iotx_engine_frame(lab.engine, &f);
	test_free(copy);
}

void lab_segment_at(u32 side, u32 seq, u32 ack, const void *data, u32 len, u8 flags)
{
	u16 port = lab.port ? lab.port : LAB_BROKER;

	lab_frame(&(struct iotx_pkt){
		.src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? port : LAB_CLIENT, .dst_port = side ? LAB_CLIENT : port,
		.seq = seq, .ack = ack, .tcp_flags = flags ? flags : IOTX_TCP_ACK,
		.payload = data, .payload_len = len,
	});
}

void lab_segment(u32 side, const void *data, u32 len)
{
	lab_segment_at(side, lab.seq[side], lab.seq[!side], data, len, 0);
	lab.seq[side] += len;
}

void lab_send_buf(u32 side, struct iotx_buf *buf)
{
	lab_segment(side, buf->data, (u32)buf->len);
	buf->len = 0;
}

void lab_publish(struct iotx_buf *buf, const char *topic, u32 payload)
{
	u8 body[70000] = { 0, (u8)strlen(topic) };

	memcpy(body + 2, topic, strlen(topic));
	memset(body + 2 + strlen(topic), 'x', payload);
	iotx_msg_mqtt(buf, 0x30, body, 2 + (u32)strlen(topic) + payload);
}

void lab_open_connection(struct iotx_buf *buf)
{
	iotx_msg_connect(buf);
	lab_send_buf(0, buf);
	lab_segment(1, "\x20\x02\x00\x00", 4);
}

void lab_expect(const char *log)
{
	assert_string_equal(lab.log, log);
}
