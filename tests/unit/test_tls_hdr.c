// SPDX-License-Identifier: GPL-2.0-only
/* Records of TLS: their headers, and streams of them, cut anywhere, counted in the twin. */
#include "pkt.h"
#include "rng.h"

#include <cli/ports.h>
#include <core/track.h>
#include <iotxdp/tls_hdr.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(s) (const u8 *)(s), sizeof(s) - 1

static const struct {
	const char *what;
	const u8 *data;
	u32 len;
	enum iotx_err err;
	u32 length;
} headers[] = {
	{ "a ClientHello", BYTES("\x16\3\1\2\0"), IOTX_OK, 512 },
	{ "application data, as long as may be", BYTES("\x17\3\3\x48\0"), IOTX_OK, 18432 },
	{ "longer", BYTES("\x17\3\3\x48\1"), IOTX_E_BAD, 0 },
	{ "an empty record", BYTES("\x17\3\3\0\0"), IOTX_OK, 0 },
	{ "type 19", BYTES("\x13"), IOTX_E_BAD, 0 },
	{ "type 25", BYTES("\x19"), IOTX_E_BAD, 0 },
	{ "version 2", BYTES("\x16\2"), IOTX_E_BAD, 0 },
	{ "version 3.5", BYTES("\x16\3\5"), IOTX_E_BAD, 0 },
	{ "cut", BYTES("\x16\3\3\1"), IOTX_E_SHORT, 0 },
};

static void headers_of_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct iotx_mqtt_hdr h = {};
		enum iotx_err err = IOTX_E_SHORT;

		for (u32 at = 0; at < headers[i].len; at++) {
			assert_int_equal(err, IOTX_E_SHORT);
			err = iotx_tls_hdr_push(&h, headers[i].data[at]);
		}
		if (err != headers[i].err || (!err && h.length != headers[i].length))
			fail_msg("%s: %d, %u bytes", headers[i].what, err, h.length);
	}
}

/* A client's direction from its ClientHello on; the tracker is asked after every segment. */
static struct iotx_tracker *tracker;
static struct iotx_ports ports;

static void segment(u32 seq, const u8 *data, u32 len)
{
	static u8 room[IOTX_PKT_ROOM];
	struct iotx_pkt p = { .src_host = 1, .dst_host = 2, .src_port = 40000, .dst_port = 8883,
			      .seq = seq, .payload = data, .payload_len = len };
	struct iotx_frame frame = { .data = room };
	struct iotx_track t;
	struct iotx_cur c;

	frame.cap_len = frame.wire_len = iotx_pkt_build(&p, room, NULL);
	assert_int_equal(iotx_tracker_frame(tracker, &frame, &c, &t), IOTX_L4_OK);
}

static int setup(void **state)
{
	(void)state;
	iotx_ports_reset(&ports);
	tracker = iotx_tracker_new(&ports, 16);
	return !tracker;
}

static int teardown(void **state)
{
	(void)state;
	iotx_tracker_free(tracker);
	return 0;
}

/* A stream of n records into bytes; returns its length. */
static u32 stream_of(struct iotx_rng *rng, u8 *bytes, u32 n)
{
	u32 len = 0;

	for (u32 i = 0; i < n; i++) {
		u32 body = iotx_rng_below(rng, 60);

		bytes[len++] = i ? IOTX_TLS_APPLICATION_DATA : IOTX_TLS_HANDSHAKE;
		bytes[len++] = 3;
		bytes[len++] = i ? 3 : 1;
		bytes[len++] = 0;
		bytes[len++] = (u8)body;
		for (u32 k = 0; k < body; k++)
			bytes[len++] = (u8)iotx_rng_below(rng, 256);
	}
	return len;
}

static void records_are_counted_however_they_are_cut(void **state)
{
	static u8 bytes[64 * 100];
	struct iotx_rng rng;
	u64 counted = 0;

	(void)state;
	for (u32 round = 0; round < 300; round++) {
		u32 n = 1 + round % 64, len, at = 0;

		rng.state = round;
		len = stream_of(&rng, bytes, n);
		setup(NULL);
		while (at < len) {
			u32 cut = at ? 1 + iotx_rng_below(&rng, 40) : 6;

			cut = cut < len - at ? cut : len - at;
			segment(0xfffffff0u + at, bytes + at, cut);
			if (round % 3 == 0) /* and again */
				segment(0xfffffff0u + at, bytes + at, cut);
			at += cut;
		}
		counted = iotx_tracker_totals(tracker)->mqtt_tls_records;
		if (counted != n)
			fail_msg("round %u: %u records, %llu counted", round, n,
				 (unsigned long long)counted);
		teardown(NULL);
	}
}

static void a_midstream_has_to_be_whole(void **state)
{
	const struct iotx_totals *totals = iotx_tracker_totals(tracker);

	(void)state;
	segment(1000, BYTES("\x17\3\3\0\2"));
	assert_int_equal(totals->mqtt_tls.packets, 0);
	segment(1007, BYTES("\x17\3\3\0\2ab\x17\3\3\0\1c"));
	assert_int_equal(totals->mqtt_tls.packets, 1);
	assert_int_equal(totals->mqtt_tls_records, 2);
	segment(1030, BYTES("no record")); /* bytes before it are missing */
	assert_int_equal(totals->mqtt_tls_records, 2);
	assert_int_equal(iotx_tracker_ledger(tracker)->segments_gap, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_of_records),
		cmocka_unit_test(records_are_counted_however_they_are_cut),
		cmocka_unit_test_setup_teardown(a_midstream_has_to_be_whole, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
