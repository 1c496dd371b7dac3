/* SPDX-License-Identifier: GPL-2.0-only */
/* Every MQTT packet type in every version: what it is read as, shown as, and judged. */
#include "mqtt_try.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

#define HEADER_0 "\"qos\":0,\"retain\":false,\"dup\":false"
#define HEADER_1 "\"qos\":1,\"retain\":false,\"dup\":false"
#define FLAGS(u, p, wr, w, c)                                                                   \
	"\"flags\":{\"username\":" u ",\"password\":" p ",\"will_retain\":" wr ",\"will\":" w   \
	",\"clean_session\":" c "}"

struct good {
	const char *sentence;
	u8 version;
	const char *hex;
	const char *fields;
	const char *extra; /* behind the version */
};

static const struct good goods[] = {
	{ "a CONNECT of MQTT 3.1", 3, "101100064d51497364700302001e00037a656e",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQIsdp\",\"protocol_version\":3(3.1),"
	  FLAGS("false", "false", "false", "false", "true") ",\"client_id\":\"zen\"}",
	  ",\"keep_alive\":30,\"remaining_length\":17" },
	{ "of a bridge", 3, "101100064d51497364708300001e00037a656e",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQIsdp\",\"protocol_version\":131(3.1),"
	  FLAGS("false", "false", "false", "false", "false") ",\"client_id\":\"zen\"}",
	  ",\"keep_alive\":30,\"remaining_length\":17,\"bridge\":true" },
	{ "a CONNECT of MQTT 3.1.1 with everything", 4,
	  "102500044d51545404f6000a000163 0003772f74 0003627965 000475736572 0006736563726574",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQTT\",\"protocol_version\":4(3.1.1),"
	  FLAGS("true", "true", "true", "true", "true") ",\"client_id\":\"c\","
	  "\"username\":\"user\",\"password\":\"<redacted>\",\"will\":{\"topic\":\"w/t\",\"message\":\"bye\"}}",
	  ",\"keep_alive\":10,\"remaining_length\":37,\"will_qos\":2,\"will_payload_format\":\"text\"" },
	{ "a will that is no text", 4, "101700044d51545404060000000163000377 2f74 000300ff01",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQTT\",\"protocol_version\":4(3.1.1),"
	  FLAGS("false", "false", "false", "true", "true") ",\"client_id\":\"c\","
	  "\"will\":{\"topic\":\"w/t\"}}",
	  ",\"keep_alive\":0,\"remaining_length\":23,\"will_qos\":0,\"will_message\":<00ff01>,"
	  "\"will_payload_format\":\"binary\"" },
	{ "a CONNECT of MQTT 5 with properties of its own and of its will", 5,
	  "102000044d515454050600000511000000 3c 00 0163 05 18 00000005 000377 2f74 0000",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQTT\",\"protocol_version\":5(5.0),"
	  FLAGS("false", "false", "false", "true", "true") ",\"client_id\":\"c\","
	  "\"will\":{\"topic\":\"w/t\",\"message\":\"\","
	  "\"properties\":{\"will_delay_interval\":5}},"
	  "\"properties\":{\"session_expiry_interval\":60}}",
	  ",\"keep_alive\":0,\"remaining_length\":32,\"will_qos\":0,"
	  "\"will_payload_format\":\"empty\"" },
	{ "MQTT 5 takes a password without a user name", 5,
	  "101200044d5154540540 0000 00 000163 0002 7077",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQTT\",\"protocol_version\":5(5.0),"
	  FLAGS("false", "true", "false", "false", "false") ",\"client_id\":\"c\","
	  "\"password\":\"<redacted>\"}",
	  ",\"keep_alive\":0,\"remaining_length\":18" },
	{ "MQTT 3.1 lets an announced user name be missing", 3,
	  "100f00064d5149736470 0382 0000 0001 63",
	  "\"connect\":{" HEADER_0 ",\"protocol_string\":\"MQIsdp\",\"protocol_version\":3(3.1),"
	  FLAGS("true", "false", "false", "false", "true") ",\"client_id\":\"c\"}",
	  ",\"keep_alive\":0,\"remaining_length\":15,"
	  "\"note\":\"a user name or a password is announced and left out\"" },

	{ "a CONNACK of MQTT 3.1, whose first byte means nothing", 3, "20020100",
	  "\"connack\":{" HEADER_0 ",\"session_present\":false,\"return_code\":0(Accepted)}",
	  ",\"reason\":\"Accepted\"" },
	{ "a CONNACK of MQTT 3.1.1", 4, "20020100",
	  "\"connack\":{" HEADER_0 ",\"session_present\":true,\"return_code\":0(Accepted)}",
	  ",\"reason\":\"Accepted\"" },
	{ "a refusal of MQTT 3.1.1", 4, "20020005",
	  "\"connack\":{" HEADER_0 ",\"session_present\":false,\"return_code\":5(Not authorized)}",
	  ",\"reason\":\"Not authorized\"" },
	{ "a CONNACK of MQTT 5", 5, "2006010003 22 000a",
	  "\"connack\":{" HEADER_0 ",\"session_present\":true,\"return_code\":0(Success),"
	  "\"properties\":{\"topic_alias_maximum\":10}}",
	  ",\"reason\":\"Success\"" },

	{ "a PUBLISH of MQTT 3.1", 3, "3105000174 6869",
	  "\"publish\":{\"qos\":0,\"retain\":true,\"dup\":false,\"topic\":\"t\","
	  "\"message\":\"hi\"}",
	  ",\"payload_format\":\"text\",\"message_length\":2" },
	{ "a PUBLISH of MQTT 3.1.1 sent again", 4, "3c0b0003612f62 1234 48656c6c",
	  "\"publish\":{\"qos\":2,\"retain\":false,\"dup\":true,\"topic\":\"a/b\","
	  "\"message_id\":4660,\"message\":\"Hell\"}",
	  ",\"payload_format\":\"text\",\"message_length\":4" },
	{ "a payload that is no text", 4, "3005000174 ff00",
	  "\"publish\":{" HEADER_0 ",\"topic\":\"t\"}",
	  ",\"message\":<ff00>,\"payload_format\":\"binary\",\"message_length\":2" },
	{ "an empty payload", 4, "3003000174",
	  "\"publish\":{" HEADER_0 ",\"topic\":\"t\",\"message\":\"\"}",
	  ",\"payload_format\":\"empty\",\"message_length\":0" },
	{ "a PUBLISH of MQTT 5 with an alias for a topic", 5, "3008000003 230001 6869",
	  "\"publish\":{" HEADER_0 ",\"topic\":\"\",\"message\":\"hi\","
	  "\"properties\":{\"topic_alias\":1}}",
	  ",\"topic_alias\":1,\"payload_format\":\"text\",\"message_length\":2" },
	{ "a PUBLISH of MQTT 5 without properties", 5, "3208000174 0007 00 6869",
	  "\"publish\":{" HEADER_1 ",\"topic\":\"t\",\"message_id\":7,\"message\":\"hi\"}",
	  ",\"payload_format\":\"text\",\"message_length\":2" },

	{ "a PUBACK of MQTT 3.1", 3, "40020007", "\"puback\":{" HEADER_0 ",\"message_id\":7}", "" },
	{ "a PUBACK of MQTT 3.1.1", 4, "40020007", "\"puback\":{" HEADER_0 ",\"message_id\":7}",
	  "" },
	{ "a PUBACK of MQTT 5 that leaves its code out", 5, "40020007",
	  "\"puback\":{" HEADER_0 ",\"message_id\":7,\"reason_code\":0(Success)}",
	  ",\"reason\":\"Success\"" },
	{ "a PUBACK of MQTT 5 with a code", 5, "4003000710",
	  "\"puback\":{" HEADER_0 ",\"message_id\":7,\"reason_code\":16(No matching subscribers)}",
	  ",\"reason\":\"No matching subscribers\"" },
	{ "a PUBREC of MQTT 3.1", 3, "50020007", "\"pubrec\":{" HEADER_0 ",\"message_id\":7}", "" },
	{ "a PUBREC of MQTT 3.1.1", 4, "50020007", "\"pubrec\":{" HEADER_0 ",\"message_id\":7}",
	  "" },
	{ "a PUBREC of MQTT 5 with properties, for which EVE has no word", 5,
	  "500a0007 87 06 1f0003627573",
	  "\"pubrec\":{" HEADER_0 ",\"message_id\":7,\"reason_code\":135(Not authorized)}",
	  ",\"reason\":\"Not authorized\",\"properties\":{\"reason_string\":\"bus\"}" },
	{ "a PUBREL of MQTT 3.1, sent again", 3, "6a020007",
	  "\"pubrel\":{\"qos\":1,\"retain\":false,\"dup\":true,\"message_id\":7}",
	  ",\"note\":\"flags are set that later versions forbid\"" },
	{ "a PUBREL of MQTT 3.1.1", 4, "62020007", "\"pubrel\":{" HEADER_1 ",\"message_id\":7}",
	  "" },
	{ "a PUBREL of MQTT 5", 5, "6203000792",
	  "\"pubrel\":{" HEADER_1 ",\"message_id\":7,"
	  "\"reason_code\":146(Packet Identifier not found)}",
	  ",\"reason\":\"Packet Identifier not found\"" },
	{ "a PUBCOMP of MQTT 3.1", 3, "70020007", "\"pubcomp\":{" HEADER_0 ",\"message_id\":7}",
	  "" },
	{ "a PUBCOMP of MQTT 3.1.1", 4, "70020007", "\"pubcomp\":{" HEADER_0 ",\"message_id\":7}",
	  "" },
	{ "a PUBCOMP of MQTT 5 without properties", 5, "700400070000",
	  "\"pubcomp\":{" HEADER_0 ",\"message_id\":7,\"reason_code\":0(Success)}",
	  ",\"reason\":\"Success\"" },

	{ "a SUBSCRIBE of MQTT 3.1", 3, "82060007000174 01",
	  "\"subscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[{\"topic\":\"t\",\"qos\":1}]}",
	  "" },
	{ "a SUBSCRIBE of MQTT 3.1.1 to two filters", 4, "820c0007000123 00 0003612f2b 02",
	  "\"subscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[{\"topic\":\"#\",\"qos\":0},"
	  "{\"topic\":\"a/+\",\"qos\":2}]}",
	  "" },
	{ "a SUBSCRIBE of MQTT 5 with options and properties", 5,
	  "820d0007 02 0b05 000123 2d 000174 00",
	  "\"subscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[{\"topic\":\"#\",\"qos\":1},"
	  "{\"topic\":\"t\",\"qos\":0}]}",
	  ",\"subscription_options\":[{\"no_local\":true,\"retain_as_published\":true,"
	  "\"retain_handling\":2},{\"no_local\":false,\"retain_as_published\":false,"
	  "\"retain_handling\":0}],\"properties\":{\"subscription_identifier\":[5]}" },
	{ "a SUBACK of MQTT 3.1", 3, "9003000701",
	  "\"suback\":{" HEADER_0 ",\"message_id\":7,\"qos_granted\":[1(Granted QoS 1)]}",
	  ",\"reasons\":[\"Granted QoS 1\"]" },
	{ "a SUBACK of MQTT 3.1.1", 4, "900400070280",
	  "\"suback\":{" HEADER_0 ",\"message_id\":7,"
	  "\"qos_granted\":[2(Granted QoS 2),128(Failure)]}",
	  ",\"reasons\":[\"Granted QoS 2\",\"Failure\"]" },
	{ "a SUBACK of MQTT 5", 5, "900400070087",
	  "\"suback\":{" HEADER_0 ",\"message_id\":7,\"qos_granted\":[135(Not authorized)]}",
	  ",\"reasons\":[\"Not authorized\"]" },
	{ "an UNSUBSCRIBE of MQTT 3.1", 3, "a2050007000174",
	  "\"unsubscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[\"t\"]}", "" },
	{ "an UNSUBSCRIBE of MQTT 3.1.1", 4, "a2080007000174000123",
	  "\"unsubscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[\"t\",\"#\"]}", "" },
	{ "an UNSUBSCRIBE of MQTT 5", 5, "a206000700000174",
	  "\"unsubscribe\":{" HEADER_1 ",\"message_id\":7,\"topics\":[\"t\"]}", "" },
	{ "an UNSUBACK of MQTT 3.1", 3, "b0020007", "\"unsuback\":{" HEADER_0 ",\"message_id\":7}",
	  "" },
	{ "an UNSUBACK of MQTT 3.1.1", 4, "b0020007",
	  "\"unsuback\":{" HEADER_0 ",\"message_id\":7}", "" },
	{ "an UNSUBACK of MQTT 5", 5, "b0050007000011",
	  "\"unsuback\":{" HEADER_0 ",\"message_id\":7,"
	  "\"reason_codes\":[0(Success),17(No subscription existed)]}",
	  ",\"reasons\":[\"Success\",\"No subscription existed\"]" },

	{ "a PINGREQ of MQTT 3.1", 3, "c000", "\"pingreq\":{" HEADER_0 "}", "" },
	{ "a PINGREQ of MQTT 3.1.1", 4, "c000", "\"pingreq\":{" HEADER_0 "}", "" },
	{ "a PINGREQ of MQTT 5", 5, "c000", "\"pingreq\":{" HEADER_0 "}", "" },
	{ "a PINGRESP of MQTT 3.1", 3, "d000", "\"pingresp\":{" HEADER_0 "}", "" },
	{ "a PINGRESP of MQTT 3.1.1", 4, "d000", "\"pingresp\":{" HEADER_0 "}", "" },
	{ "a PINGRESP of MQTT 5", 5, "d000", "\"pingresp\":{" HEADER_0 "}", "" },
	{ "a DISCONNECT of MQTT 3.1", 3, "e000", "\"disconnect\":{" HEADER_0 "}", "" },
	{ "a DISCONNECT of MQTT 3.1.1", 4, "e000", "\"disconnect\":{" HEADER_0 "}", "" },
	{ "a DISCONNECT of MQTT 5 that leaves its code out", 5, "e000",
	  "\"disconnect\":{" HEADER_0 ",\"reason_code\":0(Normal disconnection)}",
	  ",\"reason\":\"Normal disconnection\"" },
	{ "a DISCONNECT of MQTT 5 with properties", 5, "e0078e051100000009",
	  "\"disconnect\":{" HEADER_0 ",\"reason_code\":142(Session taken over),"
	  "\"properties\":{\"session_expiry_interval\":9}}",
	  ",\"reason\":\"Session taken over\"" },
	{ "an AUTH", 5, "f0061804 15000161",
	  "\"auth\":{" HEADER_0 ",\"reason_code\":24(Continue authentication),"
	  "\"properties\":{\"authentication_method\":\"a\"}}",
	  ",\"reason\":\"Continue authentication\"" },
	{ "an AUTH that leaves everything out", 5, "f000",
	  "\"auth\":{" HEADER_0 ",\"reason_code\":0(Success)}", ",\"reason\":\"Success\"" },
};

static void check_good(struct iotx_try *t, const struct good *g)
{
	static const char *versions[] = { [3] = "3.1", [4] = "3.1.1", [5] = "5.0" };
	char extra[1024];

	snprintf(extra, sizeof(extra), "\"version\":\"%s\"%s", versions[g->version], g->extra);
	iotx_try_init(t, g->hex, g->version);
	iotx_try_run(t);
	if (t->in.len != t->n || t->verdict || t->msg.version != g->version ||
	    strcmp(t->fields, g->fields) || strcmp(t->extra, extra))
		fail_msg("%s: %d %s (%u of %u)\n%s\n%s\n%s\n%s", g->sentence, t->verdict,
			 t->diag.text, t->in.len, t->n, t->fields, g->fields, t->extra, extra);
}

static void every_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++)
		check_good(&scratch, &goods[i]);
}

/* The table above leaves none out. */
static void none_missing(void **state)
{
	u8 bytes[IOTX_TRY_MAX];
	u32 seen[6] = {};

	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++) {
		iotx_try_hex(goods[i].hex, bytes);
		seen[goods[i].version] |= 1u << iotx_mqtt_type(bytes[0]);
	}
	assert_int_equal(seen[3], 0x7ffe);
	assert_int_equal(seen[4], 0x7ffe);
	assert_int_equal(seen[5], 0xfffe);
}

/* --- measure ------------------------------------------------------------------------------- */

static void measure(void **state)
{
	u32 len = 0;

	(void)state;
	assert_int_equal(iotx_mqtt_measure((const u8 *)"", 0, &len), IOTX_E_SHORT);
	assert_int_equal(iotx_mqtt_measure((const u8 *)"\x30", 1, &len), IOTX_E_SHORT);
	assert_int_equal(iotx_mqtt_measure((const u8 *)"\x0f", 1, &len), IOTX_E_BAD);
	assert_int_equal(len, 1);
	assert_int_equal(iotx_mqtt_measure((const u8 *)"\x30\xff\xff\xff\xff\x01", 6, &len),
			 IOTX_E_BAD);
	assert_int_equal(len, 5);
	assert_int_equal(iotx_mqtt_measure((const u8 *)"\x30\xff\xff\xff\x7f", 5, &len), IOTX_OK);
	assert_int_equal(len, 5 + 268435455u);
}

/* --- cut by a limit or a snap length --------------------------------------------------------- */

static void decode_cut(struct iotx_try *t, u32 cap_len)
{
	assert_int_equal(iotx_mqtt_measure(t->bytes, t->n, &t->in.len), IOTX_OK);
	t->in.data = t->bytes;
	t->in.cap_len = cap_len;
	t->verdict = iotx_mqtt_decode(&t->in, &t->msg, &t->diag);
	snprintf(t->fields, sizeof(t->fields), "%s",
		 iotx_record_show(&t->record, iotx_mqtt_event.fields, &t->msg));
	snprintf(t->extra, sizeof(t->extra), "%s",
		 iotx_record_show(&t->record, iotx_mqtt_event.extra, &t->msg));
}

static void cut_publish(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "30ffffff7f 000474657374 c3bcc3", 4); /* 256 MiB less 1 byte */
	decode_cut(t, t->n);
	assert_int_equal(t->verdict, IOTX_OK);
	assert_int_equal(t->msg.publish.skipped_length, 268435455 - 9);
	assert_string_equal(t->fields, "\"publish\":{" HEADER_0 ",\"topic\":\"test\","
				       "\"message\":\"\xc3\xbc\",\"skipped_length\":268435446,\"truncated\":true}");
	assert_non_null(strstr(t->extra, "\"message_length\":268435449"));
	decode_cut(t, 11); /* nothing of the payload */
	assert_int_equal(t->verdict, IOTX_OK);
	assert_null(strstr(t->fields, "message"));
	decode_cut(t, 10); /* within the topic */
	assert_int_equal(t->verdict, IOTX_E_SHORT);
	assert_string_equal(t->fields, "\"publish\":{" HEADER_0 "}");
}

/* A cut subscription list shows the filters that are whole. */
static void cut_list(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "820a0007000174 00 000175 01", 4);
	decode_cut(t, 11);
	assert_int_equal(t->verdict, IOTX_E_SHORT);
	assert_non_null(strstr(t->fields, "\"topics\":[{\"topic\":\"t\",\"qos\":0}]"));
}

/* --- a version that nobody has seen ---------------------------------------------------------- */

struct guess {
	const char *sentence;
	const char *hex;
	u8 version;
	bool telling;
};

static const struct guess guesses[] = {
	{ "a PUBLISH with text", "30070001746869207a", 4, true },
	{ "a PUBLISH with text behind a zero byte", "3006000174006869", 5, false },
	{ "a PUBLISH with properties", "3008000174032300016f", 5, false },
	{ "a PUBLISH with properties before octets", "300900017403230001ff00", 5, false },
	{ "a PUBLISH with octets that are no properties", "3007000174032f00016f", 4, true },
	{ "a PUBLISH with one zero byte", "300400017400", 4, false },
	{ "a PUBLISH with octets behind a zero byte", "300600017400ff01", 4, false },
	{ "a PUBLISH without a topic", "30050000022300", 4, false },
	{ "a PUBLISH with an alias for a topic", "3006000003230001", 5, true },
	{ "a CONNACK of two bytes", "20020000", 4, true },
	{ "a CONNACK of three", "2003000000", 5, true },
	{ "a PUBACK of two bytes", "40020007", 4, false },
	{ "a PUBACK of three", "4003000710", 5, true },
	{ "a SUBSCRIBE of MQTT 3.1.1", "8206000700017401", 4, true },
	{ "a SUBSCRIBE of MQTT 5", "820700070000017401", 5, true },
	{ "a SUBACK with a code of MQTT 5", "900400070087", 5, true },
	{ "an UNSUBACK of MQTT 3.1.1", "b0020007", 4, true },
	{ "an UNSUBACK of MQTT 5", "b00400070000", 5, true },
	{ "a PINGREQ", "c000", 4, false },
	{ "an AUTH", "f000", 5, true },
};

static void guessing(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	for (size_t i = 0; i < sizeof(guesses) / sizeof(*guesses); i++) {
		const struct guess *g = &guesses[i];

		iotx_try_init(t, g->hex, 0);
		decode_cut(t, t->n);
		if (t->msg.version != g->version || !t->msg.version_guessed ||
		    t->msg.version_telling != g->telling ||
		    !strstr(t->extra, "\"version_guessed\":true"))
			fail_msg("%s: %u %d %s", g->sentence, t->msg.version, t->verdict, t->extra);
	}
}

/* --- what the session adds, and what people see ---------------------------------------------- */

static void resolved_topic(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "3008000003 230102 6869", 5);
	iotx_try_run(t);
	assert_int_equal(iotx_mqtt_topic_alias(&t->msg), 0x0102);
	t->msg.resolved_topic = iotx_slice_str("a/b");
	assert_non_null(strstr(iotx_record_show(&t->record, iotx_mqtt_event.fields, &t->msg),
			       "\"topic\":\"a/b\""));
}

static void passwords(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "101100044d51545405400000000001630001ff", 5);
	t->record.visitor.show_secrets = true;
	iotx_try_run(t);
	assert_null(strstr(t->fields, "\"password\":\""));
	assert_non_null(strstr(t->extra, "\"password\":<ff>"));
	t->bytes[t->n - 1] = 'x';
	iotx_try_run(t);
	assert_non_null(strstr(t->fields, "\"password\":\"x\""));
}

static void one_line(void **state)
{
	struct iotx_try *t = &scratch;
	char buf[IOTX_TITLE_MAX];

	(void)state;
	iotx_try_init(t, "3005000174 6869", 4);
	t->record.brief = true;
	iotx_try_run(t);
	assert_string_equal(iotx_mqtt_event.title(&t->msg, buf), "PUBLISH");
	assert_string_equal(t->fields, "\"publish\":{\"topic\":\"t\",\"message\":\"hi\"}");
	assert_string_equal(t->extra, "");
	iotx_try_init(t, "3b07000174 0001 6869", 4);
	t->record.brief = true;
	iotx_try_run(t);
	assert_string_equal(t->fields, "\"publish\":{\"qos\":1,\"retain\":true,\"dup\":true,"
				       "\"topic\":\"t\",\"message_id\":1,\"message\":\"hi\"}");
	iotx_try_init(t, "100d00044d5154540402003c000163", 4);
	t->record.brief = true;
	iotx_try_run(t);
	assert_string_equal(t->fields, "\"connect\":{\"protocol_version\":4(3.1.1),"
				       "\"flags\":{\"clean_session\":true},\"client_id\":\"c\"}");
	assert_string_equal(t->extra, "\"keep_alive\":60");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),  cmocka_unit_test(none_missing),
		cmocka_unit_test(measure),     cmocka_unit_test(cut_publish),
		cmocka_unit_test(cut_list),    cmocka_unit_test(guessing),
		cmocka_unit_test(passwords),   cmocka_unit_test(resolved_topic),
		cmocka_unit_test(one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
