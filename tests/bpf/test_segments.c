// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT streams through the BPF object that ships: messages by type are counted
 * exactly, whichever way segments cut the stream.
 */
#include "bpf_run.h"
#include "pkt.h"
#include "stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum cut { CUT_1, CUT_2, CUT_TINY, CUT_MESSAGES, CUT_MSS, CUT_ANY, CUT_COUNT };

#define SEGMENT_MAX 3000
#define SEQ 0xfffff000u /* so that it wraps on the way */

static u32 cut_len(const struct iotx_stream *s, u32 from, enum cut cut, struct iotx_rng *r)
{
	u32 end = from + 1;

	switch (cut) {
	case CUT_1:
	case CUT_2:
		return 1 + cut;
	case CUT_TINY:
		return 1 + iotx_rng_below(r, 7);
	case CUT_MSS:
		return 1448;
	case CUT_MESSAGES:
		while (end < s->marks.len && !(s->marks.data[end] & IOTX_MARK_START))
			end++;
		return end - from < SEGMENT_MAX ? end - from : SEGMENT_MAX;
	default:
		return 1 + iotx_rng_below(r, SEGMENT_MAX);
	}
}

static void feed(struct iotx_bpf *b, enum iotx_bpf_prog prog, const struct iotx_pkt *p)
{
	static u8 frame[IOTX_PKT_ROOM];
	u32 len = iotx_pkt_build(p, frame, NULL);

	assert_int_equal(iotx_bpf_frame(b, frame, len), iotx_bpf_pass(prog));
}

/* The whole stream, from the client if it opens with a CONNECT, else from the server. */
static void send_stream(struct iotx_bpf *b, enum iotx_bpf_prog prog, const struct iotx_stream *s,
		 enum cut cut, struct iotx_rng *r)
{
	bool client = s->types.data[0] == IOTX_MQTT_CONNECT;
	struct iotx_pkt p = { .src_host = client ? cut + 1 : 0, .dst_host = client ? 0 : cut + 1,
			      .src_port = client ? 40000 : 1883, .dst_port = client ? 1883 : 40000,
			      .ack = SEQ };

	for (u32 from = 0; from < s->bytes.len; from += p.payload_len) {
		u32 left = (u32)s->bytes.len - from, len = cut_len(s, from, cut, r);

		p.seq = SEQ + from;
		p.payload = s->bytes.data + from;
		p.payload_len = len < left ? len : left;
		feed(b, prog, &p);
	}
}

static void check_counts(const struct iotx_bpf *b, enum iotx_bpf_prog prog, const u64 *want)
{
	struct iotx_totals tt;
	struct iotx_ledger lg;

	iotx_bpf_totals(b, iotx_bpf_dir(prog), &tt);
	for (int type = 1; type < 16; type++)
		assert_int_equal(((const u64 *)&tt.mqtt_messages)[type - 1], want[type]);
	iotx_bpf_ledger(b, iotx_bpf_dir(prog), &lg);
	assert_int_equal(lg.segments_gap + lg.segments_lost + lg.headers_bad + lg.walks_limited, 0);
	assert_int_equal(lg.not_iot, 0);
}

/* All 15 types in both directions; the server's half is placed by the CONNECT's ACK. */
static void every_cut_gives_the_same_counts(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 20261122) };
	struct iotx_stream client = {}, server = {};

	(void)state;
	iotx_stream_add(&client, &r, IOTX_MQTT_CONNECT, 0);
	iotx_stream_add(&server, &r, IOTX_MQTT_CONNACK, 0);
	for (u8 type = 1; type < 16; type++)
		iotx_stream_add(type % 2 ? &client : &server, &r, type, 20);
	iotx_stream_fill(&client, &r, 150, 20000);
	iotx_stream_fill(&server, &r, 150, 20000);
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog });
		u64 want[16] = {};

		assert_non_null(b);
		for (enum cut cut = 0; cut < CUT_COUNT; cut++) {
			send_stream(b, prog, &client, cut, &r);
			send_stream(b, prog, &server, cut, &r);
			for (int type = 1; type < 16; type++)
				want[type] += client.count[type] + server.count[type];
			check_counts(b, prog, want);
		}
		iotx_bpf_close(b);
	}
	iotx_stream_free(&client);
	iotx_stream_free(&server);
}

/* Payloads of 200 kB, as a camera's client would publish them. */
static void payloads_of_200_kb(void **state)
{
	struct iotx_rng r = { 1 };
	struct iotx_stream s = {};

	(void)state;
	iotx_stream_add(&s, &r, IOTX_MQTT_CONNECT, 0);
	for (int i = 0; i < 5; i++) {
		iotx_stream_add(&s, &r, IOTX_MQTT_PUBLISH, 200 * 1000);
		iotx_stream_add(&s, &r, IOTX_MQTT_PINGREQ, 0);
	}
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog });

		assert_non_null(b);
		send_stream(b, prog, &s, CUT_MSS, &r);
		check_counts(b, prog, s.count);
		iotx_bpf_close(b);
	}
	iotx_stream_free(&s);
}

/* Nothing but pings, as dense as it gets: the walk takes a whole segment of them. */
static void a_segment_full_of_messages(void **state)
{
	struct iotx_rng r = { 1 };
	struct iotx_stream s = {};

	(void)state;
	iotx_stream_add(&s, &r, IOTX_MQTT_CONNECT, 0);
	for (int i = 0; i < 5000; i++)
		iotx_stream_add(&s, &r, IOTX_MQTT_PINGREQ, 0);
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog });

		assert_non_null(b);
		send_stream(b, prog, &s, CUT_ANY, &r);
		check_counts(b, prog, s.count);
		iotx_bpf_close(b);
	}
	iotx_stream_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_gives_the_same_counts),
		cmocka_unit_test(payloads_of_200_kb),
		cmocka_unit_test(a_segment_full_of_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
