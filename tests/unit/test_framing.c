// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where MQTT messages start in a TCP stream: counted exactly, whichever way segments
 * cut it; lost after a gap; found again by the rule and never wrongly.
 */
#include "native.h"
#include "stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A stream on its way through the framing. */
struct run {
	const struct iotx_stream *s;
	struct iotx_framing f;
	u32 isn; /* sequence number of the stream's first byte */
	u64 count[16];
	u32 gaps, resyncs;
	struct iotx_walk w;
	enum iotx_segment kind;
};

static u64 seed(void)
{
	u64 value = iotx_env_u64("# IOTXDP_SEED", 20261122);

	print_message("# IOTXDP_SEED=%llu\n", (unsigned long long)value);
	return value;
}

/* A direction that is tracked stands at a true boundary, less the header bytes read. */
static void check_place(const struct run *run)
{
	u32 at = run->f.next_seq - run->isn - run->f.header.read;

	if (run->f.state != TRACKED)
		return;
	if (at < run->s->marks.len)
		assert_true(run->s->marks.data[at] & IOTX_MARK_START);
	else
		assert_int_equal(at, run->s->marks.len);
}

/* The headers that end in [from, to) are the ones that were counted. */
static void check_counts(const struct run *run, u32 from, u32 to)
{
	u32 want[16] = {};

	for (u32 i = from; i < to; i++)
		want[run->s->marks.data[i] & IOTX_MARK_TYPE]++;
	for (int type = 1; type < 16; type++)
		assert_int_equal(run->w.count[type], want[type]);
}

static void feed(struct run *run, u32 from, u32 to)
{
	struct iotx_seg seg = { .seq = run->isn + from, .data = run->s->bytes.data + from,
				.len = to - from };
	u32 next = run->f.next_seq - run->isn;
	bool was_tracked = run->f.state == TRACKED;
	bool stand = iotx_native_walk(&run->f, &seg, &run->w, &run->kind);

	check_place(run);
	run->gaps += run->w.gap;
	run->resyncs += run->w.resync;
	if (run->kind != IOTX_SEG_WALKED || !stand)
		return;
	assert_true(was_tracked ? !run->w.bad : run->w.resync);
	assert_false(run->w.limit);
	check_counts(run, was_tracked && !run->w.gap && next > from ? next : from, to);
	for (int type = 1; type < 16; type++)
		run->count[type] += run->w.count[type];
}

static void begin(struct run *run, const struct iotx_stream *s, struct iotx_rng *r)
{
	memset(run, 0, sizeof(*run));
	run->s = s;
	/* so that the sequence numbers wrap within the stream, every other time */
	run->isn = iotx_rng_chance(r, 50) ? (u32)iotx_rng_next(r) :
					    0u - iotx_rng_below(r, (u32)s->bytes.len + 1);
	iotx_framing_start(&run->f, TRACKED, run->isn);
}

enum cut { CUT_1, CUT_2, CUT_TINY, CUT_MSS, CUT_ANY, CUT_MESSAGES, CUT_COUNT };

static u32 next_message(const struct iotx_stream *s, u32 from)
{
	do
		from++;
	while (from < s->marks.len && !(s->marks.data[from] & IOTX_MARK_START));
	return from;
}

/* The end of a segment that starts at `from`. */
static u32 cut_at(const struct iotx_stream *s, u32 from, enum cut cut, struct iotx_rng *r)
{
	u32 len = (u32)s->bytes.len;
	u32 step = cut == CUT_1 ? 1 : cut == CUT_2 ? 2 : cut == CUT_TINY ? 1 + iotx_rng_below(r, 7) :
		   cut == CUT_MSS ? 1448 : 1 + iotx_rng_below(r, 65000);

	if (cut == CUT_MESSAGES)
		return next_message(s, from);
	return step < len - from ? from + step : len;
}

static u32 types_in(const struct iotx_stream *s, u32 from, u32 to)
{
	u32 types = 0;

	for (; from < to; from++)
		types |= 1u << s->types.data[from];
	return types;
}

static u32 start_in(const struct iotx_stream *s, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++)
		if (s->marks.data[i] & IOTX_MARK_START)
			return i - from;
	return IOTX_NO_START;
}

static void whole_stream(const struct iotx_stream *s, enum cut cut, struct iotx_rng *r)
{
	struct run run;

	begin(&run, s, r);
	for (u32 from = 0, to; from < s->bytes.len; from = to) {
		to = cut_at(s, from, cut, r);
		feed(&run, from, to);
		assert_int_equal(run.w.types, types_in(s, from, to));
		assert_int_equal(run.w.start, start_in(s, from, to));
	}
	assert_int_equal(run.gaps, 0);
	assert_memory_equal(run.count, s->count, sizeof(run.count));
	assert_int_equal(run.f.next_seq, run.isn + (u32)s->bytes.len);
}

static void every_cut_gives_the_same_counts(void **state)
{
	struct iotx_rng r = { seed() };

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct iotx_stream s = {};

		iotx_stream_fill(&s, &r, 100, 20000);
		for (enum cut cut = 0; cut < CUT_COUNT; cut++)
			whole_stream(&s, cut, &r);
		iotx_stream_free(&s);
	}
}

static void bodies_of_megabytes(void **state)
{
	static const u32 len[] = { 2097151, 2097152, 5000000 };
	struct iotx_rng r = { seed() };
	struct iotx_stream s = {};

	(void)state;
	for (u32 i = 0; i < 3; i++) {
		iotx_stream_add(&s, &r, IOTX_MQTT_PUBLISH, len[i]);
		iotx_stream_fill(&s, &r, 3, 100);
	}
	for (enum cut cut = CUT_MSS; cut < CUT_COUNT; cut++)
		whole_stream(&s, cut, &r);
	iotx_stream_free(&s);
}

/* Sends again what was sent before, sometimes together with new bytes. */
static void repeats_and_overlaps_count_once(void **state)
{
	struct iotx_rng r = { seed() };
	u32 again = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		enum cut cut = i % 2 ? CUT_TINY : CUT_ANY;
		struct iotx_stream s = {};
		struct run run;

		iotx_stream_fill(&s, &r, 40, cut == CUT_TINY ? 200 : 70000);
		begin(&run, &s, &r);
		for (u32 from = 0, to; from < s.bytes.len; from = to) {
			to = cut_at(&s, from, cut, &r);
			if (iotx_rng_chance(&r, 30)) {
				u32 back = from - iotx_rng_below(&r, from + 1);

				feed(&run, back, iotx_rng_chance(&r, 50) ? from : to);
				again++;
			}
			feed(&run, from, to);
		}
		assert_int_equal(run.gaps, 0);
		assert_memory_equal(run.count, s.count, sizeof(run.count));
		iotx_stream_free(&s);
	}
	assert_true(again > 1000);
}

/*
 * Senders write messages, TCP cuts the writes into segments, some of them get lost.
 * check_place() fails on a direction that was found again anywhere but at a message.
 */
static void lose(struct run *run, struct iotx_rng *r, u32 *losses)
{
	u32 mss = 536 + iotx_rng_below(r, 925), len = (u32)run->s->bytes.len;

	for (u32 from = 0, write_end, to; from < len; from = write_end) {
		write_end = from;
		for (u32 n = 1 + iotx_rng_below(r, 3); n && write_end < len; n--)
			write_end = next_message(run->s, write_end);
		for (u32 at = from; at < write_end; at = to) {
			to = write_end - at > mss ? at + mss : write_end;
			if (iotx_rng_chance(r, 15))
				(*losses)++;
			else
				feed(run, at, to);
		}
	}
}

static void losses_never_lead_to_a_wrong_place(void **state)
{
	struct iotx_rng r = { seed() };
	u32 losses = 0, gaps = 0, resyncs = 0;
	u64 counted = 0, sent = 0;

	(void)state;
	while (losses < 20000) {
		struct iotx_stream s = {};
		struct run run;

		iotx_stream_fill(&s, &r, 200, 30000);
		begin(&run, &s, &r);
		lose(&run, &r, &losses);
		gaps += run.gaps;
		resyncs += run.resyncs;
		for (int type = 1; type < 16; type++) {
			assert_true(run.count[type] <= s.count[type]);
			counted += run.count[type];
			sent += s.count[type];
		}
		iotx_stream_free(&s);
	}
	print_message("# %u segments lost, %u gaps, %u times found again, %llu of %llu counted\n",
		      losses, gaps, resyncs, (unsigned long long)counted,
		      (unsigned long long)sent);
	assert_true(resyncs > gaps / 2);
	assert_true(counted > sent / 2);
}

/* One segment onto a known state, and what must come of it. */
struct row {
	const char *what;
	struct iotx_framing before;
	u32 seq;
	const char *data;
	u32 len;
	u8 tcp_flags;
	enum iotx_segment kind;
	enum iotx_framing_state state;
	u32 next_seq; /* if tracked behind it */
	u32 start, types;
	u8 gap, bad, limit, resync;
	u8 messages;
};

#define TRACKED_AT(seq) { .state = TRACKED, .next_seq = (seq), .seen_seq = (seq) }
#define LOST_AT(seq) { .state = LOST, .next_seq = (seq), .seen_seq = (seq) }
#define FAR_AT(kind, seq)                                                                       \
	{ .state = TRACKED, .next_seq = 7, .seen_seq = 7, .far = (kind), .far_seq = (seq) }
#define DATA(text) .data = text, .len = sizeof(text) - 1
#define BIT(type) (1u << IOTX_MQTT_##type)

static const struct row rows[] = {
	{ "no payload", TRACKED_AT(100), 100, .kind = IOTX_SEG_EMPTY, .state = TRACKED,
	  .next_seq = 100, .start = IOTX_NO_START },
	{ "a SYN alone changes nothing", TRACKED_AT(7), 500, .tcp_flags = IOTX_TCP_SYN,
	  .kind = IOTX_SEG_FAR, .state = TRACKED, .next_seq = 7, .start = IOTX_NO_START },
	{ "what comes where a SYN said starts anew", FAR_AT(FAR_SYN, 500), 500, DATA("\xc0\x00"),
	  .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 502, .start = 0,
	  .types = BIT(PINGREQ), .messages = 1, .resync = 1 },
	{ "what comes there and is no message", FAR_AT(FAR_SYN, 500), 500, DATA("\x30\x09xy"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .start = IOTX_NO_START, .bad = 1,
	  .types = BIT(PUBLISH) },
	{ "a SYN that carries the first bytes", TRACKED_AT(500), 500, DATA("\xc0\x00"),
	  IOTX_TCP_SYN, .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 502, .start = 0,
	  .types = BIT(PINGREQ), .messages = 1 },
	{ "one segment out of any window", TRACKED_AT(7), 1u << 30, DATA("\xc0\x00"),
	  .kind = IOTX_SEG_FAR, .state = TRACKED, .next_seq = 7, .start = IOTX_NO_START },
	{ "a second one near it", FAR_AT(FAR_SEGMENT, 1u << 30), (1u << 30) + 9,
	  DATA("\xc0\x00"), .kind = IOTX_SEG_WALKED, .state = TRACKED, .resync = 1,
	  .next_seq = (1u << 30) + 11, .types = BIT(PINGREQ), .messages = 1 },
	{ "in the window, where a stray segment was", FAR_AT(FAR_SEGMENT, 8), 7,
	  DATA("\xc0\x00"), .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 9,
	  .types = BIT(PINGREQ), .messages = 1 },
	{ "a keep-alive: the byte before", TRACKED_AT(100), 99, DATA("\0"), .kind = IOTX_SEG_OLD,
	  .state = TRACKED, .next_seq = 100, .start = IOTX_NO_START },
	{ "type 0 where a message starts", TRACKED_AT(100), 100, DATA("\x00\x00"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .bad = 1, .types = 1 },
	{ "a good message, then type 0", TRACKED_AT(100), 100, DATA("\xc0\x00\x00\x00"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .bad = 1, .messages = 1,
	  .types = BIT(PINGREQ) | 1 },
	{ "a Remaining Length of five bytes", TRACKED_AT(100), 100, DATA("\x30\xff\xff\xff\xff\x01"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .bad = 1, .types = BIT(PUBLISH) },
	{ "the greatest Remaining Length", TRACKED_AT(100), 100, DATA("\x30\xff\xff\xff\x7f"),
	  .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 105 + 268435455,
	  .messages = 1, .types = BIT(PUBLISH) },
	{ "a gap, then whole messages", TRACKED_AT(100), 101, DATA("\xc0\x00\x40\x02\x00\x01"),
	  .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 107, .gap = 1, .resync = 1,
	  .messages = 2, .types = BIT(PINGREQ) | BIT(PUBACK) },
	{ "a gap, then a message that goes on", TRACKED_AT(100), 101, DATA("\x30\x05\x00\x01t"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .gap = 1, .start = IOTX_NO_START,
	  .types = BIT(PUBLISH), .messages = 1 },
	{ "a gap, then a header cut in half", TRACKED_AT(100), 101, DATA("\xc0\x00\x30"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .gap = 1, .start = IOTX_NO_START,
	  .types = BIT(PINGREQ) | BIT(PUBLISH), .messages = 1 },
	{ "lost, a publish whose topic is longer than it", LOST_AT(100), 100,
	  DATA("\x30\x05\x00\x04top"), .kind = IOTX_SEG_WALKED, .state = LOST, .bad = 1,
	  .start = IOTX_NO_START, .types = BIT(PUBLISH) },
	{ "lost, Packet Identifier 0", LOST_AT(100), 100, DATA("\x40\x02\x00\x00"),
	  .kind = IOTX_SEG_WALKED, .state = LOST, .bad = 1, .start = IOTX_NO_START,
	  .types = BIT(PUBACK) },
	{ "lost, bytes seen before", LOST_AT(100), 98, DATA("\xc0\x00"), .kind = IOTX_SEG_OLD,
	  .state = LOST, .start = IOTX_NO_START },
	{ "lost, across the wrap", LOST_AT(0xfffffffe), 0xfffffffe, DATA("\xc0\x00\xd0\x00"),
	  .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 2, .resync = 1, .messages = 2,
	  .types = BIT(PINGREQ) | BIT(PINGRESP) },
	{ "the end of a message and another one", { .state = TRACKED, .next_seq = 100, .seen_seq = 98,
	    .header = { 4, 0x30, 0 } }, 98,
	  DATA("xx\xc0\x00"), .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 102,
	  .start = 2, .messages = 1, .types = BIT(PUBLISH) | BIT(PINGREQ) },
	{ "inside a body", { .state = TRACKED, .next_seq = 200, .seen_seq = 100,
	    .header = { 90, 0x30, 0 } }, 100, DATA("abc"),
	  .kind = IOTX_SEG_BODY, .state = TRACKED, .next_seq = 200, .start = IOTX_NO_START,
	  .types = BIT(PUBLISH) },
	{ "a gap inside a body is harmless", { .state = TRACKED, .next_seq = 200, .seen_seq = 100,
	    .header = { 90, 0x30, 0 } }, 150,
	  DATA("abc"), .kind = IOTX_SEG_BODY, .state = TRACKED, .next_seq = 200,
	  .start = IOTX_NO_START, .types = BIT(PUBLISH) },
	{ "the second half of a header", { .state = TRACKED, .next_seq = 101, .seen_seq = 101,
	    .header = { 0, 0x30, 1 } }, 101,
	  DATA("\x03\x00\x01t"), .kind = IOTX_SEG_WALKED, .state = TRACKED, .next_seq = 105,
	  .start = IOTX_NO_START, .messages = 1, .types = BIT(PUBLISH) },
};

static u32 sum(const u32 *count)
{
	u32 n = 0;

	for (int type = 0; type < 16; type++)
		n += count[type];
	return n;
}

static bool row_holds(const struct row *row)
{
	struct iotx_seg seg = { row->seq, iotx_guard(row->data, row->len), row->len,
				row->tcp_flags };
	struct iotx_framing f = row->before;
	enum iotx_segment kind;
	struct iotx_walk w;

	iotx_native_walk(&f, &seg, &w, &kind);
	return kind == row->kind && f.state == row->state && w.start == row->start &&
	       (f.state == LOST || f.next_seq == row->next_seq) && w.types == row->types &&
	       w.gap == row->gap && w.bad == row->bad && w.limit == row->limit &&
	       w.resync == row->resync && sum(w.count) == row->messages;
}

static void one_segment_onto_a_state(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!row_holds(&rows[i]))
			fail_msg("%s", rows[i].what);
}

/* Header bytes: first the fast loop takes some. */
#define LIMIT (2 * IOTX_WALK_FAST + IOTX_WALK_STEPS)

/* A segment with more header bytes than a walk takes loses its direction, and says so. */
static void the_walk_has_a_limit(void **state)
{
	static u8 pings[LIMIT + 2];
	struct iotx_framing f = TRACKED_AT(1);
	struct iotx_seg seg = { 1, pings, LIMIT, 0 };
	enum iotx_segment kind;
	struct iotx_walk w;

	(void)state;
	for (u32 i = 0; i < sizeof(pings); i += 2)
		pings[i] = 0xc0;
	iotx_native_walk(&f, &seg, &w, &kind);
	assert_int_equal(w.limit, 0);
	assert_int_equal(w.count[IOTX_MQTT_PINGREQ], LIMIT / 2);
	seg.seq = f.next_seq;
	seg.len += 2;
	iotx_native_walk(&f, &seg, &w, &kind);
	assert_int_equal(w.limit, 1);
	assert_int_equal(w.count[IOTX_MQTT_PINGREQ], LIMIT / 2);
	assert_int_equal(f.state, LOST);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_gives_the_same_counts),
		cmocka_unit_test(bodies_of_megabytes),
		cmocka_unit_test(repeats_and_overlaps_count_once),
		cmocka_unit_test(losses_never_lead_to_a_wrong_place),
		cmocka_unit_test(one_segment_onto_a_state),
		cmocka_unit_test(the_walk_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
