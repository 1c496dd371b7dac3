// SPDX-License-Identifier: GPL-2.0-only
/* One CoAP message over TCP: lengths, signalling, options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "guard.h"
#include "json_check.h"
#include "coap_hex.h"
#include <output/json_writer.h>
#include <wire/coap_tcp.h>

struct message_case {
	const char *sentence;
	const char *hex;
	enum iotx_err verdict;
	const char *rule; /* NULL: none */
	const char *title;
	const char *json; /* stands in the object */
};

static const struct message_case messages[] = {
	{ "a request", "31 01 aa b2 6162", IOTX_OK, NULL, "GET",
	  "{\"code\":\"0.01\",\"code_name\":\"GET\",\"transport\":\"tcp\",\"token\":\"aa\",\"uri_path\":\"/ab\"" },
	{ "a response", "31 45 aa ff 3132", IOTX_OK, NULL, "2.05 Content", "\"payload\":\"12\"" },
	{ "no token, no options, no payload", "00 01", IOTX_OK, NULL, "GET", "\"options\":[]" },
	{ "an Empty message, which receivers ignore", "00 00", IOTX_OK, NULL, "Empty", "\"code\":\"0.00\"" },
	{ "13 bytes and more: one byte of length", "d0 01 45 ff 31*13", IOTX_OK, NULL, "2.05 Content",
	  "\"payload\":\"1111111111111\"" },
	{ "269 bytes and more: two", "e0 0000 45 ff 31*268", IOTX_OK, NULL, "2.05 Content",
	  "\"payload_length\":268" },
	{ "CSM with everything", "70 e1 23 100000 20 21 0b", IOTX_OK, NULL, "7.01 CSM",
	  "\"max_message_size\":1048576,\"block_wise_transfer\":true,\"extended_token_length\":11,"
	  "\"options\":[\"Max-Message-Size\",\"Block-Wise-Transfer\",\"Extended-Token-Length\"]" },
	{ "CSM with nothing", "00 e1", IOTX_OK, NULL, "7.01 CSM", "\"options\":[]" },
	{ "Ping", "11 e2 07 20", IOTX_OK, NULL, "7.02 Ping", "\"custody\":true" },
	{ "Pong", "11 e3 07 20", IOTX_OK, NULL, "7.03 Pong", "\"custody\":true" },
	{ "Release", "80 e4 22 6162 02 6364 21 0a", IOTX_OK, NULL, "7.04 Release",
	  "\"alternative_address\":[\"ab\",\"cd\"],\"hold_off\":10" },
	{ "Abort", "50 e5 21 02 ff 6f6b", IOTX_OK, NULL, "7.05 Abort", "\"bad_csm_option\":2" },
	{ "an option number means what its code says: no ETag in a Ping", "30 e2 42 6162", IOTX_OK, NULL,
	  "7.02 Ping", "{\"number\":4,\"critical\":false,\"unsafe\":false,\"value_hex\":\"6162\"}" },
	{ "a signalling option that is too long", "60 e1 25 0102030405", IOTX_E_RULE, "RFC 7252 5.4.3",
	  "7.01 CSM", "\"unknown_options\":[{\"number\":2,\"name\":\"Max-Message-Size\"" },
	{ "a signalling option twice", "20 e2 20 00", IOTX_E_RULE, "RFC 7252 5.4.5", "7.02 Ping", NULL },
	{ "a reserved class", "00 c1", IOTX_E_RULE, "RFC 7252 12.1", "6.01", NULL },
	{ "size exponent 7 is a row of blocks", "e0 06f7 45 d1 0a 0f ff 31*2048", IOTX_OK, NULL, "2.05 Content",
	  "\"block2\":{\"num\":0,\"more\":true,\"size\":1024,\"bert\":true}" },
	{ "a row of blocks that is not whole", "50 45 d1 0a 0f ff 31", IOTX_E_RULE, "RFC 7959 2.3",
	  "2.05 Content", NULL },
	{ "a payload marker and nothing behind it", "10 45 ff", IOTX_E_BAD, "RFC 7252 3", "2.05 Content", NULL },
	{ "an option that reaches past the end", "10 01 b5", IOTX_E_BAD, "RFC 7252 3.1", "GET", NULL },
};

static void show(const struct iotx_coap_msg *msg, struct iotx_buf *out)
{
	struct iotx_json_writer w;

	iotx_json_writer_start(&w, out);
	v_open(&w.visitor, NULL);
	iotx_coap_event.fields(msg, &w.visitor);
	v_close(&w.visitor);
	assert_true(iotx_json_check(out->data, out->len));
	iotx_buf_add(out, "", 1);
}

static void decode_prefix(const u8 *data, u32 n, void *arg)
{
	u32 len = *(u32 *)arg;
	struct iotx_coap_msg msg;
	struct iotx_buf out = {};
	struct iotx_diag diag;

	iotx_coap_tcp_decode(data, n, len, &msg, &diag);
	show(&msg, &out);
	iotx_coap_tcp_decode(data, n, n, &msg, &diag);
	iotx_coap_tcp_whole(data, n);
	iotx_buf_free(&out);
}

static void test_messages(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		const struct message_case *c = &messages[i];
		u8 data[COAP_TEST_MAX];
		u32 n = (u32)coap_bytes(c->hex, data), len = 0;
		char title[IOTX_TITLE_MAX];
		struct iotx_buf out = {};
		struct iotx_coap_msg msg;
		struct iotx_diag diag;
		enum iotx_err err = iotx_coap_tcp_decode(data, n, n, &msg, &diag);

		assert_int_equal(iotx_coap_tcp_measure(data, n, &len), IOTX_OK);
		if (len != n)
			fail_msg("%s: %u bytes, not %u", c->sentence, len, n);
		if (err != c->verdict || (err && strcmp(diag.rule, c->rule)))
			fail_msg("%s: verdict %d (%s)", c->sentence, err, err ? diag.rule : "");
		assert_string_equal(iotx_coap_event.title(&msg, title), c->title);
		show(&msg, &out);
		if (c->json && !strstr((char *)out.data, c->json))
			fail_msg("%s: %s", c->sentence, (char *)out.data);
		assert_null(strstr((char *)out.data, "\"type\""));
		assert_null(strstr((char *)out.data, "message_id"));
		iotx_buf_free(&out);
		if (n < 100)
			iotx_guard_each_prefix(data, n, decode_prefix, &n);
	}
}

static void test_measure(void **state)
{
	static const struct {
		const char *hex;
		enum iotx_err err;
		u32 len;
	} cases[] = {
		{ "", IOTX_E_SHORT, 0 },	      { "c8", IOTX_E_SHORT, 0 },
		{ "c8 01", IOTX_OK, 22 },	      { "d0 ff", IOTX_E_SHORT, 0 },
		{ "d8 ff 01", IOTX_OK, 3 + 8 + 268 }, { "e0 ffff", IOTX_E_SHORT, 0 },
		{ "e1 ffff 01", IOTX_OK, 4 + 1 + 65804 }, { "f0 00000000", IOTX_E_SHORT, 0 },
		{ "f0 00000000 01", IOTX_OK, 6 + 65805 }, { "09 01", IOTX_E_BAD, 0 },
		{ "f0 ffffffff 01", IOTX_E_BAD, 0 },  { "f0 fffefef3 01", IOTX_E_BAD, 0 },
		{ "f0 fffefeec 01", IOTX_OK, 0xffffffff },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		u8 data[16];
		u32 len = 0, n = (u32)coap_bytes(cases[i].hex, data);
		enum iotx_err err = iotx_coap_tcp_measure(data, n, &len);

		if (err != cases[i].err || (!err && len != cases[i].len))
			fail_msg("%s: %d, %u", cases[i].hex, err, len);
	}
}

/* What comes out says of itself how long it is, and has the same token, options and payload. */
static void expect_head(const u8 *data, u32 n, u32 len)
{
	u8 buf[IOTX_DISSECTOR_HEAD_MAX + 16];
	u32 replaced = 0, head, measured = 0;

	head = iotx_coap_tcp_head(iotx_slice(data, n), len, buf, &replaced);
	assert_in_range(head, 2, 6);
	assert_int_equal(replaced, 2);
	assert_int_equal(iotx_coap_tcp_measure(buf, head, &measured), IOTX_OK);
	if (measured != len - replaced + head)
		fail_msg("%u bytes: %u, not %u", len, measured, len - replaced + head);
	assert_int_equal(buf[0] & 15, data[0] & 15);
	assert_int_equal(buf[head - 1], data[1]);
}

static void test_head(void **state)
{
	static const u8 msg[] = { 0x01, 0x45, 0xaa, 0xff, '2', '1' };
	static const u8 whole[] = { 0x31, 0x45, 0xaa, 0xff, '2', '1' };
	static const u8 bare[] = { 0x01, 0x45, 0xaa }, bad[] = { 0x0f, 0x45, 0xaa };
	static const u32 rests[] = { 1, 12, 13, 14, 268, 269, 270, 65804, 65805, 65806, 1 << 20 };
	u8 buf[IOTX_DISSECTOR_HEAD_MAX];
	u32 replaced = 0;

	(void)state;
	for (u32 i = 0; i < sizeof(rests) / sizeof(*rests); i++)
		expect_head(msg, sizeof(msg), 3 + rests[i]);
	assert_int_equal(iotx_coap_tcp_head(iotx_slice(whole, 6), 6, buf, &replaced), 0);
	assert_int_equal(iotx_coap_tcp_head(iotx_slice(bare, 3), 3, buf, &replaced), 0);
	assert_int_equal(iotx_coap_tcp_head(iotx_slice(bad, 3), 100, buf, &replaced), 0);
	assert_int_equal(iotx_coap_tcp_head(iotx_slice(msg, 1), 6, buf, &replaced), 0);
	assert_int_equal(iotx_coap_tcp_head(iotx_slice(msg, 2), 2, buf, &replaced), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_measure),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
