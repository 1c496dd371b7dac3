// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT through WebSocket, as the kernel half counts it: exactly, whichever way frames cut
 * messages and segments cut frames; nothing where it is not MQTT or cannot be looked into;
 * after a loss by the rule and never wrongly.
 */
#include "native.h"
#include "pkt.h"
#include "ws_stream.h"

#include <cli/ports.h>
#include <core/track.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define STREAMS 300
#define LOSSES 10000

static struct iotx_ports ports;

/* One direction on its way through the tracker. */
struct run {
	struct iotx_tracker *tr;
	const struct iotx_ws_stream *ws;
	bool client;
	u32 isn, ack;
	struct iotx_track t;
};

static struct iotx_tracker *tracker_new(void)
{
	struct iotx_tracker *tr;

	iotx_ports_reset(&ports);
	tr = iotx_tracker_new(&ports, 64);
	assert_non_null(tr);
	return tr;
}

static void feed(struct run *run, u32 from, u32 to)
{
	static u8 frame[IOTX_PKT_ROOM];
	struct iotx_pkt p = { .src_port = run->client ? 40000 : 9001,
			      .dst_port = run->client ? 9001 : 40000,
			      .src_host = run->client ? 1 : 2, .dst_host = run->client ? 2 : 1,
			      .seq = run->isn + from, .ack = run->ack,
			      .payload = run->ws->bytes.data + from, .payload_len = to - from };
	u32 len = iotx_pkt_build(&p, frame, NULL);
	struct iotx_frame f = { .data = iotx_guard(frame, len), .cap_len = len, .wire_len = len };
	struct iotx_cur c;

	assert_int_equal(iotx_tracker_frame(run->tr, &f, &c, &run->t), IOTX_L4_OK);
}

static u32 cut_at(const struct run *run, u32 from, struct iotx_rng *r, u32 most)
{
	u32 left = (u32)run->ws->bytes.len - from;
	u32 n = 1 + iotx_rng_below(r, iotx_rng_chance(r, 50) ? 12 : most);

	if (!from && run->ws->head_len)
		n = n < 150 ? 150 : n; /* the first segment says what it is */
	return from + (n < left ? n : left);
}

/* Segments, of which some come again, or come with what was there before. */
static void send_all(struct run *run, struct iotx_rng *r, u32 most)
{
	for (u32 from = 0, to; from < run->ws->bytes.len; from = to) {
		to = cut_at(run, from, r, most);
		if (from && iotx_rng_chance(r, 15)) {
			u32 back = from - iotx_rng_below(r, from < 3000 ? from + 1 : 3000);

			feed(run, back, iotx_rng_chance(r, 50) ? from : to);
		}
		feed(run, from, to);
	}
}

static void check_counts(const struct iotx_tracker *tr, const u64 *client, const u64 *server)
{
	const u64 *got = (const u64 *)&iotx_tracker_totals(tr)->mqtt_messages;
	const struct iotx_ledger *lg = iotx_tracker_ledger(tr);

	for (int type = 1; type < 16; type++)
		assert_int_equal(got[type - 1], client[type] + server[type]);
	assert_int_equal(lg->segments_gap + lg->segments_lost + lg->headers_bad +
			 lg->walks_limited + lg->ws_not_framed + lg->ws_other, 0);
}

static void make(struct iotx_ws_stream *ws, struct iotx_rng *r, bool client, u32 messages,
		 enum iotx_ws_cut cut)
{
	struct iotx_stream s = {};

	if (ws->head_len)
		iotx_stream_add(&s, r, client ? IOTX_MQTT_CONNECT : IOTX_MQTT_CONNACK, 30);
	iotx_stream_fill(&s, r, messages, 3000);
	iotx_ws_stream_fill(ws, r, &s, client, cut);
	iotx_stream_free(&s);
}

static void every_cut_gives_the_same_counts(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 20261124) };

	(void)state;
	for (u32 i = 0; i < STREAMS; i++) {
		struct iotx_ws_stream client = {}, server = {};
		struct iotx_tracker *tr = tracker_new();
		u32 isn = (u32)iotx_rng_next(&r), peer = 0u - iotx_rng_below(&r, 2000);
		struct run up = { tr, &client, true, isn, peer, {} };
		struct run down = { tr, &server, false, peer, isn, {} };

		iotx_ws_stream_head(&client, true);
		iotx_ws_stream_head(&server, false);
		make(&client, &r, true, 30, i % IOTX_WS_CUTS);
		make(&server, &r, false, 30, i / 3 % IOTX_WS_CUTS);
		send_all(&up, &r, 1448);
		down.ack = isn + client.head_len;
		send_all(&down, &r, 1448);
		check_counts(tr, client.count, server.count);
		iotx_ws_stream_free(&client);
		iotx_ws_stream_free(&server);
		iotx_tracker_free(tr);
	}
}

/* The response alone was seen: it says where the client's frames start. */
static void the_response_places_the_client(void **state)
{
	struct iotx_ws_stream client = {}, server = {};
	struct iotx_tracker *tr = tracker_new();
	struct run up = { tr, &client, true, 1000, 5000, {} };
	struct run down = { tr, &server, false, 5000, 1000, {} };
	struct iotx_rng r = { 5 };

	(void)state;
	iotx_ws_stream_head(&server, false);
	make(&server, &r, false, 5, IOTX_WS_CUT_MESSAGES);
	client.head_len = 1; /* a CONNECT first */
	make(&client, &r, true, 5, IOTX_WS_CUT_FIELDS);
	client.head_len = 0;
	send_all(&down, &r, 500);
	send_all(&up, &r, 500);
	check_counts(tr, client.count, server.count);
	iotx_ws_stream_free(&client);
	iotx_ws_stream_free(&server);
	iotx_tracker_free(tr);
}

/* The end of a segment that holds whole frames and ends with a message's end. */
static u32 boundary_after(const struct iotx_ws_stream *ws, u32 from)
{
	do
		from++;
	while (from < ws->marks.len && !(ws->marks.data[from] & IOTX_MARK_START));
	return from;
}

/* What a lost direction was found again by starts where a message does, and is counted right. */
static void check_segment(const struct run *run, u32 from, u32 to)
{
	u32 want[16] = {};

	if (!run->t.walk.resync)
		return;
	assert_true(run->ws->marks.data[from] & IOTX_MARK_START);
	for (u32 i = from; i < to; i++)
		want[run->ws->marks.data[i] & IOTX_MARK_TYPE]++;
	for (int type = 1; type < 16; type++)
		assert_int_equal(run->t.walk.count[type], want[type]);
}

struct losses {
	u32 lost, gaps, skipped, resyncs, late;
};

/* Writes of whole messages, cut into segments; one is lost now and then. */
static void lose(struct run *run, struct iotx_rng *r, struct losses *l)
{
	u32 mss = 200 + iotx_rng_below(r, 1200), starts = 0;
	bool lost = false;

	for (u32 from = 0, end, to; from < run->ws->bytes.len; from = end) {
		end = boundary_after(run->ws, from);
		for (u32 at = from; at < end; at = to) {
			to = end - at > mss ? at + mss : end;
			if (at && iotx_rng_chance(r, 5)) {
				l->lost++;
				lost = true;
				starts = 0;
				continue;
			}
			feed(run, at, to);
			check_segment(run, at, to);
			starts += at == from && to == end && run->t.segment == IOTX_SEG_WALKED;
			if (run->t.walk.resync || (lost && run->t.walk.framing.state == TRACKED)) {
				l->resyncs++;
				l->late += starts > 2;
				lost = false;
			}
		}
	}
}

static void losses_never_lead_to_a_wrong_place(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 20261124) };
	u64 counted = 0, sent = 0;
	struct losses l = {};

	(void)state;
	for (u32 i = 0; l.lost < LOSSES; i++) {
		struct iotx_ws_stream ws = {};
		struct run run = { tracker_new(), &ws, i % 2, (u32)iotx_rng_next(&r), 1, {} };

		iotx_ws_stream_head(&ws, run.client);
		make(&ws, &r, run.client, 400, i / 2 % IOTX_WS_CUTS);
		lose(&run, &r, &l);
		for (int type = 1; type < 16; type++) {
			const u64 *got = (const u64 *)&iotx_tracker_totals(run.tr)->mqtt_messages;

			assert_true(got[type - 1] <= ws.count[type]);
			counted += got[type - 1];
			sent += ws.count[type];
		}
		l.gaps += (u32)iotx_tracker_ledger(run.tr)->segments_gap;
		l.skipped += (u32)iotx_tracker_ledger(run.tr)->segments_lost;
		iotx_ws_stream_free(&ws);
		iotx_tracker_free(run.tr);
	}
	print_message("# %u segments lost: %u gaps, %u segments skipped, %u times found again, %u of "
		      "them late; %llu of %llu counted\n", l.lost, l.gaps, l.skipped, l.resyncs,
		      l.late, (unsigned long long)counted, (unsigned long long)sent);
	assert_true(l.gaps > 0 && l.skipped > 0 && l.resyncs > 0);
	assert_int_equal(l.late, 0);
	assert_true(counted > sent / 4);
}

/* Seen from the middle on: recognised by its frames, and counted from whole messages on. */
static void in_midstream(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 20261124) };

	(void)state;
	for (u32 i = 0; i < 100; i++) {
		struct iotx_ws_stream ws = {};
		struct run run = { tracker_new(), &ws, i % 2, (u32)iotx_rng_next(&r), 1, {} };
		const u64 *got = (const u64 *)&iotx_tracker_totals(run.tr)->mqtt_messages;

		make(&ws, &r, run.client, 40, IOTX_WS_CUT_MESSAGES);
		for (u32 from = 0, to; from < ws.bytes.len; from = to) {
			to = boundary_after(&ws, from);
			feed(&run, from, to);
			assert_int_equal(run.t.proto, WEBSOCKET);
		}
		for (int type = 1; type < 16; type++)
			assert_int_equal(got[type - 1], ws.count[type]);
		iotx_ws_stream_free(&ws);
		iotx_tracker_free(run.tr);
	}
}

/* Messages that are none of MQTT's, behind a request for a WebSocket. */
struct other {
	const char *what;
	u8 first; /* of the frame */
	const char *payload;
	u32 len;
	bool server, opaque;
};

#define PAY(text) text, sizeof(text) - 1

static const struct other others[] = {
	{ "JSON", 0x81, PAY("{\"type\":\"connect\"}"), false, false },
	{ "JSON from the server", 0x81, PAY("  {\"a\":1}"), true, false },
	{ "CoAP", 0x82, PAY("\x00\xe1"), false, false },
	{ "CoAP from the server", 0x82, PAY("\x00\xe1"), true, false },
	{ "a PUBLISH before any CONNECT", 0x82, PAY("\x30\x04\0\1tx"), false, false },
	{ "a CONNECT with another name", 0x82, PAY("\x10\x0c\0\4NQTT\4\2\0\x3c\0\0"), false, false },
	{ "a CONNECT as text", 0x81, PAY("\x10\x0c\0\4MQTT\4\2\0\x3c\0\0"), false, false },
	{ "a CONNECT from the server", 0x82, PAY("\x10\x0c\0\4MQTT\4\2\0\x3c\0\0"), true, false },
	{ "a CONNACK with flags", 0x82, PAY("\x20\x02\x02\x00"), true, false },
	{ "a length without an end", 0x82, PAY("\x10\xff\xff\xff\xff\x01"), false, false },
	{ "compressed", 0xc2, PAY("\x12\x34\x56"), false, true },
	{ "compressed, from the server", 0xc1, PAY("\x12\x34\x56"), true, true },
};

static void what_is_not_mqtt_counts_nothing(void **state)
{
	struct iotx_rng r = { 3 };

	(void)state;
	for (u32 i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct other *o = &others[i];
		struct iotx_ws_stream ws = {};
		struct run run = { tracker_new(), &ws, !o->server, 77, 1, {} };
		const u64 *got = (const u64 *)&iotx_tracker_totals(run.tr)->mqtt_messages;
		const struct iotx_ledger *lg = iotx_tracker_ledger(run.tr);

		iotx_ws_stream_head(&ws, run.client);
		feed(&run, 0, ws.head_len);
		for (int n = 0; n < 3; n++) {
			u32 from = (u32)ws.bytes.len;

			iotx_ws_stream_frame(&ws, &r, o->first, run.client, o->payload, o->len);
			iotx_ws_stream_frame(&ws, &r, 0x89, run.client, "hi", 2);
			feed(&run, from, (u32)ws.bytes.len);
			assert_int_equal(run.t.proto, WEBSOCKET);
		}
		for (int type = 1; type < 16; type++)
			if (got[type - 1])
				fail_msg("%s: counted", o->what);
		assert_int_equal(lg->ws_not_framed, o->opaque ? 3 : 0);
		assert_int_equal(lg->ws_other, o->opaque ? 0 : 3);
		assert_int_equal(lg->headers_bad + lg->segments_lost, 0);
		iotx_ws_stream_free(&ws);
		iotx_tracker_free(run.tr);
	}
}

/* To or from a WebSocket port without a flow: near misses of frames are not taken for it. */
static void near_misses_in_midstream(void **state)
{
	static const struct {
		const char *what, *data;
		u32 len;
		bool server;
		enum iotx_proto want;
	} row[] = {
		{ "a PUBLISH in a frame", PAY("\x82\x06\x30\x04\0\1tx"), true, WEBSOCKET },
		{ "two JSON messages", PAY("\x81\x02{}\x81\x02{}"), true, WEBSOCKET },
		{ "one short JSON message", PAY("\x81\x02{}"), true, NOT_IOT },
		{ "a ping", PAY("\x89\x00"), true, NOT_IOT },
		{ "CoAP", PAY("\x82\x03\1\x45\xaa"), true, WEBSOCKET },
		{ "CoAP, masked", PAY("\x82\x83\x10\0\0\0\x11\1\xaa"), false, WEBSOCKET },
		{ "CoAP as text", PAY("\x81\x03\1\x45\xaa"), true, NOT_IOT },
		{ "a fragment of CoAP", PAY("\x02\x03\1\x45\xaa"), true, NOT_IOT },
		{ "CoAP without its Token", PAY("\x82\x02\1\x45"), true, NOT_IOT },
		{ "CoAP with nine bytes of it", PAY("\x82\x0b\x09\x45.........."), true, NOT_IOT },
		{ "CoAP and a byte", PAY("\x82\x03\1\x45\xaa!"), true, NOT_IOT },
		{ "unmasked from the client", PAY("\x82\x06\x30\x04\0\1tx"), false, NOT_IOT },
		{ "masked from the server", PAY("\x82\x86\0\0\0\0\x30\x04\0\1tx"), true, NOT_IOT },
		{ "masked from the client", PAY("\x82\x86\0\0\0\0\x30\x04\0\1tx"), false, WEBSOCKET },
		{ "a byte too few", PAY("\x82\x07\x30\x04\0\1tx"), true, NOT_IOT },
		{ "a byte too many", PAY("\x82\x05\x30\x04\0\1tx"), true, NOT_IOT },
		{ "a reserved opcode", PAY("\x83\x06\x30\x04\0\1tx"), true, NOT_IOT },
		{ "compressed", PAY("\xc2\x06\x30\x04\0\1tx"), true, NOT_IOT },
		{ "HTTP", PAY("HTTP/1.1 200 OK\r\n\r\n"), true, NOT_IOT },
		{ "TLS", PAY("\x17\x03\x03\x00\x05hello"), true, NOT_IOT },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct iotx_ws_stream ws = {};
		struct run run = { tracker_new(), &ws, !row[i].server, 77, 1, {} };

		iotx_msg_bytes(&ws.bytes, row[i].data, row[i].len);
		feed(&run, 0, row[i].len);
		if (run.t.proto != row[i].want)
			fail_msg("%s", row[i].what);
		iotx_ws_stream_free(&ws);
		iotx_tracker_free(run.tr);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_gives_the_same_counts),
		cmocka_unit_test(the_response_places_the_client),
		cmocka_unit_test(losses_never_lead_to_a_wrong_place),
		cmocka_unit_test(in_midstream),
		cmocka_unit_test(what_is_not_mqtt_counts_nothing),
		cmocka_unit_test(near_misses_in_midstream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
