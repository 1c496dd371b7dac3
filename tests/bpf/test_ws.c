// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT in WebSocket through the BPF object that ships: seeded streams with random frames,
 * masks, control frames, segment cuts and repeats are counted exactly.
 */
#include "bpf_run.h"
#include "pkt.h"
#include "ws_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define STREAMS 300
#define SEGMENT_MAX 3000

static struct iotx_bpf *b;
static enum iotx_bpf_prog prog;

/* One direction of the conversation of a client's port with port 9001. */
struct side {
	struct iotx_ws_stream ws;
	bool client;
	u16 port;
	u32 isn, ack;
};

static void feed(const struct side *s, u32 from, u32 to)
{
	static u8 frame[IOTX_PKT_ROOM];
	struct iotx_pkt p = { .src_port = s->client ? s->port : 9001,
			      .dst_port = s->client ? 9001 : s->port,
			      .src_host = s->client, .dst_host = !s->client,
			      .seq = s->isn + from, .ack = s->ack,
			      .payload = s->ws.bytes.data + from, .payload_len = to - from };
	u32 len = iotx_pkt_build(&p, frame, NULL);

	assert_int_equal(iotx_bpf_frame(b, frame, len), iotx_bpf_pass(prog));
}

static void send_all(const struct side *s, struct iotx_rng *r)
{
	u32 most = iotx_rng_chance(r, 50) ? 60 : SEGMENT_MAX;

	for (u32 from = 0, to, left; from < s->ws.bytes.len; from = to) {
		left = (u32)s->ws.bytes.len - from;
		to = 1 + iotx_rng_below(r, most);
		to = from + (!from && to < 150 ? 150 : to < left ? to : left);
		if (from && iotx_rng_chance(r, 10))
			feed(s, from - iotx_rng_below(r, from < 1000 ? from : 1000), from);
		feed(s, from, to);
	}
}

static void begin(struct side *s, struct iotx_rng *r, bool client, u32 i)
{
	struct iotx_stream mqtt = {};

	*s = (struct side){ .client = client, .port = (u16)(20000 + i),
			    .isn = (u32)iotx_rng_next(r), .ack = 1 };
	iotx_ws_stream_head(&s->ws, client);
	iotx_stream_add(&mqtt, r, client ? IOTX_MQTT_CONNECT : IOTX_MQTT_CONNACK, 20);
	iotx_stream_fill(&mqtt, r, 12, 2000);
	iotx_ws_stream_fill(&s->ws, r, &mqtt, client, iotx_rng_below(r, IOTX_WS_CUTS));
	iotx_stream_free(&mqtt);
}

/* Adds to `want` what it sends, by type. */
static void one_conversation(struct iotx_rng *r, u32 i, u64 *want)
{
	struct side client, server;

	begin(&client, r, true, i);
	begin(&server, r, false, i);
	client.ack = server.isn;
	server.ack = client.isn + client.ws.head_len;
	send_all(&client, r);
	send_all(&server, r);
	for (int type = 1; type < 16; type++)
		want[type] += client.ws.count[type] + server.ws.count[type];
	iotx_ws_stream_free(&client.ws);
	iotx_ws_stream_free(&server.ws);
}

static void check_exact(const u64 *want)
{
	struct iotx_totals tt;
	struct iotx_ledger lg;

	iotx_bpf_totals(b, iotx_bpf_dir(prog), &tt);
	iotx_bpf_ledger(b, iotx_bpf_dir(prog), &lg);
	for (int type = 1; type < 16; type++)
		assert_int_equal(((const u64 *)&tt.mqtt_messages)[type - 1], want[type]);
	assert_int_equal(lg.segments_gap + lg.segments_lost + lg.headers_bad + lg.walks_limited +
			 lg.ws_not_framed + lg.ws_other + lg.not_iot, 0);
	assert_int_equal(tt.websocket.packets, lg.seen);
}

static void seeded_streams_are_exact(void **state)
{
	u64 seed = iotx_env_u64("IOTXDP_SEED", 20261124);

	(void)state;
	for (prog = IOTX_BPF_XDP; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_rng r = { seed };
		u64 want[16] = {};

		b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog });
		assert_non_null(b);
		for (u32 i = 0; i < STREAMS; i++) {
			one_conversation(&r, i, want);
			iotx_bpf_drain(b, NULL, NULL);
		}
		check_exact(want);
		iotx_bpf_close(b);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeded_streams_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
