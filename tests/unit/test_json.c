// SPDX-License-Identifier: GPL-2.0-only
/* The JSON writer: exact for what is known, valid for what is hostile. */
#include "base/base64.h"
#include "json_check.h"
#include "output/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct iotx_buf out;

static struct iotx_visitor *start(void)
{
	static struct iotx_json_writer w;

	out.len = 0;
	iotx_json_writer_start(&w, &out);
	return &w.visitor;
}

static int teardown(void **state)
{
	(void)state;
	iotx_buf_free(&out);
	return 0;
}

static void expect(const char *want)
{
	if (out.len != strlen(want) || memcmp(out.data, want, out.len))
		fail_msg("%.*s instead of %s", (int)out.len, out.data, want);
	assert_true(iotx_json_check(out.data, out.len));
}

static void test_nesting(void **state)
{
	struct iotx_visitor *v = start();

	(void)state;
	v_open(v, NULL);
	v_u64(v, "zero", 0);
	v_u64(v, "most", UINT64_MAX);
	v_bool(v, "yes", true);
	v_bool(v, "no", false);
	v_coded(v, "code", 135, "Not authorized");
	v_open(v, "empty");
	v_close(v);
	v_list(v, "none");
	v_end(v);
	v_list(v, "list");
	v_text(v, NULL, "a");
	v_u64(v, NULL, 2);
	v_open(v, NULL);
	v_bytes(v, "b", iotx_slice("\xff", 1));
	v_close(v);
	v_bytes(v, NULL, iotx_slice("f", 1));
	v_end(v);
	v_text(v, "last", "");
	v_close(v);
	expect("{\"zero\":0,\"most\":18446744073709551615,\"yes\":true,\"no\":false,\"code\":135,"
	       "\"empty\":{},\"none\":[],\"list\":[\"a\",2,{\"b_base64\":\"/w==\"},\"Zg==\"],"
	       "\"last\":\"\"}");
}

struct str_case {
	const char *what, *in;
	u32 len;
	const char *want;
};

#define CASE(what, in, want) { what, in, sizeof(in) - 1, "\"" want "\"" }

static const struct str_case strs[] = {
	CASE("plain", "sensors/1/temp", "sensors/1/temp"),
	CASE("quote and backslash", "a\"b\\c", "a\\\"b\\\\c"),
	CASE("quote in the ninth place", "12345678\"", "12345678\\\""),
	CASE("short escapes", "\b\t\n\f\r", "\\b\\t\\n\\f\\r"),
	CASE("NUL", "a\0b", "a\\u0000b"),
	CASE("escape sequence of a terminal", "\x1b[2J", "\\u001b[2J"),
	CASE("DEL", "\x7f", "\\u007f"),
	CASE("C1 control", "\xc2\x9b", "\\u009b"),
	CASE("first beyond", "\xc2\xa0", "\xc2\xa0"),
	CASE("UTF-8 stands", "t\xc3\xbcr \xf0\x9f\x98\x80", "t\xc3\xbcr \xf0\x9f\x98\x80"),
	CASE("bad byte", "a\xff" "b", "a\xef\xbf\xbd" "b"),
	CASE("surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
	CASE("cut at the end", "a\xe6\xb8", "a\xef\xbf\xbd\xef\xbf\xbd"),
	CASE("overlong", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"),
	CASE("non-character stands", "\xef\xbf\xbf", "\xef\xbf\xbf"),
	CASE("slash stands", "</script>", "</script>"),
};

static void test_strings(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(strs) / sizeof(strs[0]); i++) {
		v_str(start(), NULL, iotx_slice(strs[i].in, strs[i].len));
		expect(strs[i].want);
	}
}

static u8 *filled(u32 len, u8 with)
{
	u8 *copy = malloc(len);

	assert_non_null(copy);
	memset(copy, with, len);
	return copy;
}

/* Every byte value at every place of a word, in memory of just its size. */
static void test_every_byte_everywhere(void **state)
{
	u8 *s = filled(20, 'a');

	(void)state;
	for (u32 at = 0; at < 20; at++) {
		for (u32 b = 0; b < 256; b++) {
			s[at] = (u8)b;
			v_str(start(), NULL, iotx_slice(s, 20));
			assert_true(iotx_json_check(out.data, out.len));
			assert_true(out.len >= 22);
		}
		s[at] = 'a';
	}
	free(s);
}

/* The longest MQTT string, made of one byte value; the buffer grows while it is escaped. */
static void test_long_strings(void **state)
{
	(void)state;
	for (u32 b = 0; b < 256; b++) {
		u8 *s = filled(65535, (u8)b);

		iotx_buf_free(&out);
		v_str(start(), NULL, iotx_slice(s, 65535));
		assert_true(iotx_json_check(out.data, out.len));
		free(s);
	}
}

static void test_random_bytes(void **state)
{
	u8 s[64];
	u64 x = 88172645463325252u;

	(void)state;
	for (u32 i = 0; i < 100000; i++) {
		for (u32 k = 0; k < sizeof(s); k++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			s[k] = (u8)(x >> 56);
		}
		v_str(start(), NULL, iotx_slice(s + s[0] % 8, s[1] % 57));
		assert_true(iotx_json_check(out.data, out.len));
	}
}

/* RFC 4648, section 10. */
static void test_base64(void **state)
{
	static const char *const vectors[][2] = {
		{ "", "" },	     { "f", "Zg==" },	  { "fo", "Zm8=" },	{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};
	u8 text[16];

	(void)state;
	for (u32 i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct iotx_slice s = iotx_slice_str(vectors[i][0]);

		assert_int_equal(iotx_base64_len(s.len), strlen(vectors[i][1]));
		iotx_base64_put(text, s);
		assert_memory_equal(text, vectors[i][1], strlen(vectors[i][1]));
	}
}

/* The judge must be able to say no. */
static void test_checker(void **state)
{
	static const char *const bad[] = { "",	       "{",	    "{}x",     "{\"a\":1,\"a\":2}",
					   "[1,]",     "{\"a\"}",   "\"\n\"",  "\"\xff\"",
					   "\"\\x1b\"", "01",	    "1.",      "tru",
					   "\"",       "{\"a\":1,}", "\"\\u12\"" };

	static const char good[] = "[{\"a\":[-0.5e+3,null]},\"\\u00ff\"]";

	(void)state;
	for (u32 i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(iotx_json_check(bad[i], strlen(bad[i])));
	assert_true(iotx_json_check(good, strlen(good)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checker),	     cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_strings),	     cmocka_unit_test(test_every_byte_everywhere),
		cmocka_unit_test(test_long_strings), cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, teardown);
}
