// SPDX-License-Identifier: GPL-2.0-only
/* The MQTT fixed header and what its first bytes say. */
#include "native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define VECTORS "vectors/mqtt_varint.tsv"

/* Pushes a fixed header with this Remaining Length; *used is how many bytes it took. */
static enum iotx_err push_length(const u8 *digits, u32 n, u32 *value, u32 *used)
{
	struct iotx_mqtt_hdr h = {};
	enum iotx_err err = iotx_mqtt_hdr_push(&h, 0x30);

	assert_int_equal(err, IOTX_E_SHORT);
	for (*used = 0; *used < n && err == IOTX_E_SHORT; (*used)++)
		err = iotx_mqtt_hdr_push(&h, digits[*used]);
	*value = h.length;
	assert_int_equal(h.first, 0x30);
	assert_int_equal(h.read, 1 + *used);
	return err;
}

struct length_row {
	const char *what;
	u8 digits[6];
	u32 n;
	enum iotx_err want;
	u32 value, used;
};

static const struct length_row lengths[] = {
	{ "nothing", {}, 0, IOTX_E_SHORT, 0, 0 },
	{ "zero", { 0x00 }, 1, IOTX_OK, 0, 1 },
	{ "the greatest of one byte", { 0x7f }, 1, IOTX_OK, 127, 1 },
	{ "the least of two", { 0x80, 0x01 }, 2, IOTX_OK, 128, 2 },
	{ "the greatest of two", { 0xff, 0x7f }, 2, IOTX_OK, 16383, 2 },
	{ "the least of three", { 0x80, 0x80, 0x01 }, 3, IOTX_OK, 16384, 3 },
	{ "the greatest of three", { 0xff, 0xff, 0x7f }, 3, IOTX_OK, 2097151, 3 },
	{ "the least of four", { 0x80, 0x80, 0x80, 0x01 }, 4, IOTX_OK, 2097152, 4 },
	{ "the greatest", { 0xff, 0xff, 0xff, 0x7f }, 4, IOTX_OK, 268435455, 4 },
	{ "three that go on", { 0xff, 0xff, 0xff }, 3, IOTX_E_SHORT, 2097151, 3 },
	{ "four that go on", { 0x80, 0x80, 0x80, 0x80 }, 4, IOTX_E_BAD, 0, 4 },
	{ "a fifth is not looked at", { 0xff, 0xff, 0xff, 0xff, 0x7f }, 5, IOTX_E_BAD, 268435455,
	  4 },
	{ "more bytes than needed", { 0x81, 0x00 }, 2, IOTX_OK, 1, 2 },
	{ "what follows is not touched", { 0x05, 0x80 }, 2, IOTX_OK, 5, 1 },
};

static void remaining_length(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		const struct length_row *row = &lengths[i];
		u32 value, used;

		if (push_length(row->digits, row->n, &value, &used) != row->want ||
		    value != row->value || used != row->used)
			fail_msg("%s", row->what);
	}
}

static u32 unhex(const char *text, u8 *bytes, u32 room)
{
	u32 n = 0, byte;

	while (n < room && sscanf(text + 2 * n, "%2x", &byte) == 1)
		bytes[n++] = (u8)byte;
	return n;
}

/*
 * A row of the shared table: hex, verdict, value, bytes, note. The kernel takes a
 * length in more bytes than needed: it frames the same, and the decoder complains.
 */
static void check_vector(char *line)
{
	char *hex = strsep(&line, "\t"), *verdict = strsep(&line, "\t");
	char *want_value = strsep(&line, "\t"), *want_used = strsep(&line, "\t");
	u8 digits[8];
	u32 n = unhex(hex, digits, sizeof(digits)), value, used;
	enum iotx_err err = push_length(digits, n, &value, &used);

	if (!strcmp(verdict, "incomplete")) {
		assert_int_equal(err, IOTX_E_SHORT);
	} else if (!strcmp(verdict, "malformed")) {
		assert_int_equal(err, IOTX_E_BAD);
	} else {
		assert_int_equal(err, IOTX_OK);
		assert_int_equal(value, strtoul(want_value, NULL, 10));
		assert_int_equal(used, strtoul(want_used, NULL, 10));
	}
}

static void remaining_length_shared_vectors(void **state)
{
	const char *shared = getenv("IOTXDP_SHARED");
	char path[4096], line[512];
	u32 rows = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/" VECTORS, shared ? shared : "../shared");
	f = fopen(path, "r");
	if (!f) {
		print_message("# 0 rows run, %s is not there\n", VECTORS);
		skip();
	}
	while (fgets(line, sizeof(line), f)) {
		if (*line == '#')
			continue;
		check_vector(line);
		rows++;
	}
	fclose(f);
	print_message("# %u rows run, 0 skipped\n", rows);
	assert_true(rows > 0);
}

/* MQTT 5.0 table 2-2, spelled out: the flags that each type may have, one bit each. */
static const u16 flags_allowed[16] = {
	[0] = 1 << 0,  [1] = 1 << 0,  [2] = 1 << 0,  [3] = 0x3f3f, [4] = 1 << 0,  [5] = 1 << 0,
	[6] = 1 << 2,  [7] = 1 << 0,  [8] = 1 << 2,  [9] = 1 << 0, [10] = 1 << 2, [11] = 1 << 0,
	[12] = 1 << 0, [13] = 1 << 0, [14] = 1 << 0, [15] = 1 << 0,
};

static void flags(void **state)
{
	(void)state;
	for (u32 first = 0; first < 256; first++) {
		assert_int_equal(iotx_mqtt_type((u8)first), first >> 4);
		assert_int_equal(iotx_mqtt_flags_ok((u8)first),
				 flags_allowed[first >> 4] >> (first & 15) & 1);
	}
}

struct body_row {
	const char *what;
	u8 first;
	const char *body;
	u32 len;
	bool want;
};

#define BODY(text) text, sizeof(text) - 1

static const struct body_row bodies[] = {
	{ "type 0", 0x00, BODY(""), false },
	{ "CONNECT, MQTT", 0x10, BODY("\0\4MQTT\4\2\0\0\0\0"), true },
	{ "CONNECT, MQIsdp", 0x10, BODY("\0\6MQIsdp\3\2\0\0\0\0"), true },
	{ "CONNECT, lower case", 0x10, BODY("\0\4mqtt\4\2\0\0\0\0"), false },
	{ "CONNECT, name length 5", 0x10, BODY("\0\5MQTT\4\2\0\0\0\0"), false },
	{ "CONNECT of 11 bytes", 0x10, BODY("\0\4MQTT\4\2\0\0\0"), false },
	{ "CONNECT with flags", 0x11, BODY("\0\4MQTT\4\2\0\0\0\0"), false },
	{ "CONNACK", 0x20, BODY("\0\0"), true },
	{ "CONNACK, session present", 0x20, BODY("\1\0"), true },
	{ "CONNACK, a reserved flag", 0x20, BODY("\2\0"), false },
	{ "CONNACK of one byte", 0x20, BODY("\0"), false },
	{ "PUBLISH, QoS 0, no payload", 0x30, BODY("\0\1t"), true },
	{ "PUBLISH, an empty topic (an alias)", 0x30, BODY("\0\0"), true },
	{ "PUBLISH, topic to the end", 0x30, BODY("\0\3top"), true },
	{ "PUBLISH, topic beyond the end", 0x30, BODY("\0\4top"), false },
	{ "PUBLISH, QoS 1, room for the identifier", 0x32, BODY("\0\1t\0\1"), true },
	{ "PUBLISH, QoS 1, no room for it", 0x32, BODY("\0\1t\0"), false },
	{ "PUBLISH, QoS 2, no room for it", 0x34, BODY("\0\1t\0"), false },
	{ "PUBLISH, QoS 3", 0x36, BODY("\0\1t\0\1"), false },
	{ "PUBLISH of one byte", 0x30, BODY("\0"), false },
	{ "LDAP: an unbind request's neighbour", 0x30, BODY("\2\1\1\x60\7\2\1\3\4\0\x80\0"), false },
	{ "PUBACK", 0x40, BODY("\0\1"), true },
	{ "PUBACK, Packet Identifier 0", 0x40, BODY("\0\0"), false },
	{ "PUBACK of one byte", 0x40, BODY("\1"), false },
	{ "PUBACK, no matching subscribers", 0x40, BODY("\0\1\x10\0"), true },
	{ "PUBACK, payload format invalid", 0x40, BODY("\0\1\x99"), true },
	{ "PUBACK, a reason that none has", 0x40, BODY("\0\1\x8c"), false },
	{ "PUBREC", 0x50, BODY("\0\1"), true },
	{ "PUBREC that is a POST", 0x50, BODY("ST / HTTP/1.1\r\n"), false },
	{ "PUBREL", 0x62, BODY("\0\1"), true },
	{ "PUBREL without its flags", 0x60, BODY("\0\1"), false },
	{ "PUBCOMP", 0x70, BODY("\0\1"), true },
	{ "SUBSCRIBE", 0x82, BODY("\0\1\0\1t\0"), true },
	{ "SUBSCRIBE of 5 bytes", 0x82, BODY("\0\1\0\0\0"), false },
	{ "SUBACK", 0x90, BODY("\0\1\0"), true },
	{ "SUBACK of 2 bytes", 0x90, BODY("\0\1"), false },
	{ "UNSUBSCRIBE", 0xa2, BODY("\0\1\0\1t"), true },
	{ "UNSUBSCRIBE of 4 bytes", 0xa2, BODY("\0\1\0\0"), false },
	{ "UNSUBACK", 0xb0, BODY("\0\1"), true },
	{ "PINGREQ", 0xc0, BODY(""), true },
	{ "PINGREQ with a body", 0xc0, BODY("x"), false },
	{ "PINGRESP", 0xd0, BODY(""), true },
	{ "PINGRESP with a body", 0xd0, BODY("x"), false },
	{ "DISCONNECT", 0xe0, BODY(""), true },
	{ "DISCONNECT with a reason", 0xe0, BODY("\x04"), true },
	{ "AUTH", 0xf0, BODY(""), true },
	{ "AUTH with flags", 0xf1, BODY(""), false },
};

static void plausible_messages(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		const struct body_row *row = &bodies[i];
		struct iotx_mqtt_hdr h = { row->len, row->first, 2 };
		struct iotx_cur c = iotx_guard_cur(row->body, row->len);

		if (iotx_mqtt_plausible(&c, 0, &h) != row->want)
			fail_msg("%s", row->what);
	}
}

/* What the segment does not hold of a body can't make it less plausible than its start. */
static void plausible_needs_the_start_of_the_body(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		const struct body_row *row = &bodies[i];
		struct iotx_mqtt_hdr h = { row->len, row->first, 2 };

		for (u32 len = 0; len < row->len; len++) {
			struct iotx_cur c = iotx_guard_cur(row->body, len);

			if (iotx_mqtt_plausible(&c, 0, &h))
				assert_true(row->want);
		}
	}
}

static void length_of_disconnect_is_bounded(void **state)
{
	struct iotx_cur c = iotx_guard_cur("", 0);
	struct iotx_mqtt_hdr h = { 0xffff, 0xe0, 4 };

	(void)state;
	assert_true(iotx_mqtt_plausible(&c, 0, &h));
	h.length = 0x10000;
	assert_false(iotx_mqtt_plausible(&c, 0, &h));
	h.first = 0xf0;
	assert_false(iotx_mqtt_plausible(&c, 0, &h));
}

struct name_row {
	const char *what;
	const char *bytes;
	u32 len;
	enum iotx_err want;
};

static const struct name_row connects[] = {
	{ "MQTT", BODY("\x10\x0c\0\4MQTT\4\2\0\0\0\0"), IOTX_OK },
	{ "MQIsdp", BODY("\x10\x0e\0\6MQIsdp\3\2\0\0\0\0"), IOTX_OK },
	{ "a Remaining Length of four bytes", BODY("\x10\x80\x80\x80\x01\0\4MQTT\4"), IOTX_OK },
	{ "MQIsdp behind it", BODY("\x10\x80\x80\x80\x01\0\6MQIsdp\3\2"), IOTX_OK },
	{ "a Remaining Length of five", BODY("\x10\x80\x80\x80\x80\x01\0\4MQTT"), IOTX_E_ALIEN },
	{ "another type", BODY("\x20\x0c\0\4MQTT\4\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "flags", BODY("\x11\x0c\0\4MQTT\4\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "MQTX", BODY("\x10\x0c\0\4MQTX\4\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "MQIsdq", BODY("\x10\x0e\0\6MQIsdq\3\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "mqtt", BODY("\x10\x0c\0\4mqtt\4\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "MQTT of length 6", BODY("\x10\x0c\0\6MQTT\4\2\0\0\0\0"), IOTX_E_ALIEN },
	{ "MQTT-SN's name", BODY("\x10\x0e\0\7MQTT-SN\0\0\0\0\0"), IOTX_E_ALIEN },
	{ "zeroes", BODY("\x10\x0c\0\0\0\0\0\0\0\0\0\0\0\0"), IOTX_E_ALIEN },
	{ "nothing", BODY(""), IOTX_E_ALIEN },
};

/* How much of a prefix tells: E_SHORT as long as it agrees, unless the whole is alien. */
static void check_prefixes(const struct name_row *row)
{
	u32 told = 0; /* the shortest prefix with the final verdict */

	for (u32 len = 1; len <= row->len; len++) {
		struct iotx_cur c = iotx_guard_cur(row->bytes, len);
		struct iotx_head head = {};
		enum iotx_err got;

		iotx_head_read(&c, &head);
		got = iotx_mqtt_connect_check(&head);
		if (got == row->want && !told)
			told = len;
		if (got != (told ? row->want : IOTX_E_SHORT))
			fail_msg("%s, %u bytes: %d", row->what, len, got);
	}
	if (row->len && !told)
		fail_msg("%s", row->what);
}

static void connect_at_every_prefix(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(connects) / sizeof(*connects); i++)
		check_prefixes(&connects[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(remaining_length),
		cmocka_unit_test(remaining_length_shared_vectors),
		cmocka_unit_test(flags),
		cmocka_unit_test(plausible_messages),
		cmocka_unit_test(plausible_needs_the_start_of_the_body),
		cmocka_unit_test(length_of_disconnect_is_bounded),
		cmocka_unit_test(connect_at_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
