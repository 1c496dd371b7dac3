// SPDX-License-Identifier: GPL-2.0-only
/* What is true of WebSocket without a connection: masks, codes, keys, how it is shown. */
#include "guard.h"
#include "record.h"
#include "rng.h"

#include <base/base64.h>
#include <core/ws_accept.h>
#include <wire/ws_open.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void unmask_one(const u8 *data, u32 n, void *arg)
{
	const u32 *off = arg;
	u8 clear[64], again[64];

	iotx_ws_unmask(clear, data, n, 0x37fa213d, *off);
	for (u32 i = 0; i < n; i++)
		assert_int_equal(clear[i], data[i] ^ iotx_ws_mask_byte(0x37fa213d, *off + i));
	memcpy(again, clear, n);
	iotx_ws_unmask(again, again, n, 0x37fa213d, *off); /* in place, and back */
	assert_memory_equal(again, data, n);
}

/* Eight bytes at a time are what one at a time would be, wherever it begins and ends. */
static void masks(void **state)
{
	struct iotx_rng rng = { .state = 1 };
	u8 data[64];

	(void)state;
	iotx_rng_fill(&rng, data, sizeof(data));
	for (u32 off = 0; off < 9; off++)
		iotx_guard_each_prefix(data, sizeof(data), unmask_one, &off);
}

static void keys(void **state)
{
	struct iotx_slice key = iotx_slice_str("dGhlIHNhbXBsZSBub25jZQ==");
	const struct {
		const char *accept;
		bool want;
	} row[] = {
		{ "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", true }, { "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", false },
		{ "s3pPLMBiTxaQ9kYGzzhZRbK+xOo", false },  { "", false },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(iotx_ws_accept_ok(key, iotx_slice_str(row[i].accept)), row[i].want);
	assert_false(iotx_ws_accept_ok(iotx_slice(NULL, 0), iotx_slice_str(row[0].accept)));
}

static void sizes_of_base64(void **state)
{
	static const struct {
		const char *text;
		bool fine;
		u32 size;
	} row[] = {
		{ "", true, 0 },      { "QQ==", true, 1 },  { "QUI=", true, 2 },   { "QUJD", true, 3 },
		{ "QUJD+/9=", true, 5 }, { "QUJ", false, 0 }, { "QU=D", false, 0 }, { "Q===", false, 0 },
		{ "QU-D", false, 0 }, { "QUJD\n", false, 0 },
	};
	u32 size;

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_int_equal(iotx_base64_size(iotx_slice_str(row[i].text), &size), row[i].fine);
		if (row[i].fine)
			assert_int_equal(size, row[i].size);
	}
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(iotx_ws_opcode_name(0), "continuation");
	assert_string_equal(iotx_ws_opcode_name(8), "close");
	assert_null(iotx_ws_opcode_name(3));
	assert_string_equal(iotx_ws_close_name(1001), "Going Away");
	assert_null(iotx_ws_close_name(3000));
}

static struct iotx_record record;

static void shown(iotx_record_fn show, const void *msg, const char *want)
{
	iotx_record_init(&record);
	assert_string_equal(iotx_record_show(&record, show, msg), want);
}

static void messages(void **state)
{
	struct iotx_ws_msg msg = {
		.opcode = IOTX_WS_TEXT, .fin = true, .masked = true, .key = 7, .frames = 2, .length = 5,
		.payload = iotx_slice_str("H\xc3\xa4llo"),
	};

	(void)state;
	shown(iotx_ws_event.fields, &msg,
	      "\"opcode\":\"text\",\"fin\":true,\"mask\":7,\"payload_printable\":\"H\xc3\xa4llo\"");
	shown(iotx_ws_event.extra, &msg, "\"payload_length\":5,\"fragments\":2");
	msg.skipped = 4; /* cut within a character */
	msg.payload.len = 2;
	shown(iotx_ws_event.fields, &msg, "\"opcode\":\"text\",\"fin\":true,\"mask\":7,\"payload_printable\":\"H\"");
	msg = (struct iotx_ws_msg){ .opcode = 3, .frames = 1, .payload = iotx_slice_str("\xff") };
	shown(iotx_ws_event.fields, &msg, "\"opcode\":\"3\",\"fin\":false,\"payload\":<ff>");
	msg = (struct iotx_ws_msg){
		.opcode = IOTX_WS_CLOSE, .fin = true, .frames = 1, .length = 6, .has_code = true,
		.code = 1001, .reason = iotx_slice_str("bye"),
	};
	shown(iotx_ws_event.extra, &msg,
	      "\"close_code\":1001(Going Away),\"close_reason\":\"bye\",\"payload_length\":6");
	msg = (struct iotx_ws_msg){
		.opcode = IOTX_WS_PONG, .fin = true, .frames = 1, .has_rtt = true, .rtt_ns = 1234567,
		.ping_frame = 3,
	};
	shown(iotx_ws_event.extra, &msg, "\"rtt_ns\":1234567(1.234ms),\"ping_frame\":3,\"payload_length\":0");
}

static void heads(void **state)
{
	struct iotx_http_head h;

	(void)state;
	assert_int_equal(iotx_http_head_decode(iotx_slice_str("GET /x HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n"
		"Sec-WebSocket-Protocol: mqtt\r\nOrigin: c\r\nSec-WebSocket-Protocol: v1, v2\r\n\r\n"), &h), IOTX_OK);
	shown(iotx_ws_open_event.fields, &h, "\"hostname\":\"a\",\"url\":\"/x\",\"http_user_agent\":\"b\","
	      "\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\"");
	shown(iotx_ws_open_event.extra, &h, "\"subprotocols\":[\"mqtt\",\"v1\",\"v2\"],\"origin\":\"c\"");
	assert_int_equal(iotx_http_head_decode(iotx_slice_str("HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n"),
					       &h), IOTX_OK);
	shown(iotx_ws_open_event.fields, &h, "\"protocol\":\"HTTP/1.1\",\"status\":302,\"redirect\":\"/y\"");
	assert_string_equal(iotx_ws_open_event.title(&h, NULL), "REFUSED");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks), cmocka_unit_test(keys),     cmocka_unit_test(sizes_of_base64),
		cmocka_unit_test(names), cmocka_unit_test(messages), cmocka_unit_test(heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
