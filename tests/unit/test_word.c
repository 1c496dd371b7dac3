// SPDX-License-Identifier: GPL-2.0-only
/* Text by words: the same verdict as byte by byte, at every length and place, no byte too far. */
#include "base/utf8.h"
#include "base/word.h"
#include "guard.h"
#include "output/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONGEST 50 /* three blocks and a part */

static void check_word(const u8 *data, u32 n, void *arg)
{
	u64 x = iotx_word(data, n);

	(void)arg;
	for (u32 i = 0; i < 8; i++)
		assert_int_equal(x >> 8 * i & 0xff, i < n ? 'a' + i : ' ');
}

static void a_word_is_its_bytes_then_blanks(void **state)
{
	(void)state;
	iotx_guard_each_prefix((const u8 *)"abcdefghijklmnopqrst", 20, check_word, NULL);
}

static void a_block_has_a_bit_for_each_byte(void **state)
{
	(void)state;
	for (u32 bits = 0; bits < 1u << IOTX_BLOCK; bits++) {
		u8 marks[IOTX_BLOCK];

		for (u32 i = 0; i < IOTX_BLOCK; i++)
			marks[i] = bits >> i & 1 ? 0xff : 0;
		assert_int_equal(iotx_block_bits(iotx_block_load(marks)), bits);
	}
}

static bool is_unprintable(u8 b)
{
	return b < 0x20 || b >= 0x7f;
}

/* Every byte value at every place, behind and before every other value of some interest. */
static void the_first_mark_is_the_first_of_its_kind(void **state)
{
	static const u8 others[] = { ' ', 'a', '~', '"', 0x7f, 0x00, 0x80, 0xff };

	(void)state;
	for (u32 place = 0; place < 8; place++) {
		for (u32 b = 0; b < 256; b++) {
			for (u32 i = 0; i < sizeof(others); i++) {
				u8 text[8], want = 8;
				u64 marks;

				memset(text, 'a', place);
				memset(text + place, others[i], 8 - place);
				text[place] = (u8)b;
				for (u8 at = 8; at-- > 0;)
					want = is_unprintable(text[at]) ? at : want;
				marks = iotx_word_unprintable(iotx_word(text, 8));
				assert_int_equal(marks ? iotx_word_first(marks) : 8, want);
			}
		}
	}
}

static void a_block_knows_its_first_mark(void **state)
{
	u8 text[IOTX_BLOCK];

	(void)state;
	for (u32 place = 0; place < IOTX_BLOCK; place++) {
		for (u32 b = 0; b < 256; b++) {
			iotx_block marks;

			memset(text, 'a', place);
			memset(text + place, 0xff, IOTX_BLOCK - place);
			text[place] = (u8)b;
			marks = iotx_block_unprintable(iotx_block_load(text));
			assert_int_equal(iotx_block_first(marks),
					 place + !is_unprintable((u8)b));
		}
	}
}

static void one_character_is_found(void **state)
{
	u8 text[8];

	(void)state;
	for (u32 place = 0; place < 8; place++) {
		for (u32 b = 0; b < 0x80; b++) {
			memset(text, 'a', 8);
			text[place] = (u8)b;
			assert_int_equal(!!iotx_word_equal(iotx_word(text, 8), '"'), b == '"');
		}
	}
}

/* Calls fn with every string of 'a' that has `odd` in one place. */
static void for_each_place(u8 odd, iotx_guard_fn fn, void *arg)
{
	u8 text[LONGEST];

	for (u32 n = 1; n <= LONGEST; n++) {
		for (u32 place = 0; place < n; place++) {
			memset(text, 'a', n);
			text[place] = odd;
			iotx_guard_whole(text, n, fn, arg);
		}
	}
}

static void check_verdict(const u8 *data, u32 n, void *arg)
{
	assert_int_equal(iotx_utf8_check(iotx_slice(data, n)), *(const int *)arg);
}

static void an_odd_byte_is_seen_at_every_place(void **state)
{
	int bad = IOTX_UTF8_BAD, discouraged = IOTX_UTF8_DISCOURAGED, ok = IOTX_UTF8_OK;

	(void)state;
	for_each_place(0xff, check_verdict, &bad);
	for_each_place(0x1f, check_verdict, &discouraged);
	for_each_place(0x7f, check_verdict, &discouraged);
	for_each_place('~', check_verdict, &ok);
}

/* The text with a backslash before its quote. */
static void check_json(const u8 *data, u32 n, void *arg)
{
	u32 place = (u32)((const u8 *)memchr(data, '"', n) - data);
	struct iotx_json_writer w = {};
	struct iotx_buf *out = arg;

	out->len = 0;
	iotx_json_writer_start(&w, out);
	v_str(&w.visitor, NULL, iotx_slice(data, n));
	assert_int_equal(w.err, 0);
	assert_int_equal(out->len, n + 3);
	assert_int_equal(out->data[0], '"');
	assert_memory_equal(out->data + 1, data, place);
	assert_int_equal(out->data[1 + place], '\\');
	assert_memory_equal(out->data + 2 + place, data + place, n - place);
	assert_int_equal(out->data[n + 2], '"');
}

static void json_escapes_at_every_place(void **state)
{
	struct iotx_buf out = {};

	(void)state;
	for_each_place('"', check_json, &out);
	iotx_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_its_bytes_then_blanks),
		cmocka_unit_test(a_block_has_a_bit_for_each_byte),
		cmocka_unit_test(the_first_mark_is_the_first_of_its_kind),
		cmocka_unit_test(a_block_knows_its_first_mark),
		cmocka_unit_test(one_character_is_found),
		cmocka_unit_test(an_odd_byte_is_seen_at_every_place),
		cmocka_unit_test(json_escapes_at_every_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
