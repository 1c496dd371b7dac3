// SPDX-License-Identifier: GPL-2.0-only
/* What a payload is: by what its message says, by its content, in MQTT and in CoAP. */
#include "guard_hex.h"

#include <output/json_writer.h>
#include <output/text_writer.h>
#include <wire/coap.h>
#include <wire/mqtt.h>
#include <wire/payload.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WHOLE, PART, UTF8 };

static const struct {
	const char *hex, *media;
	u32 how;
	enum iotx_payload_format format;
} cases[] = {
	/* nobody says what it is: text first, of text JSON, else CBOR that is evident */
	{ "", "", WHOLE, IOTX_PAYLOAD_EMPTY },
	{ "", "", PART, IOTX_PAYLOAD_UNKNOWN },
	{ "32312e35", "", WHOLE, IOTX_PAYLOAD_TEXT },              /* 21.5, a number for JSON too */
	{ "3132", "", WHOLE, IOTX_PAYLOAD_TEXT },                  /* 12: two numbers for CBOR */
	{ "74727565", "", WHOLE, IOTX_PAYLOAD_TEXT },              /* true */
	{ "226f6e22", "", WHOLE, IOTX_PAYLOAD_TEXT },              /* "on" */
	{ "7b2261223a317d", "", WHOLE, IOTX_PAYLOAD_JSON },        /* {"a":1} */
	{ "0a5b5d0a", "", WHOLE, IOTX_PAYLOAD_JSON },              /* [] between line breaks */
	{ "7b2261223a31", "", WHOLE, IOTX_PAYLOAD_TEXT },          /* its end is missing */
	{ "7b2261223a31", "", PART, IOTX_PAYLOAD_TEXT },
	{ "7b2261223a317d", "", PART, IOTX_PAYLOAD_TEXT },         /* who knows what follows */
	{ "c3a4", "", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "61c3", "", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "61c3", "", PART, IOTX_PAYLOAD_TEXT },
	{ "610962", "", WHOLE, IOTX_PAYLOAD_TEXT },                /* a tabulator */
	{ "6100", "", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "0101", "", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "611b5b306d", "", WHOLE, IOTX_PAYLOAD_BINARY },          /* a terminal would obey */
	{ "a16474656d7015", "", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "a16474656d70", "", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "a16474656d7015", "", PART, IOTX_PAYLOAD_BINARY },
	{ "83010203", "", WHOLE, IOTX_PAYLOAD_BINARY },            /* CBOR, if one wants */
	{ "ffd8ffe0", "", WHOLE, IOTX_PAYLOAD_BINARY },
	/* the indicator says that it is text, and it is, or is not */
	{ "7b2261223a317d", "", UTF8, IOTX_PAYLOAD_JSON },
	{ "a16474656d7015", "", UTF8, IOTX_PAYLOAD_BINARY },
	/* a media type that is true */
	{ "32312e35", "application/json", WHOLE, IOTX_PAYLOAD_JSON },
	{ "5b5d", "text/plain", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "5b5d", "TEXT/Plain; charset=utf-8", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "3132", "application/cbor", WHOLE, IOTX_PAYLOAD_TEXT },  /* two items */
	{ "3132", "application/cbor-seq", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "83010203", "application/cbor", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "83010203", "Application/Vendor+CBOR ;v=1", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "8101", "application/senml+cbor", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "8101", "application/cose; cose-type=\"cose-sign1\"", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "5b5d", "application/octet-stream", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "3c2f3e", "application/link-format", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "8301", "application/cbor", PART, IOTX_PAYLOAD_CBOR },
	{ "7b2261", "application/json", PART, IOTX_PAYLOAD_JSON },
	/* one that is not, and one that nobody knows: the content again */
	{ "7b2261", "application/json", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "ff", "application/json", PART, IOTX_PAYLOAD_BINARY },
	{ "7b7d", "application/cbor", WHOLE, IOTX_PAYLOAD_JSON },
	{ "01", "text/plain", WHOLE, IOTX_PAYLOAD_BINARY },
	{ "5b5d", "application/jsonx", WHOLE, IOTX_PAYLOAD_JSON },
	{ "5b5d", "text", WHOLE, IOTX_PAYLOAD_JSON },
	{ "a16474656d7015", "image/jpeg", WHOLE, IOTX_PAYLOAD_CBOR },
	{ "32", "json", WHOLE, IOTX_PAYLOAD_TEXT },
	{ "32", ";/json", WHOLE, IOTX_PAYLOAD_TEXT },
};

struct try {
	struct iotx_payload payload;
	enum iotx_payload_format format;
};

static void look(const u8 *data, u32 n, void *arg)
{
	struct try *t = arg;

	t->payload.data = iotx_slice(data, n);
	t->format = iotx_payload_format(&t->payload);
}

static void test_formats(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct try t = { .payload = { .media = iotx_slice_str(cases[i].media),
					      .part = cases[i].how == PART,
					      .utf8 = cases[i].how == UTF8 } };

		iotx_hex_whole(cases[i].hex, look, &t);
		if (t.format != cases[i].format)
			fail_msg("%s as '%s': %d", cases[i].hex, cases[i].media, t.format);
	}
}

/* --- in messages ---------------------------------------------------------------------------- */

static char shown[2][8192]; /* as JSON, and on a line */

static void keep(char *to, const struct iotx_buf *b)
{
	snprintf(to, sizeof(shown[0]), "%.*s", (int)b->len, b->data);
}

static void show(const struct iotx_event_class *cls, const void *msg)
{
	struct iotx_buf json = {}, line = {};
	struct iotx_json_writer j = {};
	struct iotx_text_writer t = {};

	iotx_json_writer_start(&j, &json);
	v_open(&j.visitor, NULL);
	cls->fields(msg, &j.visitor);
	cls->extra(msg, &j.visitor);
	v_close(&j.visitor);
	keep(shown[0], &json);
	iotx_text_writer_start(&t, &line, NULL);
	cls->fields(msg, &t.visitor);
	t.visitor.weight = IOTX_SHOW;
	cls->extra(msg, &t.visitor);
	keep(shown[1], &line);
	iotx_buf_free(&json);
	iotx_buf_free(&line);
}

static void expect(const char *hex, const char *json, const char *line, const char *not_on_line)
{
	if (!strstr(shown[0], json))
		fail_msg("%s: %s", hex, shown[0]);
	if (!strstr(shown[1], line) || (not_on_line && strstr(shown[1], not_on_line)))
		fail_msg("%s: %s", hex, shown[1]);
}

static void show_mqtt(const char *hex, u32 missing)
{
	u32 n = iotx_hex_read(hex);
	const struct iotx_mqtt_in in = {
		.data = iotx_hex_bytes, .cap_len = n, .len = n + missing, .version = IOTX_MQTT_V5,
	};
	struct iotx_mqtt_msg msg;
	struct iotx_diag diag;

	assert_int_equal(iotx_mqtt_decode(&in, &msg, &diag), IOTX_OK);
	show(&iotx_mqtt_event, &msg);
}

static void test_mqtt(void **state)
{
	static const char json[] = "30 0b 000161 00 7b2261223a317d";
	static const char cbor[] = "30 0b 000161 00 a16474656d7015";
	static const char named[] = "30 19 000161 13 030010 6170706c69636174696f6e2f63626f72 8101";
	static const char marked[] = "30 0d 000161 02 0101 7b2261223a317d";
	static const char will[] = "10 1a 0004 4d515454 05 06 003c 00 000161 00 000177 0006 a16161f93c00";

	(void)state;
	show_mqtt(json, 0);
	expect(json, "\"payload_format\":\"json\"", "message={\"a\":1}", NULL);
	show_mqtt(cbor, 0);
	expect(cbor, "\"message_base64\":\"oWR0ZW1wFQ==\",\"payload_format\":\"cbor\","
	       "\"payload_diagnostic\":\"{\\\"temp\\\": 21}\"",
	       "payload_diagnostic={\"temp\": 21}", "0xa1");
	show_mqtt(named, 0);
	expect(named, "\"payload_format\":\"cbor\",\"payload_diagnostic\":\"[1]\"",
	       "payload_diagnostic=[1]", "0x81");
	show_mqtt(marked, 0);
	expect(marked, "\"payload_format\":\"json\"", "message={\"a\":1}", NULL);
	show_mqtt(will, 0);
	expect(will, "\"will_payload_format\":\"cbor\",\"will_payload_diagnostic\":\"{\\\"a\\\": 1.0}\"",
	       "will_payload_diagnostic={\"a\": 1.0}", "0xa1");
	show_mqtt("30 05 000161 00 31", 0);
	expect("a number", "\"message\":\"1\"", "message=1", "payload");
	show_mqtt("30 04 000161 00", 0);
	expect("nothing", "\"payload_format\":\"empty\"", "topic=a", "payload");
	/* Of the last, half was captured: it is shown as it is. */
	show_mqtt("30 19 000161 13 030010 6170706c69636174696f6e2f63626f72 82", 1);
	expect("a part", "\"payload_format\":\"cbor\"", "message=0x82", "payload_diagnostic");
}

static void show_coap(const char *hex)
{
	u32 n = iotx_hex_read(hex);
	struct iotx_coap_msg msg;
	struct iotx_diag diag;

	if (iotx_coap_decode(iotx_hex_bytes, n, n, &msg, &diag) == IOTX_E_BAD)
		fail_msg("%s: %s", hex, diag.rule);
	show(&iotx_coap_event, &msg);
}

static void test_coap(void **state)
{
	(void)state;
	show_coap("60450001 c13c ff 83010203"); /* Content-Format 60 */
	expect("60", "\"payload_format\":\"cbor\",\"payload_diagnostic\":\"[1, 2, 3]\"",
	       "payload_diagnostic=[1, 2, 3]", "0x83");
	show_coap("60450001 c132 ff 3132"); /* 50 */
	expect("50", "\"payload_format\":\"json\"", "payload=12", NULL);
	show_coap("60450001 ff 3132");
	expect("none", "\"payload_format\":\"text\"", "payload=12", NULL);
	show_coap("60450001 c13c b108 ff 8301"); /* with Block2 0, more to come */
	expect("a block", "\"payload_format\":\"cbor\"", "payload=0x8301", "payload_diagnostic");
	show_coap("60450001 c13c b100 ff 8101"); /* the only one */
	expect("the block", "\"payload_diagnostic\":\"[1]\"", "payload_diagnostic=[1]", "0x8101");
	show_coap("40030001 c13c b100 4108 ff 8301"); /* its own Block1 goes on, whatever Block2 is */
	expect("a request", "\"payload_format\":\"cbor\"", "payload=0x8301", "payload_diagnostic");
	show_coap("60450001 c2ffff ff a16474656d7015"); /* a format that is not registered */
	expect("unknown", "\"payload_diagnostic\":\"{\\\"temp\\\": 21}\"", "{\"temp\": 21}", "0x");
	show_coap("60450001");
	assert_null(strstr(shown[0], "payload_format"));
}

/* A long item is cut in its notation, and that is said. */
static void test_long(void **state)
{
	static u8 data[3 + 3 + 5000];
	const struct iotx_payload p = { .data = iotx_slice(data, sizeof(data)) };
	struct iotx_buf json = {};
	struct iotx_json_writer j = {};

	(void)state;
	memcpy(data, "\xa1\x61\x61\x59\x13\x88", 6);
	assert_int_equal(iotx_payload_format(&p), IOTX_PAYLOAD_CBOR);
	iotx_json_writer_start(&j, &json);
	v_open(&j.visitor, NULL);
	iotx_payload_show(&j.visitor, &iotx_payload_names, &p, IOTX_PAYLOAD_CBOR);
	v_close(&j.visitor);
	keep(shown[0], &json);
	assert_non_null(strstr(shown[0], "\"payload_diagnostic_cut\":true}"));
	assert_in_range(json.len, 4000, 4300);
	iotx_buf_free(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_mqtt),
		cmocka_unit_test(test_coap),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
