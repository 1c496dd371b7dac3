// SPDX-License-Identifier: GPL-2.0-only
/* UTF-8: every code point, every short sequence, and the ways to be wrong. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct verdict_case {
	const char *what;
	const char *bytes;
	u32 len;
	enum iotx_utf8_verdict want;
};

#define CASE(what, bytes, want) { what, bytes, sizeof(bytes) - 1, IOTX_UTF8_##want }

static const struct verdict_case verdicts[] = {
	CASE("nothing is good", "", OK),
	CASE("ASCII", "sensors/1/temp", OK),
	CASE("two, three and four bytes", "\xc3\xbc\xe6\xb8\xa9\xf0\x9f\x98\x80", OK),
	CASE("the first beyond the C1 controls", "\xc2\xa0", OK),
	CASE("NUL", "a\0b", NUL),
	CASE("a C0 control", "a\x1b[2J", DISCOURAGED),
	CASE("DEL", "\x7f", DISCOURAGED),
	CASE("a C1 control", "\xc2\x9b", DISCOURAGED),
	CASE("non-character U+FDD0", "\xef\xb7\x90", DISCOURAGED),
	CASE("next to it U+FDCF", "\xef\xb7\x8f", OK),
	CASE("non-character U+FFFF", "\xef\xbf\xbf", DISCOURAGED),
	CASE("non-character U+10FFFE", "\xf4\x8f\xbf\xbe", DISCOURAGED),
	CASE("NUL is worse than a control, wherever it stands", "\0\x01", NUL),
	CASE("not UTF-8 is worse than NUL", "\0\xff", BAD),
	CASE("a continuation alone", "\x80", BAD),
	CASE("overlong NUL", "\xc0\x80", BAD),
	CASE("overlong slash", "\xe0\x80\xaf", BAD),
	CASE("overlong in four bytes", "\xf0\x8f\xbf\xbf", BAD),
	CASE("first surrogate", "\xed\xa0\x80", BAD),
	CASE("last surrogate", "\xed\xbf\xbf", BAD),
	CASE("a surrogate pair", "\xed\xa0\xbd\xed\xb8\x80", BAD),
	CASE("beyond U+10FFFF", "\xf4\x90\x80\x80", BAD),
	CASE("five bytes", "\xf8\x88\x80\x80\x80", BAD),
	CASE("cut after one of two", "\xc3", BAD),
	CASE("cut after three of four", "\xf0\x9f\x98", BAD),
	CASE("cut in the middle", "\xe6\xb8z", BAD),
	CASE("0xff", "abc\xff", BAD),
};

/* In memory of just its size, so that a sanitizer sees a byte too many. */
static struct iotx_slice exact(const void *data, u32 len)
{
	u8 *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, data, len);
	return iotx_slice(copy, len);
}

static void test_verdicts(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct iotx_slice s = exact(verdicts[i].bytes, verdicts[i].len);

		if (iotx_utf8_check(s) != verdicts[i].want)
			fail_msg("%s: %d", verdicts[i].what, iotx_utf8_check(s));
		free((void *)s.data);
	}
}

static u32 encode(u8 *at, u32 c)
{
	u32 n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (u32 i = n - 1; i; i--, c >>= 6)
		at[i] = (u8)(0x80 | (c & 0x3f));
	at[0] = (u8)(c | (n == 1 ? 0 : 0xf00u >> n));
	return n;
}

static void test_every_code_point(void **state)
{
	u8 bytes[4];

	(void)state;
	for (u32 c = 0; c <= 0x10ffff; c++) {
		struct iotx_slice s = iotx_slice(bytes, encode(bytes, c));
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		u32 len = s.len;

		assert_int_equal(iotx_utf8_next(&s), surrogate ? IOTX_UTF8_INVALID : c);
		assert_int_equal(s.len, surrogate ? len - 1 : 0);
	}
}

/* How many sequences of n bytes, all used, are taken as one code point. */
static u32 accepted(u32 n)
{
	u8 bytes[3];
	u32 count = 0;

	for (u32 x = 0; x < 1u << (8 * n); x++) {
		struct iotx_slice s = iotx_slice(bytes, n);

		for (u32 i = 0; i < n; i++)
			bytes[i] = (u8)(x >> (8 * i));
		if (iotx_utf8_next(&s) != IOTX_UTF8_INVALID && !s.len)
			count++;
	}
	return count;
}

static void test_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(accepted(1), 0x80);
	assert_int_equal(accepted(2), 0x800 - 0x80);
	assert_int_equal(accepted(3), 0x10000 - 0x800 - 0x800);
}

static void test_invalid_takes_one_byte(void **state)
{
	struct iotx_slice s = iotx_slice("\xf0\x9f\x98z", 4);

	(void)state;
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(iotx_utf8_next(&s), IOTX_UTF8_INVALID);
	assert_int_equal(iotx_utf8_next(&s), 'z');
	assert_int_equal(s.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_nothing_else),
		cmocka_unit_test(test_invalid_takes_one_byte),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
