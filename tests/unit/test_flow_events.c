// SPDX-License-Identifier: GPL-2.0-only
/* Conversations of a capture: when they are over, why, and what they have counted. */
#include "msg.h"
#include "pkt.h"

#include <base/digits.h>
#include <core/engine.h>
#include <core/flow_event.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define S 1000000000ull
#define START (1700000000 * S)
#define PORT 40000

static struct {
	struct iotx_engine *engine;
	u64 now_ns, frames;
	u32 seq[2];
	u16 port;
	char log[4096];
	u64 packets, bytes, publishes, flow_id[8];
	u32 flows;
} scene;

static const char *const ends[] = { "idle", "closed", "evicted", "reused", "shutdown" };

/* "reused mqtt 40000>1883 4/2 of 5s" */
static void on_event(void *arg, const struct iotx_event *ev)
{
	const struct iotx_flow_event *f = ev->msg;
	const struct iotx_flow_sum *to_server, *to_client;
	size_t len = strlen(scene.log);

	(void)arg;
	if (ev->cls != &iotx_flow_event)
		return;
	to_server = &f->pair->side[f->client];
	to_client = &f->pair->side[!f->client];
	scene.packets += to_server->packets + to_client->packets;
	scene.bytes += to_server->bytes + to_client->bytes;
	if (f->pair->proto == MQTT)
		scene.publishes += to_server->mqtt.publish + to_client->mqtt.publish;
	scene.flow_id[scene.flows++ % 8] = ev->ends->flow_id;
	snprintf(scene.log + len, sizeof(scene.log) - len, "%s%s %s %u>%u %llu/%llu at %llu",
		 len ? ", " : "", ends[f->pair->end], ev->cls->app_proto(ev->msg),
		 ev->ends->src_port, ev->ends->dst_port, (unsigned long long)to_server->packets,
		 (unsigned long long)to_client->packets, (unsigned long long)((ev->ts_ns - START) / S));
}

static int setup(void **state)
{
	static struct iotx_engine_config config;

	(void)state;
	memset(&scene, 0, sizeof(scene));
	config = (struct iotx_engine_config){
		.sample_one_in = 1, .message_max = 1 << 20, .reorder_max = 64 << 10, .flows_max = 100,
		.held_max = 1 << 20, .flows = true, .idle = { 300, 3600, 30 },
	};
	config.ports.tcp[1883] = MQTT;
	config.ports.tcp[8883] = MQTT_TLS;
	config.ports.udp[5683] = COAP;
	scene.engine = iotx_engine_new(&config, on_event, NULL);
	assert_non_null(scene.engine);
	scene.now_ns = START;
	scene.port = PORT;
	scene.seq[0] = 1000;
	scene.seq[1] = 5000;
	return 0;
}

/* Every packet of a protocol is in exactly one flow, every message too. */
static int teardown(void **state)
{
	const struct iotx_totals *t;

	(void)state;
	t = iotx_engine_totals(scene.engine);
	assert_int_equal(scene.packets, t->mqtt.packets + t->coap.packets + t->mqtt_tls.packets);
	assert_int_equal(scene.bytes, t->mqtt.bytes + t->coap.bytes + t->mqtt_tls.bytes);
	assert_int_equal(scene.publishes, t->mqtt_messages.publish);
	iotx_engine_free(scene.engine);
	return 0;
}

static void frame(const struct iotx_pkt *p)
{
	static u8 room[IOTX_PKT_ROOM];
	u32 len = iotx_pkt_build(p, room, NULL);

	iotx_engine_frame(scene.engine, &(struct iotx_frame){
		.data = room, .cap_len = len, .wire_len = len, .ts_ns = scene.now_ns,
		.number = ++scene.frames,
	});
	scene.now_ns += S;
}

static void segment(u32 side, const void *data, u32 len, u8 flags)
{
	frame(&(struct iotx_pkt){
		.src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? 1883 : scene.port, .dst_port = side ? scene.port : 1883,
		.seq = scene.seq[side] - (flags & IOTX_TCP_SYN ? 1 : 0), .ack = scene.seq[!side],
		.tcp_flags = flags, .payload = data, .payload_len = len,
	});
	scene.seq[side] += len;
}

static void datagram(u32 side, const void *data, u32 len)
{
	frame(&(struct iotx_pkt){
		.transport = UDP, .src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? 5683 : PORT, .dst_port = side ? PORT : 5683,
		.payload = data, .payload_len = len,
	});
}

static void connection(void)
{
	struct iotx_buf buf = {};

	iotx_msg_connect(&buf);
	segment(0, buf.data, (u32)buf.len, IOTX_TCP_ACK);
	segment(1, "\x20\x02\x00\x00", 4, IOTX_TCP_ACK);
	segment(0, "\x30\x04\x00\x01" "ax\x30\x04\x00\x01" "ay", 12, IOTX_TCP_ACK);
	iotx_buf_free(&buf);
}

static void fin(u32 side)
{
	segment(side, NULL, 0, IOTX_TCP_ACK | IOTX_TCP_FIN);
}

static void finish(const char *log)
{
	iotx_engine_finish(scene.engine);
	assert_string_equal(scene.log, log);
}

static void closed_by_fin(void **state)
{
	(void)state;
	connection();
	fin(0);
	fin(1);
	scene.now_ns += 28 * S;
	datagram(0, "\x40\x01\x00\x01", 4);
	assert_string_equal(scene.log, "");
	scene.now_ns += S;
	datagram(0, "\x40\x01\x00\x02", 4);
	finish("closed mqtt 40000>1883 3/2 at 35, shutdown coap 40000>5683 2/0 at 35");
}

/* One side has closed, the other goes on. */
static void half_closed(void **state)
{
	(void)state;
	connection();
	fin(0);
	scene.now_ns += 100 * S;
	datagram(0, "\x40\x01\x00\x01", 4);
	finish("shutdown mqtt 40000>1883 3/1 at 104, shutdown coap 40000>5683 1/0 at 104");
}

static void closed_by_rst(void **state)
{
	(void)state;
	connection();
	segment(1, NULL, 0, IOTX_TCP_RST);
	scene.now_ns += 40 * S;
	datagram(0, "\x40\x01\x00\x01", 4);
	finish("closed mqtt 40000>1883 2/2 at 44, shutdown coap 40000>5683 1/0 at 44");
}

static void closed_at_the_end(void **state)
{
	(void)state;
	connection();
	fin(0);
	fin(1);
	finish("closed mqtt 40000>1883 3/2 at 4");
}

/* What comes after the silence is another conversation, also of the same ends. */
static void idle(void **state)
{
	(void)state;
	datagram(0, "\x40\x01\x00\x01", 4);
	datagram(1, "\x60\x45\x00\x01", 4);
	scene.now_ns += 290 * S;
	datagram(0, "\x40\x01\x00\x02", 4);
	scene.now_ns += 301 * S;
	datagram(0, "\x40\x01\x00\x03", 4);
	finish("idle coap 40000>5683 2/1 at 594, shutdown coap 40000>5683 1/0 at 594");
}

static void used_again_after_the_end(void **state)
{
	(void)state;
	connection();
	fin(0);
	fin(1);
	scene.seq[0] += 1000000;
	scene.seq[1] += 2000000;
	segment(0, NULL, 0, IOTX_TCP_SYN);
	segment(1, NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	connection();
	finish("reused mqtt 40000>1883 3/2 at 5, shutdown mqtt 40000>1883 3/2 at 9");
	assert_int_not_equal(scene.flow_id[0], scene.flow_id[1]);
}

/* Two taps, one of them late: the whole connection comes twice. */
static void a_connection_seen_twice(void **state)
{
	u32 client = scene.seq[0], broker = scene.seq[1];

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		scene.seq[0] = client;
		scene.seq[1] = broker;
		segment(0, NULL, 0, IOTX_TCP_SYN);
		segment(1, NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
		connection();
		fin(0);
		fin(1);
	}
	finish("closed mqtt 40000>1883 7/5 at 13");
}

/* Without a FIN, what comes from where the SYN said proves that it was meant. */
static void used_again_without_an_end(void **state)
{
	(void)state;
	connection();
	scene.seq[0] += 1000000;
	scene.seq[1] += 2000000;
	segment(0, NULL, 0, IOTX_TCP_SYN);
	segment(1, NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	connection();
	finish("reused mqtt 40000>1883 4/2 at 5, shutdown mqtt 40000>1883 1/1 at 7");
	assert_int_not_equal(scene.flow_id[0], scene.flow_id[1]);
}

/* A SYN that nothing follows ends nothing. */
static void a_stray_syn(void **state)
{
	(void)state;
	connection();
	frame(&(struct iotx_pkt){ .src_host = 1, .dst_host = 2, .src_port = PORT, .dst_port = 1883,
				  .seq = 77, .tcp_flags = IOTX_TCP_SYN });
	segment(0, "\x30\x04\x00\x01" "az", 6, IOTX_TCP_ACK);
	finish("shutdown mqtt 40000>1883 4/1 at 4");
}

static void opaque_ones_too(void **state)
{
	(void)state;
	frame(&(struct iotx_pkt){ .src_host = 1, .dst_host = 2, .src_port = PORT, .dst_port = 8883,
				  .seq = 1, .tcp_flags = IOTX_TCP_ACK,
				  .payload = "\x16\x03\x01\x00\x01\x00", .payload_len = 6 });
	finish("shutdown mqtt_tls 40000>8883 1/0 at 0");
}

/* Many at once: each is over by itself. */
static void many(void **state)
{
	(void)state;
	for (u32 i = 0; i < 60; i++) {
		scene.port = (u16)(PORT + i);
		connection();
	}
	scene.now_ns += 4000 * S;
	datagram(0, "\x40\x01\x00\x01", 4);
	assert_int_equal(scene.flows, 60);
	iotx_engine_finish(scene.engine);
	assert_int_equal(scene.flows, 61);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(closed_by_fin, setup, teardown),
		cmocka_unit_test_setup_teardown(half_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_by_rst, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(idle, setup, teardown),
		cmocka_unit_test_setup_teardown(used_again_after_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_connection_seen_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(used_again_without_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stray_syn, setup, teardown),
		cmocka_unit_test_setup_teardown(opaque_ones_too, setup, teardown),
		cmocka_unit_test_setup_teardown(many, setup, teardown),
	};

	return cmocka_run_group_tests_name("flow_events", tests, NULL, NULL);
}
