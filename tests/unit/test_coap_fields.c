// SPDX-License-Identifier: GPL-2.0-only
/* How CoAP messages are shown: every option by its name and format, to JSON and on a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guard.h"
#include "json_check.h"
#include "coap_hex.h"
#include <output/json_writer.h>
#include <output/text_writer.h>
#include <wire/coap.h>

struct shown {
	struct iotx_buf fields, extra, line;
	char title[IOTX_TITLE_MAX];
};

static void object(struct iotx_buf *out, void (*show)(const void *, struct iotx_visitor *),
		   const struct iotx_coap_msg *msg)
{
	struct iotx_json_writer w;

	iotx_json_writer_start(&w, out);
	v_open(&w.visitor, NULL);
	show(msg, &w.visitor);
	v_close(&w.visitor);
	assert_int_equal(w.err, 0);
	assert_true(iotx_json_check(out->data, out->len));
	iotx_buf_add(out, "", 1);
}

static void show(const u8 *data, u32 cap_len, u32 len, struct shown *s)
{
	struct iotx_text_writer line;
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	char buf[IOTX_TITLE_MAX];
	const char *title;

	memset(s, 0, sizeof(*s));
	iotx_coap_decode(data, cap_len, len, &msg, &diag);
	title = iotx_coap_event.title(&msg, buf);
	snprintf(s->title, sizeof(s->title), "%s", title);
	object(&s->fields, iotx_coap_event.fields, &msg);
	object(&s->extra, iotx_coap_event.extra, &msg);
	iotx_text_writer_start(&line, &s->line, title);
	iotx_coap_event.fields(&msg, &line.visitor);
	iotx_buf_add(&s->line, "", 1);
}

static void shown_free(struct shown *s)
{
	iotx_buf_free(&s->fields);
	iotx_buf_free(&s->extra);
	iotx_buf_free(&s->line);
}

static void show_hex(const char *hex, struct shown *s)
{
	u8 data[COAP_TEST_MAX];
	int len = coap_bytes(hex, data);

	assert_true(len >= 0);
	show(data, (u32)len, (u32)len, s);
}

struct show_case {
	const char *sentence;
	const char *hex;
	const char *json; /* stands in the object */
};

static const struct show_case options[] = {
	{ "the header", "44 01 abcd deadbeef",
	  "{\"type\":\"CON\",\"code\":\"0.01\",\"code_name\":\"GET\",\"message_id\":43981,"
	  "\"token\":\"deadbeef\",\"options\":[]}" },
	{ "Empty has a code too", "60 00 0007",
	  "{\"type\":\"ACK\",\"code\":\"0.00\",\"code_name\":\"Empty\",\"message_id\":7,"
	  "\"options\":[]}" },
	{ "a code without a name", "60 5e 0001",
	  "{\"type\":\"ACK\",\"code\":\"2.30\",\"message_id\":1," },
	{ "If-Match, several and one empty", "40 03 0001 12 0102 00",
	  "\"if_match\":[\"0102\",\"\"],\"options\":[\"If-Match\",\"If-Match\"]" },
	{ "Uri-Host", "40 01 0001 33 613a62", "\"uri_host\":\"a:b\"" },
	{ "ETag", "60 45 0001 48 0123456789abcdef", "\"etag\":[\"0123456789abcdef\"]" },
	{ "If-None-Match", "40 03 0001 50", "\"if_none_match\":true" },
	{ "Observe: zero has no bytes", "40 01 0001 60", "\"observe\":0," },
	{ "Observe of three bytes", "50 45 0001 63 010203", "\"observe\":66051," },
	{ "Uri-Port", "40 01 0001 72 1633", "\"uri_port\":5683," },
	{ "Location-Path", "60 41 0001 82 7264 02 3432", "\"location_path\":\"/rd/42\"," },
	{ "OSCORE", "40 02 0001 93 090a25", "\"oscore\":\"090a25\"," },
	{ "Uri-Path", "40 01 0001 bb 2e77656c6c2d6b6e6f776e 04 636f7265",
	  "\"uri_path\":\"/.well-known/core\",\"options\":[\"Uri-Path\",\"Uri-Path\"]" },
	{ "a path of one empty segment", "40 01 0001 b0", "\"uri_path\":\"/\"," },
	{ "a path that ends in an empty segment", "40 01 0001 b1 61 00", "\"uri_path\":\"/a/\"," },
	{ "a slash or percent sign within a segment", "40 01 0001 b5 612f622563",
	  "\"uri_path\":\"/a%2Fb%25c\"," },
	{ "a segment in UTF-8, and one that is none", "40 01 0001 b2 c3a9 01 e9",
	  "\"uri_path\":\"/\xc3\xa9/%E9\"," },
	{ "Content-Format by number and name", "40 03 0001 c1 3c",
	  "\"content_format\":60,\"content_format_name\":\"application/cbor\"," },
	{ "Content-Format 0 has no bytes", "40 03 0001 c0",
	  "\"content_format\":0,\"content_format_name\":\"text/plain; charset=utf-8\"," },
	{ "Content-Format that is not registered", "40 03 0001 c2 fffe",
	  "\"content_format\":65534,\"options\"" },
	{ "Max-Age", "60 45 0001 d4 01 ffffffff", "\"max_age\":4294967295," },
	{ "Uri-Query", "40 01 0001 d3 02 613d31 03 623d32", "\"uri_query\":\"a=1&b=2\"," },
	{ "an ampersand within an argument", "40 01 0001 d3 02 612662 01 2f",
	  "\"uri_query\":\"a%26b&/\"," },
	{ "Hop-Limit", "40 01 0001 d1 03 10", "\"hop_limit\":16," },
	{ "Accept by number and name", "40 01 0001 d1 04 32",
	  "\"accept\":50,\"accept_name\":\"application/json\"," },
	{ "Q-Block1", "40 03 0001 d1 06 12",
	  "\"q_block1\":{\"num\":1,\"more\":false,\"size\":64}," },
	{ "Location-Query", "60 41 0001 d3 07 613d31", "\"location_query\":\"a=1\"," },
	{ "EDHOC", "40 02 0001 d0 08", "\"edhoc\":true," },
	{ "Block2", "60 45 0001 d1 0a 0a ff 61*64",
	  "\"block2\":{\"num\":0,\"more\":true,\"size\":64}," },
	{ "Block1: zero has no bytes", "40 03 0001 d0 0e",
	  "\"block1\":{\"num\":0,\"more\":false,\"size\":16}," },
	{ "Block1, its greatest number", "40 03 0001 d3 0e fffff6",
	  "\"block1\":{\"num\":1048575,\"more\":false,\"size\":1024}," },
	{ "Size2", "60 45 0001 d2 0f 14d2", "\"size2\":5330," },
	{ "Q-Block2, several", "40 01 0001 d1 12 06 01 16",
	  "\"q_block2\":[{\"num\":0,\"more\":false,\"size\":1024},"
	  "{\"num\":1,\"more\":false,\"size\":1024}]," },
	{ "Proxy-Uri", "40 01 0001 d8 16 636f61703a2f2f61", "\"proxy_uri\":\"coap://a\"," },
	{ "Proxy-Scheme", "40 01 0001 d4 1a 636f6170", "\"proxy_scheme\":\"coap\"," },
	{ "Size1", "40 03 0001 d1 2f 64", "\"size1\":100," },
	{ "Proxy-Cri", "40 01 0001 d1 de 80", "\"proxy_cri\":\"80\"," },
	{ "Proxy-Scheme-Number", "40 01 0001 d1 e2 02", "\"proxy_scheme_number\":2," },
	{ "Echo", "40 01 0001 d2 ef cafe", "\"echo\":\"cafe\"," },
	{ "No-Response", "50 03 0001 d1 f5 1a", "\"no_response\":26," },
	{ "Request-Tag, several and one empty", "40 03 0001 e1 0017 aa 00",
	  "\"request_tag\":[\"aa\",\"\"]," },
	{ "the versions of OCF", "40 01 0001 e2 06f4 0800 42 0800",
	  "\"ocf_accept_content_format_version\":2048,\"ocf_content_format_version\":2048," },
	{ "the options of eSIM", "40 02 0001 e1 06fa 01 11 02",
	  "\"scp82_params\":[\"01\"],\"x_admin_protocol\":[\"02\"]," },
	{ "unknown options, critical and unsafe by their numbers", "40 01 0001 d1 00 aa 50",
	  "\"unknown_options\":["
	  "{\"number\":13,\"critical\":true,\"unsafe\":false,\"value_hex\":\"aa\"},"
	  "{\"number\":18,\"critical\":false,\"unsafe\":true,\"value_hex\":\"\"}]," },
	{ "all names in order, a number where there is no name", "40 01 0001 31 61 81 62 d0 f3",
	  "\"options\":[\"Uri-Host\",\"Uri-Path\",\"267\"]}" },
	{ "a known option of a wrong length is treated as unknown", "40 01 0001 64 00000000",
	  "\"message_id\":1,\"unknown_options\":[{\"number\":6,\"name\":\"Observe\","
	  "\"critical\":false,\"unsafe\":true,\"value_hex\":\"00000000\"}]" },
	{ "of a repeated option the first counts", "40 01 0001 31 61 01 62",
	  "\"uri_host\":\"a\",\"unknown_options\":[{\"number\":3,\"name\":\"Uri-Host\"," },
	{ "a long value of an unknown option", "40 01 0001 ee fdde 02f3 00*1024",
	  "\"unsafe\":true,\"value_base64\":\"AAAA" },
	{ "a payload of text", "60 45 0001 ff 32312e35",
	  "\"payload\":\"21.5\",\"payload_length\":4}" },
	{ "a payload that is none", "60 45 0001 ff a1fe",
	  "\"payload_base64\":\"of4=\",\"payload_length\":2}" },
	{ "a malformed message: what came before the fault", "41 01 0001 aa b1 61 f0",
	  "{\"type\":\"CON\",\"code\":\"0.01\",\"code_name\":\"GET\",\"message_id\":1,"
	  "\"token\":\"aa\",\"uri_path\":\"/a\",\"options\":[\"Uri-Path\"]}" },
	{ "a message cut in its header", "40 01",
	  "{\"type\":\"CON\",\"code\":\"0.01\",\"code_name\":\"GET\"}" },
	{ "a message of one byte", "60", "{\"type\":\"ACK\"}" },
};

static void check_any(const u8 *data, u32 n, void *arg)
{
	const u32 *len = arg;
	struct shown s;

	show(data, n, *len, &s);
	shown_free(&s);
	show(data, n, n, &s);
	shown_free(&s);
}

static void test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const struct show_case *c = &options[i];
		u8 data[COAP_TEST_MAX];
		u32 len = (u32)coap_bytes(c->hex, data);
		struct shown s;

		show_hex(c->hex, &s);
		if (!strstr((char *)s.fields.data, c->json))
			fail_msg("%s: %s", c->sentence, (char *)s.fields.data);
		shown_free(&s);
		if (len < 200)
			iotx_guard_each_prefix(data, len, check_any, &len);
	}
}

static void test_titles(void **state)
{
	static const char *const cases[][2] = {
		{ "40 01 0001", "CON GET" },
		{ "50 07 0001", "NON iPATCH" },
		{ "60 45 0001", "ACK 2.05 Content" },
		{ "60 8f 0001", "ACK 4.15 Unsupported Content-Format" },
		{ "40 1f 0001", "CON 0.31" },
		{ "50 5e 0001", "NON 2.30" },
		{ "60 00 0001", "ACK" },
		{ "70 00 0001", "RST" },
		{ "40 00 0001 00", "CON" },
		{ "40 01", "cut header" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct shown s;

		show_hex(cases[i][0], &s);
		assert_string_equal(s.title, cases[i][1]);
		shown_free(&s);
	}
}

/* What a person sees of a message is what tells it from others. */
static void test_line(void **state)
{
	struct shown s;

	(void)state;
	show_hex("41 03 0102 aa 31 61 81 62 11 3c d1 02 31 c1 08 ff 6f6e", &s);
	assert_non_null(strstr((char *)s.line.data, "uri_path=/b"));
	assert_non_null(strstr((char *)s.line.data, "content_format=application/cbor"));
	assert_non_null(strstr((char *)s.line.data, "payload="));
	assert_non_null(strstr((char *)s.line.data, "message_id=258"));
	assert_null(strstr((char *)s.line.data, "uri_host"));
	assert_null(strstr((char *)s.line.data, "code"));
	assert_null(strstr((char *)s.line.data, "options"));
	shown_free(&s);
}

static void test_notes(void **state)
{
	struct shown s;

	(void)state;
	show_hex("40 01 0001 d0 00 e0 02fb 10 ff 61", &s);
	assert_string_equal((char *)s.extra.data, "{\"notes\":[\"unknown critical option 13\","
						  "\"unknown critical option 1045\"],\"payload_format\":\"text\"}");
	shown_free(&s);
	show_hex("40 01 0001 b1 61 d0 02", &s);
	assert_string_equal((char *)s.extra.data, "{}");
	shown_free(&s);
}

static void test_cut(void **state)
{
	u8 data[COAP_TEST_MAX];
	u32 len = (u32)coap_bytes("60 45 0001 ff 61*10", data);
	struct shown s;

	(void)state;
	show(data, 7, len, &s);
	assert_non_null(strstr((char *)s.fields.data, "\"payload\":\"aa\",\"payload_length\":10,"
						      "\"truncated\":true,\"skipped_length\":8}"));
	shown_free(&s);
}

/* A path is joined up to a limit; what is left out is said. */
static void test_joined_limit(void **state)
{
	u8 data[8192] = { 0x40, 1, 0, 1, 0xb0 };
	struct shown s;

	(void)state;
	show(data, 5 + 4095, 5 + 4095, &s);
	assert_null(strstr((char *)s.fields.data, "uri_path_cut"));
	shown_free(&s);
	show(data, 5 + 4096, 5 + 4096, &s);
	assert_non_null(strstr((char *)s.fields.data, "\"uri_path_cut\":true"));
	shown_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options), cmocka_unit_test(test_titles),
		cmocka_unit_test(test_line),    cmocka_unit_test(test_notes),
		cmocka_unit_test(test_cut),     cmocka_unit_test(test_joined_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
