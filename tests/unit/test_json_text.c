// SPDX-License-Identifier: GPL-2.0-only
/* JSON of others: valid or not, to the last byte, and members of objects. */
#include "guard.h"
#include "rng.h"

#include <base/json_text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct found {
	bool valid, structured;
};

static void look(const u8 *data, u32 n, void *arg)
{
	struct found *f = arg;
	struct iotx_slice value;

	f->valid = iotx_json_valid(iotx_slice(data, n));
	f->structured = iotx_json_structured(iotx_slice(data, n));
	iotx_json_member(iotx_slice(data, n), "none", &value);
}

static const char *const good[] = {
	"{}", "[]", " [ ] ", "{\"a\":1}", "[1,2,3]", "[[[]],{}]", "{\"a\":{\"b\":[]},\"c\":[{}]}",
	"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}", "{ \"a\" : [ 1 , null ] , \"b\" : true }",
	"[0,-0,1.5,-1.5e10,1E+2,1e-2,0.0]", "[\"\xc3\xa9\xe2\x82\xac\",\"\x7f\"]", "[\"\\ud800\"]",
	"\t\r\n[1]\n", "[false]", "{\"\":0}", "{\"a\":1,\"a\":2}",
	"[\"a string that is longer than a word of eight bytes, with an end\"]",
};

static const char *const scalars[] = { "0", "-1", "21.5", "true", "false", "null", "\"on\"", " 1 " };

static const char *const bad[] = {
	"{", "}", "[", "]", "{]", "[}", "[1", "[1,]", "[,1]", "[1 2]", "[1,,2]", "{\"a\"}",
	"{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[]]", "[] []", "{}x",
	"['a']", "[\"a]", "[\"\\x\"]", "[\"\\u12g4\"]", "[\"\\u123\"]", "[\"\t\"]", "[\"a\nb\"]", "[01]",
	"[1.]", "[.5]", "[+1]", "[-]", "[1e]", "[1e+]", "[0x1]", "[NaN]", "[Infinity]", "[tru]",
	"[truee]", "[nul]", "[True]", "\xef\xbb\xbf[]", "/**/[]", "[1]//", "", " ", ",", ":", "-",
	"[\"\\", "{\"a\":\"\\u0", "\f[]",
};

#define EACH(list, text) \
	for (u32 i_ = 0; i_ < sizeof(list) / sizeof(*(list)) && ((text) = (list)[i_]); i_++)

static struct found of(const char *text)
{
	struct found f;

	iotx_guard_each_prefix((const u8 *)text, (u32)strlen(text), look, &f);
	return f; /* of the last, which is whole */
}

static void test_texts(void **state)
{
	const char *text;

	(void)state;
	EACH(good, text)
		if (!of(text).valid || !of(text).structured)
			fail_msg("%s is none", text);
	EACH(scalars, text)
		if (!of(text).valid || of(text).structured)
			fail_msg("%s is none, or more than one", text);
	EACH(bad, text)
		if (of(text).valid || of(text).structured)
			fail_msg("%s is some", text);
}

/* No prefix of an object or an array is valid. */
static void test_prefixes(void **state)
{
	const char *text;

	(void)state;
	EACH(good, text) {
		u32 n = (u32)strlen(text);

		while (n && text[n - 1] <= ' ')
			n--;
		for (u32 i = 0; i < n; i++)
			if (iotx_json_valid(iotx_slice(text, i)))
				fail_msg("%u bytes of %s are some", i, text);
	}
}

static void test_depth(void **state)
{
	char text[4 * IOTX_JSON_DEPTH_MAX + 1];
	u32 n = IOTX_JSON_DEPTH_MAX;

	(void)state;
	memset(text, '[', n);
	memset(text + n, ']', n);
	assert_true(iotx_json_valid(iotx_slice(text, 2 * n)));
	memset(text, '[', n + 1);
	memset(text + n + 1, ']', n + 1);
	assert_false(iotx_json_valid(iotx_slice(text, 2 * n + 2)));
	/* Objects and arrays by turns, the deepest of 64. */
	for (u32 i = 0, at = 0; i < n / 2; i++, at += 6)
		memcpy(text + at, "[{\"a\":", 6);
	memcpy(text + 3 * n, "1", 1);
	for (u32 i = 0; i < n / 2; i++)
		memcpy(text + 3 * n + 1 + 2 * i, "}]", 2);
	assert_true(iotx_json_valid(iotx_slice(text, 4 * n + 1)));
	text[4 * n] = '}';
	assert_false(iotx_json_valid(iotx_slice(text, 4 * n + 1)));
}

static void expect_member(const char *object, const char *name, const char *expected)
{
	struct iotx_slice value = {};
	bool found = iotx_json_member(iotx_slice_str(object), name, &value);

	assert_int_equal(found, expected != NULL);
	if (expected && !iotx_slice_eq(value, iotx_slice_str(expected)))
		fail_msg("%s of %s is %.*s", name, object, (int)value.len, value.data);
}

static void test_members(void **state)
{
	static const char object[] =
		" { \"online\" : true , \"timestamp\":1700000000000,\"o\":{\"online\":1},\"a\":[1, \"x\"]}";

	(void)state;
	expect_member(object, "online", "true");
	expect_member(object, "timestamp", "1700000000000");
	expect_member(object, "o", "{\"online\":1}");
	expect_member(object, "a", "[1, \"x\"]");
	expect_member(object, "x", NULL);
	expect_member(object, "onlin", NULL);
	expect_member("{\"a\":1,\"a\":2}", "a", "1");
	expect_member("{\"a\\\"b\":1,\"b\":2}", "b", "2");
	expect_member("{}", "a", NULL);
	expect_member("[\"a\",1]", "a", NULL);
	expect_member("", "a", NULL);
	expect_member("{\"a\":", "a", NULL);
}

/* Whatever comes: it ends, and reads nothing beyond. */
static void test_mutants(void **state)
{
	struct iotx_rng rng = { iotx_env_u64("IOTXDP_SEED", 11) };
	static const char spice[] = "{}[]\",:\\u0e+-.1tfn \n\x80\xff";
	u8 text[128];
	struct found f;

	(void)state;
	for (u32 round = 0; round < 20000; round++) {
		const char *seed = IOTX_PICK(&rng, good);
		u32 n = (u32)strlen(seed);

		memcpy(text, seed, n);
		for (u32 i = iotx_rng_below(&rng, 4); i < 4; i++)
			text[iotx_rng_below(&rng, n)] = (u8)spice[iotx_rng_below(&rng, sizeof(spice) - 1)];
		iotx_guard_whole(text, n, look, &f);
		assert_true(f.valid || !f.structured);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),	cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_depth),	cmocka_unit_test(test_members),
		cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests_name("json_text", tests, NULL, NULL);
}
