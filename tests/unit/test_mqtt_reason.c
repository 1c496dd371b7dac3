/* SPDX-License-Identifier: GPL-2.0-only */
/* Codes by name: each type's list once more, in the order of the type's own table. */
#include "mqtt_try.h"
#include <wire/mqtt_reason.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

struct code {
	u8 version;
	u8 type;
	u8 value;
	const char *name;
};

static const struct code codes[] = {
	/* MQTT 3.1.1, table 3.1; MQTT 3.1 has the same */
	{ 4, IOTX_MQTT_CONNACK, 0, "Accepted" },
	{ 4, IOTX_MQTT_CONNACK, 1, "Unacceptable protocol version" },
	{ 4, IOTX_MQTT_CONNACK, 2, "Identifier rejected" },
	{ 4, IOTX_MQTT_CONNACK, 3, "Server unavailable" },
	{ 4, IOTX_MQTT_CONNACK, 4, "Bad user name or password" },
	{ 4, IOTX_MQTT_CONNACK, 5, "Not authorized" },
	{ 4, IOTX_MQTT_SUBACK, 0x00, "Granted QoS 0" },
	{ 4, IOTX_MQTT_SUBACK, 0x01, "Granted QoS 1" },
	{ 4, IOTX_MQTT_SUBACK, 0x02, "Granted QoS 2" },
	{ 4, IOTX_MQTT_SUBACK, 0x80, "Failure" },
	/* MQTT 5.0, table 3-1 */
	{ 5, IOTX_MQTT_CONNACK, 0x00, "Success" },
	{ 5, IOTX_MQTT_CONNACK, 0x80, "Unspecified error" },
	{ 5, IOTX_MQTT_CONNACK, 0x81, "Malformed Packet" },
	{ 5, IOTX_MQTT_CONNACK, 0x82, "Protocol Error" },
	{ 5, IOTX_MQTT_CONNACK, 0x83, "Implementation specific error" },
	{ 5, IOTX_MQTT_CONNACK, 0x84, "Unsupported Protocol Version" },
	{ 5, IOTX_MQTT_CONNACK, 0x85, "Client Identifier not valid" },
	{ 5, IOTX_MQTT_CONNACK, 0x86, "Bad User Name or Password" },
	{ 5, IOTX_MQTT_CONNACK, 0x87, "Not authorized" },
	{ 5, IOTX_MQTT_CONNACK, 0x88, "Server unavailable" },
	{ 5, IOTX_MQTT_CONNACK, 0x89, "Server busy" },
	{ 5, IOTX_MQTT_CONNACK, 0x8a, "Banned" },
	{ 5, IOTX_MQTT_CONNACK, 0x8c, "Bad authentication method" },
	{ 5, IOTX_MQTT_CONNACK, 0x90, "Topic Name invalid" },
	{ 5, IOTX_MQTT_CONNACK, 0x95, "Packet too large" },
	{ 5, IOTX_MQTT_CONNACK, 0x97, "Quota exceeded" },
	{ 5, IOTX_MQTT_CONNACK, 0x99, "Payload format invalid" },
	{ 5, IOTX_MQTT_CONNACK, 0x9a, "Retain not supported" },
	{ 5, IOTX_MQTT_CONNACK, 0x9b, "QoS not supported" },
	{ 5, IOTX_MQTT_CONNACK, 0x9c, "Use another server" },
	{ 5, IOTX_MQTT_CONNACK, 0x9d, "Server moved" },
	{ 5, IOTX_MQTT_CONNACK, 0x9f, "Connection rate exceeded" },
	/* tables 3-4 and 3-5 */
#define PUBACK_AND_PUBREC(type)                                                                 \
	{ 5, type, 0x00, "Success" },                                                           \
	{ 5, type, 0x10, "No matching subscribers" },                                           \
	{ 5, type, 0x80, "Unspecified error" },                                                 \
	{ 5, type, 0x83, "Implementation specific error" },                                     \
	{ 5, type, 0x87, "Not authorized" },                                                    \
	{ 5, type, 0x90, "Topic Name invalid" },                                                \
	{ 5, type, 0x91, "Packet Identifier in use" },                                          \
	{ 5, type, 0x97, "Quota exceeded" },                                                    \
	{ 5, type, 0x99, "Payload format invalid" }
	PUBACK_AND_PUBREC(IOTX_MQTT_PUBACK),
	PUBACK_AND_PUBREC(IOTX_MQTT_PUBREC),
	/* tables 3-6 and 3-7 */
	{ 5, IOTX_MQTT_PUBREL, 0x00, "Success" },
	{ 5, IOTX_MQTT_PUBREL, 0x92, "Packet Identifier not found" },
	{ 5, IOTX_MQTT_PUBCOMP, 0x00, "Success" },
	{ 5, IOTX_MQTT_PUBCOMP, 0x92, "Packet Identifier not found" },
	/* table 3-8 */
	{ 5, IOTX_MQTT_SUBACK, 0x00, "Granted QoS 0" },
	{ 5, IOTX_MQTT_SUBACK, 0x01, "Granted QoS 1" },
	{ 5, IOTX_MQTT_SUBACK, 0x02, "Granted QoS 2" },
	{ 5, IOTX_MQTT_SUBACK, 0x80, "Unspecified error" },
	{ 5, IOTX_MQTT_SUBACK, 0x83, "Implementation specific error" },
	{ 5, IOTX_MQTT_SUBACK, 0x87, "Not authorized" },
	{ 5, IOTX_MQTT_SUBACK, 0x8f, "Topic Filter invalid" },
	{ 5, IOTX_MQTT_SUBACK, 0x91, "Packet Identifier in use" },
	{ 5, IOTX_MQTT_SUBACK, 0x97, "Quota exceeded" },
	{ 5, IOTX_MQTT_SUBACK, 0x9e, "Shared Subscriptions not supported" },
	{ 5, IOTX_MQTT_SUBACK, 0xa1, "Subscription Identifiers not supported" },
	{ 5, IOTX_MQTT_SUBACK, 0xa2, "Wildcard Subscriptions not supported" },
	/* table 3-9 */
	{ 5, IOTX_MQTT_UNSUBACK, 0x00, "Success" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x11, "No subscription existed" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x80, "Unspecified error" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x83, "Implementation specific error" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x87, "Not authorized" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x8f, "Topic Filter invalid" },
	{ 5, IOTX_MQTT_UNSUBACK, 0x91, "Packet Identifier in use" },
	/* table 3-10; 0x8c by table 2-6 */
	{ 5, IOTX_MQTT_DISCONNECT, 0x00, "Normal disconnection" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x04, "Disconnect with Will Message" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x80, "Unspecified error" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x81, "Malformed Packet" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x82, "Protocol Error" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x83, "Implementation specific error" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x87, "Not authorized" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x89, "Server busy" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x8b, "Server shutting down" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x8c, "Bad authentication method" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x8d, "Keep Alive timeout" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x8e, "Session taken over" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x8f, "Topic Filter invalid" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x90, "Topic Name invalid" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x93, "Receive Maximum exceeded" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x94, "Topic Alias invalid" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x95, "Packet too large" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x96, "Message rate too high" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x97, "Quota exceeded" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x98, "Administrative action" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x99, "Payload format invalid" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9a, "Retain not supported" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9b, "QoS not supported" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9c, "Use another server" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9d, "Server moved" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9e, "Shared Subscriptions not supported" },
	{ 5, IOTX_MQTT_DISCONNECT, 0x9f, "Connection rate exceeded" },
	{ 5, IOTX_MQTT_DISCONNECT, 0xa0, "Maximum connect time" },
	{ 5, IOTX_MQTT_DISCONNECT, 0xa1, "Subscription Identifiers not supported" },
	{ 5, IOTX_MQTT_DISCONNECT, 0xa2, "Wildcard Subscriptions not supported" },
	/* table 3-11 */
	{ 5, IOTX_MQTT_AUTH, 0x00, "Success" },
	{ 5, IOTX_MQTT_AUTH, 0x18, "Continue authentication" },
	{ 5, IOTX_MQTT_AUTH, 0x19, "Re-authenticate" },
};

static const char *expected(u8 version, u8 type, u8 value)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].version == version && codes[i].type == type && codes[i].value == value)
			return codes[i].name;
	return NULL;
}

/* All 256 codes of all 16 types in the three versions: a name or none. */
static void every_code(void **state)
{
	(void)state;
	for (u32 i = 0; i < 3 * 16 * 256; i++) {
		u8 version = (u8)(3 + i / 4096), type = i / 256 % 16, value = (u8)i;
		const char *want = expected(version == 5 ? 5 : 4, type, value);
		const char *got = iotx_mqtt_reason_name(version, type, value);

		if (want)
			assert_string_equal(got, want);
		else
			assert_null(got);
	}
}

/* A message of MQTT 5 of this type with this code. */
static void with_code(struct iotx_try *t, u8 type, u8 code)
{
	static const char *around[16][2] = {
		[IOTX_MQTT_CONNACK] = { "200300", "00" },
		[IOTX_MQTT_PUBACK] = { "40030007", "" },
		[IOTX_MQTT_PUBREC] = { "50030007", "" },
		[IOTX_MQTT_PUBREL] = { "62030007", "" },
		[IOTX_MQTT_PUBCOMP] = { "70030007", "" },
		[IOTX_MQTT_SUBACK] = { "9004000700", "" },
		[IOTX_MQTT_UNSUBACK] = { "b004000700", "" },
		[IOTX_MQTT_DISCONNECT] = { "e001", "" },
		[IOTX_MQTT_AUTH] = { "f006", "0415000161" },
	};
	char hex[64];

	snprintf(hex, sizeof(hex), "%s%02x%s", around[type][0], code, around[type][1]);
	iotx_try_init(t, hex, IOTX_MQTT_V5);
	iotx_try_run(t);
}

/* In a message, a code of its type is in order and shown by name; another breaks a rule. */
static void in_messages(void **state)
{
	struct iotx_try *t = &scratch;
	char shown[128];

	(void)state;
	for (u32 i = 0; i < 16 * 256; i++) {
		u8 type = (u8)(i / 256), code = (u8)i;
		const char *name = expected(5, type, code);

		if (!expected(5, type, 0))
			continue;
		with_code(t, type, code);
		assert_int_equal(t->verdict, name ? IOTX_OK : IOTX_E_RULE);
		snprintf(shown, sizeof(shown), "%u%s%s%s", code, name ? "(" : "", name ? name : "",
			 name ? ")" : "");
		assert_non_null(strstr(t->fields, shown));
		if (!name)
			continue;
		snprintf(shown, sizeof(shown), "\"%s\"", name);
		assert_non_null(strstr(t->extra, shown));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code),
		cmocka_unit_test(in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
