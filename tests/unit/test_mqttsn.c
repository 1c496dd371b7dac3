// SPDX-License-Identifier: GPL-2.0-only
/* MQTT-SN messages: what is well formed, what is not, by which rule, and how it is shown. */
#include "guard_hex.h"
#include "record.h"
#include <wire/mqttsn.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define S(number) "MQTT-SN 1.2 " number

struct row {
	const char *sentence;
	const char *hex;
	const char *shown; /* the object, of those that are well formed */
};

static const struct row good[] = {
	{ "ADVERTISE", "05 00 01 0384", "\"advertise\":{\"gw_id\":1,\"duration\":900}" },
	{ "SEARCHGW", "03 01 02", "\"searchgw\":{\"radius\":2}" },
	{ "GWINFO of a gateway", "03 02 07", "\"gwinfo\":{\"gw_id\":7}" },
	{ "GWINFO of a client", "07 02 07 0a090001", "\"gwinfo\":{\"gw_id\":7,\"gw_address\":<0a090001>}" },
	{ "CONNECT", "07 04 0c 01 003c 61", "\"connect\":{\"will\":true,\"clean_session\":true,"
	  "\"protocol_id\":1,\"duration\":60,\"client_id\":\"a\"}" },
	{ "CONNECT with the longest name", "1d 04 00 01 0000 62*23", NULL },
	{ "CONNACK", "03 05 00", "\"connack\":{\"return_code\":0(accepted)}" },
	{ "CONNACK that refuses", "03 05 01", "\"connack\":{\"return_code\":1(rejected: congestion)}" },
	{ "WILLTOPICREQ", "02 06", "\"willtopicreq\":{}" },
	{ "WILLTOPIC", "06 07 30 772f78", "\"willtopic\":{\"qos\":1,\"retain\":true,\"topic\":\"w/x\"}" },
	{ "WILLTOPIC that deletes the will", "02 07", "\"willtopic\":{}" },
	{ "WILLMSGREQ", "02 08", "\"willmsgreq\":{}" },
	{ "WILLMSG", "05 09 627965", "\"willmsg\":{\"message\":\"bye\"}" },
	{ "REGISTER of a client", "09 0a 0000 0001 612f62", "\"register\":{\"topic_id\":0,"
	  "\"message_id\":1,\"topic\":\"a/b\"}" },
	{ "REGACK", "07 0b 0005 0001 00", "\"regack\":{\"topic_id\":5,\"message_id\":1,"
	  "\"return_code\":0(accepted)}" },
	{ "REGACK that refuses has no id to tell", "07 0b 0000 0001 03", "\"regack\":{\"topic_id\":0,"
	  "\"message_id\":1,\"return_code\":3(rejected: not supported)}" },
	{ "PUBLISH", "09 0c 00 0005 0000 3231", "\"publish\":{\"dup\":false,\"qos\":0,\"retain\":false,"
	  "\"topic_id_type\":\"normal\",\"topic_id\":5,\"message_id\":0,\"message\":\"21\"}" },
	{ "PUBLISH with everything set", "08 0c d1 0005 0007 78", "\"publish\":{\"dup\":true,\"qos\":2,"
	  "\"retain\":true,\"topic_id_type\":\"predefined\",\"topic_id\":5,\"message_id\":7,"
	  "\"message\":\"x\"}" },
	{ "PUBLISH with QoS -1 to a short name", "08 0c 62 7474 0000 78", "\"publish\":{\"dup\":false,"
	  "\"qos\":3(-1),\"retain\":false,\"topic_id_type\":\"short\",\"topic\":\"tt\","
	  "\"message_id\":0,\"message\":\"x\"}" },
	{ "PUBLISH without data", "07 0c 00 0005 0000", NULL },
	{ "PUBLISH with octets", "08 0c 00 0005 0000 ff", "\"publish\":{\"dup\":false,\"qos\":0,"
	  "\"retain\":false,\"topic_id_type\":\"normal\",\"topic_id\":5,\"message_id\":0}" },
	{ "PUBLISH with the long length", "01 000a 0c 00 0005 0000 78", NULL },
	{ "PUBLISH of 300 bytes", "01 012c 0c 00 0005 0000 78*291", NULL },
	{ "PUBLISH of 255 bytes with the short length", "ff 0c 00 0005 0000 78*248", NULL },
	{ "PUBACK", "07 0d 0005 0001 02", "\"puback\":{\"topic_id\":5,\"message_id\":1,"
	  "\"return_code\":2(rejected: invalid topic ID)}" },
	{ "PUBREC", "04 0f 0102", "\"pubrec\":{\"message_id\":258}" },
	{ "PUBREL", "04 10 0102", "\"pubrel\":{\"message_id\":258}" },
	{ "PUBCOMP", "04 0e 0102", "\"pubcomp\":{\"message_id\":258}" },
	{ "SUBSCRIBE to a name", "07 12 20 0003 612f", "\"subscribe\":{\"dup\":false,\"qos\":1,"
	  "\"topic_id_type\":\"normal\",\"message_id\":3,\"topic\":\"a/\"}" },
	{ "SUBSCRIBE to an id", "07 12 01 0003 0009", "\"subscribe\":{\"dup\":false,\"qos\":0,"
	  "\"topic_id_type\":\"predefined\",\"message_id\":3,\"topic_id\":9}" },
	{ "SUBSCRIBE to a short name", "07 12 02 0003 6162", "\"subscribe\":{\"dup\":false,\"qos\":0,"
	  "\"topic_id_type\":\"short\",\"message_id\":3,\"topic\":\"ab\"}" },
	{ "SUBACK", "08 13 40 0005 0003 00", "\"suback\":{\"qos\":2,\"topic_id\":5,\"message_id\":3,"
	  "\"return_code\":0(accepted)}" },
	{ "SUBACK of a filter with wildcards", "08 13 00 0000 0003 00", NULL },
	{ "UNSUBSCRIBE", "07 14 00 0003 612f", "\"unsubscribe\":{\"topic_id_type\":\"normal\","
	  "\"message_id\":3,\"topic\":\"a/\"}" },
	{ "UNSUBACK", "04 15 0003", "\"unsuback\":{\"message_id\":3}" },
	{ "PINGREQ", "02 16", "\"pingreq\":{}" },
	{ "PINGREQ of a client that wakes", "03 16 61", "\"pingreq\":{\"client_id\":\"a\"}" },
	{ "PINGRESP", "02 17", "\"pingresp\":{}" },
	{ "DISCONNECT", "02 18", "\"disconnect\":{}" },
	{ "DISCONNECT to sleep", "04 18 0258", "\"disconnect\":{\"duration\":600}" },
	{ "WILLTOPICUPD", "04 1a 10 77", "\"willtopicupd\":{\"qos\":0,\"retain\":true,\"topic\":\"w\"}" },
	{ "WILLTOPICRESP", "03 1b 00", "\"willtopicresp\":{\"return_code\":0(accepted)}" },
	{ "WILLMSGUPD", "03 1c 6d", "\"willmsgupd\":{\"message\":\"m\"}" },
	{ "WILLMSGRESP", "03 1d 00", "\"willmsgresp\":{\"return_code\":0(accepted)}" },
	{ "a forwarded PINGREQ", "05 fe 01 beef 02 16", "\"pingreq\":{}" },
	{ "forwarded without a node", "03 fe 00 02 17", "\"pingresp\":{}" },
	{ "forwarded with the long length", "04 fe 00 aa 01 0009 0c 00 0005 0000", NULL },
};

static const struct {
	const char *sentence, *hex;
	enum iotx_err err;
	const char *rule;
	u32 off;
} wrong[] = {
	{ "nothing", "", IOTX_E_BAD, S("5.2"), 0 },
	{ "one byte", "02", IOTX_E_BAD, S("5.2"), 0 },
	{ "the long length, cut", "01 0004", IOTX_E_BAD, S("5.2"), 0 },
	{ "a length of 0", "00 16", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "a long length of 0", "01 0000 16", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "a long length of 3", "01 0003 16", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "shorter than its datagram", "02 16 00", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "two messages in a datagram", "02 16 02 16", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "longer than its datagram", "04 16", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "the length is said before what is in the message", "09 03", IOTX_E_BAD, S("5.2.1"), 0 },
	{ "type 0x03", "02 03", IOTX_E_BAD, S("5.2.2"), 1 },
	{ "type 0x11", "02 11", IOTX_E_BAD, S("5.2.2"), 1 },
	{ "type 0x19", "02 19", IOTX_E_BAD, S("5.2.2"), 1 },
	{ "type 0x1e", "02 1e", IOTX_E_BAD, S("5.2.2"), 1 },
	{ "type 0xff, long", "01 0004 ff", IOTX_E_BAD, S("5.2.2"), 3 },
	{ "ADVERTISE without its duration", "03 00 01", IOTX_E_BAD, S("5.4.1"), 3 },
	{ "ADVERTISE with more", "06 00 01 0001 00", IOTX_E_BAD, S("5.4.1"), 5 },
	{ "CONNECT cut in the duration", "05 04 04 01 00", IOTX_E_BAD, S("5.4.4"), 4 },
	{ "PUBLISH cut in the message id", "06 0c 00 0005 00", IOTX_E_BAD, S("5.4.12"), 5 },
	{ "PINGRESP with more", "03 17 00", IOTX_E_BAD, S("5.4.20"), 2 },
	{ "half a duration", "03 18 00", IOTX_E_BAD, S("5.4.21"), 2 },
	{ "a short name of one octet", "06 12 02 0003 61", IOTX_E_BAD, S("5.4.15"), 5 },
	{ "a short name of three", "08 12 02 0003 616263", IOTX_E_BAD, S("5.4.15"), 7 },
	{ "forwards nothing", "04 fe 00 aa", IOTX_E_BAD, S("5.5"), 0 },
	{ "no room for the radius", "02 fe 02 16", IOTX_E_BAD, S("5.5"), 0 },
	{ "the node goes on behind the datagram", "09 fe 00 aa 02 16", IOTX_E_BAD, S("5.5"), 0 },
	{ "an encapsulation with the long length", "01 0006 fe 00 aa 02 16", IOTX_E_BAD, S("5.5"), 0 },
	{ "an encapsulation in another", "03 fe 00 03 fe 00 02 16", IOTX_E_BAD, S("5.5"), 3 },
	{ "a forwarded message is shorter than its datagram", "03 fe 00 02 16 00", IOTX_E_BAD,
	  S("5.2.1"), 3 },
	{ "a forwarded message is cut", "03 fe 00 02", IOTX_E_BAD, S("5.2"), 3 },

	{ "an empty ClientId", "06 04 04 01 003c", IOTX_E_RULE, S("5.3.1"), 6 },
	{ "a ClientId of 24 characters", "1e 04 04 01 003c 61*24", IOTX_E_RULE, S("5.3.1"), 6 },
	{ "another one in PINGREQ", "1a 16 61*24", IOTX_E_RULE, S("5.3.1"), 2 },
	{ "QoS -1 in SUBSCRIBE", "06 12 60 0003 61", IOTX_E_RULE, S("5.3.4"), 2 },
	{ "QoS -1 in SUBACK", "08 13 60 0005 0003 00", IOTX_E_RULE, S("5.3.4"), 2 },
	{ "QoS -1 in WILLTOPIC", "04 07 60 77", IOTX_E_RULE, S("5.3.4"), 2 },
	{ "topic id type 3 in PUBLISH", "08 0c 03 0005 0000 78", IOTX_E_RULE, S("5.3.4"), 2 },
	{ "topic id type 3 in SUBSCRIBE", "07 12 03 0003 6162", IOTX_E_RULE, S("5.3.4"), 2 },
	{ "ProtocolId 2", "07 04 04 02 003c 61", IOTX_E_RULE, S("5.3.8"), 3 },
	{ "return code 4", "03 05 04", IOTX_E_RULE, S("5.3.10"), 2 },
	{ "return code 255 in REGACK", "07 0b 0005 0001 ff", IOTX_E_RULE, S("5.3.10"), 6 },
	{ "PUBLISH to topic id 0", "08 0c 00 0000 0000 78", IOTX_E_RULE, S("5.3.11"), 2 },
	{ "PUBLISH to topic id 65535", "08 0c 01 ffff 0000 78", IOTX_E_RULE, S("5.3.11"), 2 },
	{ "REGISTER for 65535", "07 0a ffff 0001 61", IOTX_E_RULE, S("5.3.11"), 2 },
	{ "REGACK that accepts 0", "07 0b 0000 0001 00", IOTX_E_RULE, S("5.3.11"), 2 },
	{ "a topic name in Latin-1", "07 0a 0000 0001 e9", IOTX_E_RULE, S("5.3.12"), 6 },
	{ "QoS 0 with a message id", "08 0c 00 0005 0001 78", IOTX_E_RULE, S("5.4.12"), 5 },
	{ "QoS -1 with a message id", "08 0c 61 0005 0001 78", IOTX_E_RULE, S("5.4.12"), 5 },
	{ "QoS -1 with a registered id", "08 0c 60 0005 0000 78", IOTX_E_RULE, S("6.8"), 2 },
	{ "a rule broken behind a forwarder", "04 fe 00 aa 03 05 04", IOTX_E_RULE, S("5.3.10"), 6 },
};

static struct iotx_record record;

static const char *show(const struct iotx_mqttsn_msg *msg)
{
	iotx_record_init(&record);
	iotx_record_show(&record, iotx_mqttsn_event.fields, msg);
	assert_false(record.broken);
	return record.text;
}

/* A copy of the title, for a message that must not be touched behind its end. */
static void on_good(const u8 *data, u32 n, void *arg)
{
	const struct row *row = arg;
	struct iotx_mqttsn_msg msg;
	struct iotx_diag diag;
	char buf[IOTX_TITLE_MAX];
	enum iotx_err err = iotx_mqttsn_decode(data, n, n, &msg, &diag);

	if (err || diag.rule)
		fail_msg("%s: %d %s", row->sentence, err, diag.rule ? diag.rule : "");
	if (row->shown && strcmp(show(&msg), row->shown))
		fail_msg("%s: %s", row->sentence, record.text);
	if (strncmp(row->sentence, "forwarded", 9) && strncmp(row->sentence, "a forwarded", 11))
		assert_int_equal(strncmp(row->sentence, iotx_mqttsn_event.title(&msg, buf),
					 strlen(iotx_mqttsn_event.title(&msg, buf))), 0);
}

static void what_is_well_formed(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(good) / sizeof(*good); i++) {
		iotx_hex_whole(good[i].hex, on_good, (void *)&good[i]);
	}
}

static void what_is_not(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		u32 n = iotx_hex_read(wrong[i].hex);
		struct iotx_mqttsn_msg msg;
		struct iotx_diag diag;
		enum iotx_err err = iotx_mqttsn_decode(iotx_hex_bytes, n, n, &msg, &diag);

		if (err != wrong[i].err || !diag.rule || strcmp(diag.rule, wrong[i].rule) ||
		    diag.off != wrong[i].off || !diag.text)
			fail_msg("%s: %d, %s at %u", wrong[i].sentence, err,
				 diag.rule ? diag.rule : "no rule", diag.off);
		show(&msg);
	}
}

struct cut {
	const char *sentence;
	u32 len;
};

/* The datagram was longer than what was captured of it: too little, or good, never bad. */
static void on_cut(const u8 *data, u32 n, void *arg)
{
	const struct cut *cut = arg;
	struct iotx_mqttsn_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_mqttsn_decode(data, n, cut->len, &msg, &diag);

	if (err != (n == cut->len ? IOTX_OK : IOTX_E_SHORT) && err != IOTX_OK)
		fail_msg("%s, %u bytes: %d", cut->sentence, n, err);
	if (!err && n < cut->len)
		assert_int_equal(msg.skipped_length, cut->len - n);
	show(&msg);
}

/* The datagram itself was no longer: never good, but for what may be missing. */
static void on_prefix(const u8 *data, u32 n, void *arg)
{
	const struct cut *cut = arg;
	struct iotx_mqttsn_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_mqttsn_decode(data, n, n, &msg, &diag);

	if (err != (n == cut->len ? IOTX_OK : IOTX_E_BAD))
		fail_msg("%s, %u bytes: %d", cut->sentence, n, err);
	show(&msg);
}

static void every_prefix(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct cut cut = { good[i].sentence, iotx_hex_read(good[i].hex) };

		iotx_hex_each_prefix(good[i].hex, on_cut, &cut);
		iotx_hex_each_prefix(good[i].hex, on_prefix, &cut);
	}
}

static void on_any(const u8 *data, u32 n, void *arg)
{
	struct iotx_mqttsn_msg msg;
	struct iotx_diag diag;

	(void)arg;
	iotx_mqttsn_decode(data, n, n, &msg, &diag);
	show(&msg);
	iotx_mqttsn_decode(data, n, n + 300, &msg, &diag);
	show(&msg);
}

/* One byte of each made any other, at a guard page. */
static void every_byte_wrong(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(good) / sizeof(*good); i++) {
		u32 n = iotx_hex_read(good[i].hex);

		for (u32 at = 0; at < n && at < 8; at++) {
			u8 right = iotx_hex_bytes[at];

			for (u32 value = 0; value < 256; value++) {
				iotx_hex_bytes[at] = (u8)value;
				iotx_guard_whole(iotx_hex_bytes, n, on_any, NULL);
			}
			iotx_hex_bytes[at] = right;
		}
	}
}

/* A thousand encapsulations are one that holds another. */
static void hostile_nesting(void **state)
{
	static u8 nest[3002];
	struct iotx_mqttsn_msg msg;
	struct iotx_diag diag;

	(void)state;
	for (u32 i = 0; i < 1000; i++)
		memcpy(nest + 3 * i, "\3\xfe", 3);
	memcpy(nest + 3000, "\2\x16", 2);
	assert_int_equal(iotx_mqttsn_decode(nest, sizeof(nest), sizeof(nest), &msg, &diag), IOTX_E_BAD);
	assert_string_equal(diag.rule, S("5.5"));
}

static void what_eve_has_no_word_for(void **state)
{
	static const struct {
		const char *hex, *shown;
	} rows[] = {
		{ "05 fe 01 beef 02 16", "\"wireless_node_id\":\"beef\",\"forwarder_radius\":1" },
		{ "09 0c 00 0005 0000 00ff", "\"message\":<00ff>,\"payload_format\":\"binary\",\"message_length\":2" },
		{ "03 05 03", "\"reason\":\"rejected: not supported\"" },
		{ "02 16", "" },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		u32 n = iotx_hex_read(rows[i].hex);
		struct iotx_mqttsn_msg msg;
		struct iotx_diag diag;

		iotx_mqttsn_decode(iotx_hex_bytes, n, n, &msg, &diag);
		iotx_record_init(&record);
		assert_string_equal(iotx_record_show(&record, iotx_mqttsn_event.extra, &msg),
				    rows[i].shown);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_well_formed),
		cmocka_unit_test(what_is_not),
		cmocka_unit_test(every_prefix),
		cmocka_unit_test(every_byte_wrong),
		cmocka_unit_test(hostile_nesting),
		cmocka_unit_test(what_eve_has_no_word_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
