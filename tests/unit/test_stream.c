// SPDX-License-Identifier: GPL-2.0-only
/* TCP reassembly: bytes come out in order, each once, and what is missing is said. */
#include "core/stream.h"
#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MAX (64u << 10)
#define ROOM 100000u

/* What came out: bytes at their place, 0xee where bytes were not captured, 0xdd where missing. */
struct sink {
	u8 bytes[ROOM];
	u32 len, missing, holes;
};

static struct sink sink;

static void on_bytes(void *arg, const struct iotx_piece *p)
{
	(void)arg;
	assert_true(sink.len + p->len <= ROOM);
	memcpy(sink.bytes + sink.len, p->data, p->cap_len);
	memset(sink.bytes + sink.len + p->cap_len, 0xee, p->len - p->cap_len);
	sink.len += p->len;
}

static void on_missing(void *arg, u32 n)
{
	(void)arg;
	sink.missing += n;
	sink.holes++;
	assert_true(sink.len + n <= ROOM);
	memset(sink.bytes + sink.len, 0xdd, n);
	sink.len += n;
}

static struct iotx_stream_out out = {
	.bytes = on_bytes,
	.missing = on_missing,
	.held_max = MAX,
};

static void push_cut(struct iotx_stream *s, u32 seq, const void *data, u32 cap_len, u32 len)
{
	const struct iotx_piece in = { .data = data, .cap_len = cap_len, .len = len, .seq = seq };

	iotx_stream_push(s, &in, &out);
	assert_int_equal(out.refused, 0);
}

static void push(struct iotx_stream *s, u32 seq, const char *text)
{
	push_cut(s, seq, text, (u32)strlen(text), (u32)strlen(text));
}

static void expect(const char *text)
{
	assert_int_equal(sink.len, strlen(text));
	assert_memory_equal(sink.bytes, text, sink.len);
}

static int setup(void **state)
{
	(void)state;
	memset(&sink, 0, sizeof(sink));
	out.old = out.refused = out.conflicts = 0;
	return 0;
}

static void in_order(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 100, "ab");
	push(&s, 102, "cd");
	expect("abcd");
}

static void out_of_order_and_twice(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 100, "ab");
	push(&s, 106, "gh");
	push(&s, 104, "ef");
	push(&s, 106, "gh");
	push(&s, 100, "ab");
	expect("ab");
	push(&s, 102, "cd");
	expect("abcdefgh");
	assert_int_equal(sink.missing, 0);
}

static void the_first_bytes_win(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 0, "a");
	push(&s, 3, "DE");
	push(&s, 1, "bcdefg");
	expect("abcDEfg");
	assert_int_equal(out.conflicts, 1);
	push(&s, 5, "XXhi");
	expect("abcDEfghi");
	assert_int_equal(out.conflicts, 2);
}

/* What came out is compared as whole segments, also when one repeats several of them. */
static void other_bytes_than_came_out(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 0xfffffffe, "abcd");
	push(&s, 2, "efgh");
	push(&s, 0xfffffffe, "abcdefgh");
	push(&s, 2, "efghij");
	assert_int_equal(out.conflicts, 0);
	push(&s, 2, "eFgh");
	assert_int_equal(out.conflicts, 1);
	push(&s, 0xfffffffe, "abcdEfghijkl");
	assert_int_equal(out.conflicts, 2);
	push(&s, 3, "FGH"); /* a part of one: not seen */
	assert_int_equal(out.conflicts, 2);
	push_cut(&s, 0xfffffffe, "abcd", 4, 8); /* not captured: not compared */
	assert_int_equal(out.conflicts, 2);
	push(&s, 10, "m");
	push(&s, 10, "?"); /* a keep-alive */
	assert_int_equal(out.conflicts, 2);
	expect("abcdefghijklm");
	for (u32 i = 0; i < IOTX_RECENT_MAX; i++)
		push(&s, 11 + i, "n");
	push(&s, 2, "EFGH"); /* forgotten */
	assert_int_equal(out.conflicts, 2);
}

static void sequence_numbers_wrap(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 0xfffffffeu, "ab");
	push(&s, 2, "ef");
	push(&s, 0, "cd");
	expect("abcdef");
}

static void a_sample_may_hold_less_than_the_segment(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push_cut(&s, 10, "abc", 3, 6);
	push(&s, 16, "g");
	expect("abc\xee\xee\xeeg");
}

static void the_end_gives_up_on_holes(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 0, "ab");
	push(&s, 4, "ef");
	push(&s, 8, "ij");
	expect("ab");
	iotx_stream_finish(&s, &out);
	expect("ab\xdd\xdd" "ef\xdd\xdd" "ij");
	assert_int_equal(sink.holes, 2);
}

/* Beyond the limit on held bytes a hole is given up; within, it is waited for. */
static void holding_has_a_limit(void **state)
{
	static u8 block[1000];
	struct iotx_stream s = {};
	u32 seq = 10;

	(void)state;
	push(&s, 0, "ab");
	for (u32 held = 0; held <= MAX; held += sizeof(block), seq += sizeof(block)) {
		assert_int_equal(sink.holes, 0);
		push_cut(&s, seq, block, sizeof(block), sizeof(block));
	}
	assert_int_equal(sink.holes, 1);
	assert_int_equal(sink.missing, 8);
	assert_null(s.held);
}

static void pieces_held_have_a_limit(void **state)
{
	struct iotx_stream s = {};

	(void)state;
	push(&s, 0, "a");
	for (u32 i = 0; i <= IOTX_HELD_MAX; i++) {
		assert_int_equal(sink.holes, 0);
		push(&s, 2 + 2 * i, "x");
	}
	assert_true(sink.holes > 0);
	iotx_stream_reset(&s);
}

/* An ACK may be captured before its data: only after a while is the hole taken for real. */
static void an_acknowledged_hole_is_given_up(void **state)
{
	struct iotx_stream s = {};
	const struct iotx_piece late = {
		.data = (const u8 *)"ef", .cap_len = 2, .len = 2, .seq = 4, .ts_ns = 1000,
	};

	(void)state;
	push(&s, 0, "ab");
	iotx_stream_push(&s, &late, &out);
	iotx_stream_ack(&s, 6, 2000, &out);
	expect("ab");
	iotx_stream_ack(&s, 6, 1000000000ull, &out);
	expect("ab\xdd\xdd" "ef");
}

static void what_is_sparse_by_intention_is_not_waited_for(void **state)
{
	struct iotx_stream s = {};
	struct iotx_piece in = {
		.data = (const u8 *)"ab", .cap_len = 2, .len = 2, .seq = 0, .sparse = true,
	};

	(void)state;
	iotx_stream_push(&s, &in, &out);
	in.seq = 1000;
	iotx_stream_push(&s, &in, &out);
	assert_int_equal(sink.missing, 998);
	assert_int_equal(sink.len, 1002);
}

/* Random cuts, order, duplicates and overlaps of one stream: always the same bytes. */
static void any_segmentation_gives_the_same_bytes(void **state)
{
	static u8 truth[4000];
	struct iotx_rng rng = { 7 };

	(void)state;
	iotx_rng_fill(&rng, truth, sizeof(truth));
	for (int round = 0; round < 500; round++) {
		u32 isn = (u32)iotx_rng_next(&rng), sent = 0, in_bytes = 0;
			struct iotx_stream s = {};

		setup(state);
		push_cut(&s, isn, truth, 1, 1);
		in_bytes = 1;
		for (int i = 0; i < 400 || sent < sizeof(truth); i++) {
			u32 at = i < 400 ? iotx_rng_below(&rng, sizeof(truth)) : sent;
			u32 n = 1 + iotx_rng_below(&rng, 200);
			struct iotx_piece in;

			n = n < sizeof(truth) - at ? n : (u32)sizeof(truth) - at;
			in = (struct iotx_piece){
				.data = truth + at, .cap_len = n, .len = n, .seq = isn + at,
			};
			iotx_stream_push(&s, &in, &out);
			in_bytes += n;
			sent = i < 400 ? 0 : sent + n;
		}
		assert_int_equal(sink.holes, 0);
		assert_int_equal(sink.len, sizeof(truth));
		assert_memory_equal(sink.bytes, truth, sizeof(truth));
		assert_int_equal(in_bytes, sizeof(truth) + out.old);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(in_order, setup),
		cmocka_unit_test_setup(out_of_order_and_twice, setup),
		cmocka_unit_test_setup(the_first_bytes_win, setup),
		cmocka_unit_test_setup(other_bytes_than_came_out, setup),
		cmocka_unit_test_setup(sequence_numbers_wrap, setup),
		cmocka_unit_test_setup(a_sample_may_hold_less_than_the_segment, setup),
		cmocka_unit_test_setup(the_end_gives_up_on_holes, setup),
		cmocka_unit_test_setup(holding_has_a_limit, setup),
		cmocka_unit_test_setup(pieces_held_have_a_limit, setup),
		cmocka_unit_test_setup(an_acknowledged_hole_is_given_up, setup),
		cmocka_unit_test_setup(what_is_sparse_by_intention_is_not_waited_for, setup),
		cmocka_unit_test_setup(any_segmentation_gives_the_same_bytes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
