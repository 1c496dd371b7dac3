// SPDX-License-Identifier: GPL-2.0-only
/* Heads of HTTP/1 messages: where they end, their start line, fields, lists. */
#include "guard.h"
#include <wire/http.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void lengths(void **state)
{
	static const struct {
		const char *text;
		u32 want;
	} row[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 18 },     { "GET / HTTP/1.1\r\nA: b\r\n\r\nrest", 24 },
		{ "GET / HTTP/1.1\n\nrest", 16 },     { "GET / HTTP/1.1\nA: b\r\n\nrest", 22 },
		{ "GET / HTTP/1.1\r\nA: b\r\n", 0 },  { "GET / HTTP/1.1\r\n\r", 0 },
		{ "", 0 },                            { "GET / HTTP/1.1\r\r\n\r\r\n", 0 },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const u8 *text = (const u8 *)row[i].text;
		u32 len = (u32)strlen(row[i].text);

		for (u32 n = 0; n <= len; n++) { /* as bytes come in, from where the last look ended */
			u32 want = row[i].want && n >= row[i].want ? row[i].want : 0;

			assert_int_equal(iotx_http_head_len(text, n, 0), want);
			if (n == row[i].want && n)
				assert_int_equal(iotx_http_head_len(text, n, n - 1), want);
		}
	}
}

static struct iotx_http_head decoded(const char *text)
{
	struct iotx_http_head h;

	assert_int_equal(iotx_http_head_decode(iotx_slice_str(text), &h), IOTX_OK);
	return h;
}

static void expect(struct iotx_slice s, const char *want)
{
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.data, want, s.len);
}

static void start_lines(void **state)
{
	static const char *const bad[] = {
		"", "\r\n", "GET\r\n", "GET /\r\n", "GET / HTTP/1\r\n", "GET / http/1.1\r\n", "GET  HTTP/1.1\r\n",
		"GET / HTTP/1.1 \r\n", "HTTP/1.1\r\n", "HTTP/1.1 1O1 x\r\n", "HTTP/1.1 1011\r\n", "HTTP/1.1  101\r\n",
	};
	struct iotx_http_head h = decoded("GET /mqtt?a=b HTTP/1.1\r\nHost: a\r\n\r\n");

	(void)state;
	assert_false(h.response);
	expect(h.method, "GET");
	expect(h.target, "/mqtt?a=b");
	expect(h.version, "HTTP/1.1");
	assert_int_equal(h.major, 1);
	assert_int_equal(h.minor, 1);
	h = decoded("HTTP/1.0 404 Not Found\r\n\r\n");
	assert_true(h.response);
	assert_int_equal(h.status, 404);
	assert_int_equal(h.minor, 0);
	expect(h.reason, "Not Found");
	h = decoded("HTTP/1.1 101\n\n");
	expect(h.reason, "");
	for (u32 i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (iotx_http_head_decode(iotx_slice_str(bad[i]), &h) != IOTX_E_BAD)
			fail_msg("taken for a start line: %s", bad[i]);
}

static void fields(void **state)
{
	const struct iotx_http_head h = decoded("GET / HTTP/1.1\r\nhOsT:\t a:80 \t\r\nempty:\r\n"
						"no colon\r\nHost: second\r\nX-Host: c\r\n\r\n");
	struct iotx_slice value;

	(void)state;
	assert_true(iotx_http_field(&h, "Host", &value));
	expect(value, "a:80");
	assert_true(iotx_http_field(&h, "Empty", &value));
	expect(value, "");
	assert_false(iotx_http_field(&h, "Ost", &value));
	assert_false(iotx_http_field(&h, "Hostile", &value));
}

static void lists(void **state)
{
	const struct iotx_http_head h = decoded("GET / HTTP/1.1\r\nProto: a, b ,,c\r\nOther: x\r\n"
						"proto: d;q=\"1,2\", \"e\\\",\", f\r\nProto: \r\n\r\n");
	static const char *const want[] = { "a", "b", "c", "d;q=\"1,2\"", "\"e\\\",\"", "f" };
	struct iotx_http_list l = iotx_http_list(&h, "Proto");
	struct iotx_slice element;

	(void)state;
	for (u32 i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_true(iotx_http_list_next(&l, &element));
		expect(element, want[i]);
	}
	assert_false(iotx_http_list_next(&l, &element));
	assert_true(iotx_http_has_token(&h, "Proto", "F"));
	assert_false(iotx_http_has_token(&h, "Proto", "x"));
	assert_false(iotx_http_has_token(&h, "Nothing", "x"));
}

static void params(void **state)
{
	struct iotx_slice rest = iotx_slice_str("permessage-deflate ; a; b=10 ;c = \"x;y\"; d=");
	static const struct {
		const char *name, *value;
		bool has_value;
	} want[] = {
		{ "permessage-deflate", "", false }, { "a", "", false }, { "b", "10", true },
		{ "c", "x;y", true },                { "d", "", true },
	};
	struct iotx_http_param p;

	(void)state;
	for (u32 i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_true(iotx_http_param_next(&rest, &p));
		expect(p.name, want[i].name);
		expect(p.value, want[i].value);
		assert_int_equal(p.has_value, want[i].has_value);
	}
	assert_false(iotx_http_param_next(&rest, &p));
}

/* Reads everything that there is in some bytes. */
static void read_all(const u8 *data, u32 n, void *arg)
{
	struct iotx_http_head h;
	struct iotx_slice element;
	struct iotx_http_param p;

	(void)arg;
	iotx_http_head_len(data, n, 0);
	if (iotx_http_head_decode(iotx_slice(data, n), &h))
		return;
	for (struct iotx_http_list l = iotx_http_list(&h, "A"); iotx_http_list_next(&l, &element);)
		while (iotx_http_param_next(&element, &p))
			;
}

/* No byte behind the end is looked at, whatever is there. */
static void prefixes(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nA: \"b\\\"c\", d; e=\"f\"; g = h ,\r\na:\r\nA\r\n\r\n";

	(void)state;
	iotx_guard_each_prefix((const u8 *)text, sizeof(text) - 1, read_all, NULL);
	for (u32 i = 1; i < 60; i++)
		iotx_guard_each_prefix((const u8 *)"HTTP/1.1 101 \r\nA: \\\"\\,;=\"\"\\", 15 + i % 14, read_all, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths), cmocka_unit_test(start_lines), cmocka_unit_test(fields),
		cmocka_unit_test(lists),   cmocka_unit_test(params),      cmocka_unit_test(prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
