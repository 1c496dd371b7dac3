// SPDX-License-Identifier: GPL-2.0-only
/* IP fragments: any order gives the datagram; what is impossible gives nothing. */
#include "core/defrag.h"
#include "pkt.h"
#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LEN 4001u

static u8 payload[LEN];
static struct iotx_defrag *d;
static u64 now;

static int setup(void **state)
{
	struct iotx_rng rng = { 3 };

	(void)state;
	iotx_rng_fill(&rng, payload, LEN);
	d = iotx_defrag_new();
	now = 1000;
	return d ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	iotx_defrag_free(d);
	return 0;
}

/* Bytes `from` to `to` of the payload; the identification is the same for all. */
static bool fragment(u8 version, u32 from, u32 to, bool last, struct iotx_frame *whole)
{
	static u8 frame[IOTX_PKT_ROOM];
	const struct iotx_pkt p = {
		.ip_version = version,
		.transport = 17,
		.fragment = (u16)(from / 8 | (last ? 0 : 0x2000)),
		.ext = { 44 },
		.exts = version == 6,
		.ext_fragment = (u16)(from | !last),
		.src_host = 1,
		.dst_host = 2,
	};
	struct iotx_pkt_at at;
	struct iotx_frame f;
	u32 header;
	u8 *exact;
	bool done;

	iotx_pkt_build(&p, frame, &at);
	header = at.l4;
	exact = test_malloc(header + to - from);
	memcpy(exact, frame, header);
	memcpy(exact + header, payload + from, to - from);
	if (version == 6)
		iotx_put_be16(exact + at.ip + 4, (u16)(8 + to - from));
	else
		iotx_put_be16(exact + at.ip + 2, (u16)(20 + to - from));
	f = (struct iotx_frame){ .data = exact, .cap_len = header + to - from,
				 .wire_len = header + to - from, .ts_ns = now, .number = 7 };
	done = iotx_defrag_frame(d, &f, whole);
	test_free(exact);
	return done;
}

static void expect_whole(const struct iotx_frame *whole, u8 version)
{
	u32 header = version == 6 ? 40 : 20;

	assert_int_equal(whole->link, IOTX_LINK_IP);
	assert_int_equal(whole->cap_len, header + LEN);
	assert_int_equal(whole->number, 7);
	assert_memory_equal(whole->data + header, payload, LEN);
	assert_int_equal(whole->data[0] >> 4, version);
}

static void any_order(void **state)
{
	static const u32 cut[] = { 0, 1480, 2960, 3968, LEN };
	static const u8 order[][4] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 } };

	(void)state;
	for (u8 version = 4; version <= 6; version += 2)
		for (u32 o = 0; o < 3; o++) {
			struct iotx_frame whole;

			for (u32 i = 0; i < 4; i++) {
				u8 k = order[o][i];

				assert_int_equal(fragment(version, cut[k], cut[k + 1], k == 3, &whole),
						 i == 3);
			}
			expect_whole(&whole, version);
		}
	assert_int_equal(iotx_defrag_stats(d)->datagrams, 6);
	assert_int_equal(iotx_defrag_stats(d)->dropped, 0);
}

static void what_comes_twice_is_ignored(void **state)
{
	(void)state;
	for (u8 version = 4; version <= 6; version += 2) {
		struct iotx_frame whole;

		fragment(version, 0, 1480, false, &whole);
		fragment(version, 0, 1480, false, &whole);
		assert_true(fragment(version, 1480, LEN, true, &whole));
		expect_whole(&whole, version);
	}
	assert_int_equal(iotx_defrag_stats(d)->dropped, 0);
}

/* IPv4: what came first stands; IPv6: the datagram goes (RFC 5722). */
static void overlaps(void **state)
{
	struct iotx_frame whole;

	(void)state;
	fragment(4, 0, 1480, false, &whole);
	fragment(4, 800, 2960, false, &whole);
	assert_true(fragment(4, 2960, LEN, true, &whole));
	expect_whole(&whole, 4);
	fragment(6, 0, 1480, false, &whole);
	fragment(6, 1472, 2960, false, &whole);
	assert_false(fragment(6, 2960, LEN, true, &whole));
	iotx_defrag_finish(d);
	assert_int_equal(iotx_defrag_stats(d)->dropped, 1);
}

static void impossible(void **state)
{
	struct iotx_frame whole;

	(void)state;
	assert_false(fragment(4, 0, 1001, false, &whole)); /* no multiple of 8 */
	assert_int_equal(iotx_defrag_stats(d)->dropped, 1);
	assert_false(fragment(4, 0, 1480, false, &whole));
	assert_false(fragment(4, 2960, LEN, true, &whole));
	assert_false(fragment(4, 1480, 2000, true, &whole)); /* another end */
	assert_false(fragment(4, 1480, 2960, false, &whole));
	assert_int_equal(iotx_defrag_stats(d)->datagrams, 0);
}

static void late(void **state)
{
	struct iotx_frame whole;

	(void)state;
	fragment(4, 0, 1480, false, &whole);
	now += IOTX_DEFRAG_NS + 1;
	assert_false(fragment(4, 1480, LEN, true, &whole));
	assert_int_equal(iotx_defrag_stats(d)->dropped, 1);
	assert_true(fragment(4, 0, 1480, false, &whole));
	expect_whole(&whole, 4);
}

static void is_bounded(void **state)
{
	struct iotx_frame whole;

	(void)state;
	for (u32 from = 0; from < 8 * (IOTX_DEFRAG_FRAGMENTS_MAX + 1); from += 16)
		fragment(4, from, from + 8, false, &whole);
	for (u32 from = 8; from < 8 * 300 && from < LEN; from += 32)
		fragment(4, from, from + 8, false, &whole);
	iotx_defrag_finish(d);
	assert_int_equal(iotx_defrag_stats(d)->datagrams, 0);
	assert_true(iotx_defrag_stats(d)->dropped > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(what_comes_twice_is_ignored, setup, teardown),
		cmocka_unit_test_setup_teardown(overlaps, setup, teardown),
		cmocka_unit_test_setup_teardown(impossible, setup, teardown),
		cmocka_unit_test_setup_teardown(late, setup, teardown),
		cmocka_unit_test_setup_teardown(is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
