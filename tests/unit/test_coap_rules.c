// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of CoAP: for each a conversation that breaks it, and one that nearly does and
 * breaks none. "COAP-14" and the like are rows of the list that the project set out with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"
#include <wire/coap_rule.h>

#define R(id) IOTX_COAP_RULE_##id

#define CSM "40e123100000;"
#define OPEN "c " CSM "s " CSM
#define WATCH "c 51010001 01 60; s 51450001 01 61 05;" /* an observation and its first response */
#define FIRST_BLOCK "c 41030001 01 d10e08 ff 61*16;"
#define PING_PONG "c 50010001;"

static const struct row {
	const char *id;
	enum iotx_coap_rule rule;
	const char *trip, *near;
} udp[] = {
	{ "COAP-01", R(VERSION), "c 50010001; c 90010002", "c 50010001; c 50010002" },
	{ "COAP-02", R(TOKEN_LENGTH), "c 59010001 010203040506070809", "c 58010001 0102030405060708" },
	{ "COAP-02", R(TOKEN_CUT), "c 52010001 01", "c 51010001 01" },
	{ "COAP-03", R(EMPTY), "c 40000001 00", "c 40000001" },
	{ "COAP-03", R(EMPTY), "c 41000001 01", "c 40000001" },
	{ "COAP-03", R(HEADER_CUT), PING_PONG "c 4001", PING_PONG },
	{ "COAP-04", R(NON_EMPTY), "c 50000001", "c 40000001" },
	{ "COAP-05", R(RESET), "c 50010001; s 70450001", "c 50010001; s 70000001" },
	{ "COAP-05", R(ACK_REQUEST), "c 40010001; s 60010001", "c 40010001; s 60450001" },
	{ "COAP-06", R(CLASS), "c 50210001", "c 50010001" },
	{ "COAP-06", R(CLASS), "c 50e10001", "c 50010001" },
	{ "COAP-07", R(NIBBLE), "c 50010001 f100", "c 50010001 ff00" },
	{ "COAP-07", R(NIBBLE), "c 50010001 1f00", "c 50010001 1100" },
	{ "COAP-07", R(OPTION_CUT), "c 50010001 d1", "c 50010001 d10a00" },
	{ "COAP-08", R(OPTION_NUMBER), "c 50010001 e0fef3", "c 50010001 e0fef1" },
	{ "COAP-08", R(VALUE_CUT), "c 50010001 b261", "c 50010001 b161" },
	{ "COAP-09", R(NO_PAYLOAD), "c 50010001 ff", "c 50010001 ff61" },
	{ "COAP-10", R(OPTION_LENGTH), "c 50010001 19 00*9", "c 50010001 18 00*8" },
	{ "COAP-11", R(OPTION_REPEATED), "c 50010001 3161 0162", "c 50010001 3161" },
	{ "COAP-11", R(ETAG_REPEATED), "c 50010001; s 50450002 41aa 01bb", "c 50010001; s 50450002 41aa" },
	{ "COAP-12", R(OPTION_UTF8), "c 50010001 b1ff", "c 50010001 b17f" },
	{ "COAP-12", R(URI_DOTS), "c 50010001 b22e2e", "c 50010001 b32e2e2e" },
	{ "COAP-12", R(LOCATION_DOTS), "c 50020001; s 50410002 812e", "c 50020001; s 50410002 812f" },
	{ "COAP-13", R(PROXY_URI), "c 50010001 3161 d11362", "c 50010001 d11662" },
	{ "COAP-14", R(MID_UNKNOWN), "c 40010001; s 60000002", "c 40010001; s 60000001" },
	{ "COAP-14", R(MID_UNKNOWN), "c 40010001; s 60450002", "c 40010001; s 60450001" },
	{ "COAP-14", R(MID_UNKNOWN), "c 40010001; s 60450001; c 70000009", "c 40010001; s 60450001" },
	/* joined late: what came before may have had that Message ID */
	{ "COAP-14", R(MID_UNKNOWN), "c 40010001; s 60000002", "s 60450007; c 40010001; s 60000002" },
	{ "COAP-15", R(ACK_TOKEN), "c 41010001 01; s 61450001 02", "c 41010001 01; s 61450001 01" },
	{ "COAP-15", R(TOKEN_UNKNOWN), "c 51010001 01; s 51450009 02", "c 51010001 01; s 51450009 01" },
	{ "COAP-16", R(MID_REUSED), "c 51010001 01; +144900; c 51010001 02",
	  "c 51010001 01; +145000; c 51010001 02" },
	{ "COAP-16", R(MID_REUSED), "c 41010001 01; s 61450001 01; +246000; c 41010001 02",
	  "c 41010001 01; s 61450001 01; +247000; c 41010001 02" },
	/* each side has its own */
	{ "COAP-16", R(MID_REUSED), "c 51010001 01; c 51010001 02", "c 51010001 01; s 51450001 01" },
	{ "COAP-17", R(RETRANSMIT_TIME), "c 40010001; +1000; c 40010001", "c 40010001; +2000; c 40010001" },
	{ "COAP-17", R(RETRANSMIT_TIME), "c 40010001; +2500; c 40010001; +2500; c 40010001",
	  "c 40010001; +2500; c 40010001; +5000; c 40010001" },
	/* a capture that has every frame twice */
	{ "COAP-17", R(RETRANSMIT_TIME), "c 40010001; +500; c 40010001", "c 40010001; c 40010001" },
	{ "COAP-17", R(RETRANSMIT_COUNT),
	  "c 40010001; +2000; c 40010001; +4000; c 40010001; +8000; c 40010001; +16000; c 40010001; "
	  "+32000; c 40010001",
	  "c 40010001; +2000; c 40010001; +4000; c 40010001; +8000; c 40010001; +16000; c 40010001" },
	{ "COAP-18", R(NSTART), "c 41010001 01; c 41010002 02",
	  "c 41010001 01; s 61450001 01; c 41010002 02" },
	{ "COAP-18", R(NSTART), "c 41010001 01; c 41010002 02",
	  "c 41010001 01; s 60000001; c 41010002 02" },
	{ "COAP-18", R(NSTART), "c 41010001 01; +1000; c 41010002 02",
	  "c 41010001 01; +2000; c 41010002 02" },
	{ "COAP-19", R(MULTICAST), "m 40010001", "m 50010001" },
	{ "COAP-20", R(SIZE), "c 50020001 ff 61*1025", "c 50020001 ff 61*1024" },
	{ "COAP-20", R(SIZE), "c 50010001 bdf2 61*255 0df2 61*255 0df2 61*255 0df2 61*255 0d73 61*128",
	  "c 50010001 bdf2 61*255 0df2 61*255 0df2 61*255 0df2 61*255 0d60 61*109" },
	{ "BLK-01", R(SZX), "c 50010001 d10a07", "c 50010001 d10a06" },
	{ "BLK-01", R(OPTION_LENGTH), "c 50010001 d40a00000006", "c 50010001 d30a000006" },
	{ "BLK-02", R(BLOCK_SIZE), "c 50020001 d10e08 ff 61*15", "c 50020001 d10e08 ff 61*16" },
	/* SZX does not govern the payload of the last block (2.3), which the list says */
	{ "BLK-02", R(BLOCK_SIZE), "c 50020001 d10e08 ff 61*17", "c 50020001 d10e00 ff 61*17" },
	{ "BLK-03", R(BLOCK1_NUM), FIRST_BLOCK "s 615f0001 01 d10e18", FIRST_BLOCK "s 615f0001 01 d10e08" },
	{ "BLK-03", R(BLOCK1_SIZE), FIRST_BLOCK "s 615f0001 01 d10e09", FIRST_BLOCK "s 615f0001 01 d10e08" },
	{ "BLK-03", R(BLOCK1_ORDER),
	  FIRST_BLOCK "s 615f0001 01 d10e08; c 41030002 02 d10e28 ff 62*16",
	  FIRST_BLOCK "s 615f0001 01 d10e08; c 41030002 02 d10e18 ff 62*16" },
	{ "BLK-04", R(BLOCK_ETAG),
	  "c 41010001 01; s 61450001 01 41aa d10608 ff 61*16;"
	  "c 41010002 02 d10a10; s 61450002 02 41bb d10610 ff 62",
	  "c 41010001 01; s 61450001 01 41aa d10608 ff 61*16;"
	  "c 41010002 02 d10a10; s 61450002 02 41aa d10610 ff 62" },
	{ "BLK-05", R(CONTINUE), "c 41030001 01 d10e00 ff 61; s 615f0001 01 d10e00",
	  FIRST_BLOCK "s 615f0001 01 d10e08" },
	{ "BLK-05", R(CONTINUE), "c 41030001 01 ff 61; s 615f0001 01",
	  "c 41030001 01 d10e00 ff 61; s 61440001 01 d10e00" },
	{ "OBS-01", R(OBSERVE), "c 50010001 6102", "c 50010001 6101" },
	{ "OBS-01", R(OPTION_LENGTH), "c 51010001 01 60; s 51450001 01 6400000001",
	  "c 51010001 01 60; s 51450001 01 63000001" },
	{ "OBS-02", R(OBSERVE_STALE), WATCH "s 51450002 01 6104", WATCH "s 51450002 01 6106" },
	{ "OBS-02", R(OBSERVE_STALE), WATCH "+127000; s 51450002 01 6104",
	  WATCH "+129000; s 51450002 01 6104" },
	{ "OBS-03", R(OBSERVE_ENDED), WATCH "s 51840002 01; s 51450003 01 6106",
	  WATCH "s 51450002 01 6106; s 51840003 01" },
	{ "OBS-04", R(OBSERVE_RESET), WATCH "s 51450002 01 6106; c 70000002; +1000; s 51450003 01 6107",
	  WATCH "s 51450002 01 6106; c 70000002" },
	/* it was on its way already */
	{ "OBS-04", R(OBSERVE_RESET), WATCH "s 51450002 01 6106; c 70000002; +1000; s 51450003 01 6107",
	  WATCH "s 51450002 01 6106; c 70000002; s 51450003 01 6107" },
	{ "5.4.1", R(CRITICAL), "c 50010001 d000", "c 50010001 e00001" },
	{ "RFC 8768", R(HOP_LIMIT), "c 50010001 d10300", "c 50010001 d10301" },
	{ "RFC 9177", R(Q_BLOCK), "c 50020001 d10600 8100", "c 50020001 d10600" },
};

static const struct row tcp[] = {
	{ "TCP-01", R(TCP_HEADER), OPEN "c 0901", OPEN "c 0801 00*8" },
	{ "TCP-02", R(CSM_FIRST), "c " CSM "s 00e2", OPEN "s 00e2" },
	{ "TCP-02", R(CSM_FIRST), "c 0001; s " CSM, "c " CSM "c 0001; s " CSM },
	/* joined late: nobody knows what it began with */
	{ "TCP-02", R(CSM_FIRST), "c 0001; s " CSM, "c 0001; s 0045" },
	{ "TCP-03", R(MESSAGE_SIZE), "c " CSM "s 30e1220480; c e0037002 ff 61*1148",
	  "c " CSM "s 30e1220480; c e0036f02 ff 61*1147" },
	{ "TCP-03", R(MESSAGE_SIZE), "c " CSM "c e0037002 ff 61*1148; s " CSM,
	  "c " CSM "c e0036f02 ff 61*1147; s " CSM },
	{ "TCP-04", R(EMPTY_ANSWERED), OPEN "c 010007; s 014507", OPEN "c 010007; c 010107; s 014507" },
	{ "TCP-05", R(PONG_TOKEN), OPEN "c 01e207; s 01e308", OPEN "c 01e207; s 01e307" },
	{ "TCP-05", R(PONG_TOKEN), OPEN "c 01e308", OPEN "s 01e208; c 01e308" },
	{ "COAP-15", R(TOKEN_UNKNOWN), OPEN "s 014508", OPEN "c 010108; s 014508" },
	{ "TCP-05", R(AFTER_ABORT), OPEN "c 00e5; c 0001", OPEN "c 0001; c 00e5" },
	{ "TCP-06", R(SIGNAL_OPTION), OPEN "c 20e29100", OPEN "c 20e28100" },
};

static void check(const struct row *rows, size_t count, bool over_tcp)
{
	for (size_t i = 0; i < count; i++) {
		const struct iotx_script s = {
			.row = rows[i].id,
			.rule = iotx_coap_rule(rows[i].rule),
			.tcp = over_tcp,
			.port = 5683,
			.trip = rows[i].trip,
			.near = rows[i].near,
		};

		iotx_script_check(&s);
	}
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void over_udp(void **state)
{
	(void)state;
	check(udp, COUNT(udp), false);
}

static void over_tcp(void **state)
{
	(void)state;
	check(tcp, COUNT(tcp), true);
}

/* Of rules that take more than one message: where in the last one the field is. */
static const struct {
	enum iotx_coap_rule rule;
	bool tcp;
	const char *trip, *offsets;
} places[] = {
	{ R(MID_UNKNOWN), false, "c 40010001; s 60000002", "2 " },
	{ R(ACK_TOKEN), false, "c 41010001 01; s 61450001 02", "4 " },
	{ R(TOKEN_UNKNOWN), false, "c 51010001 01; s 51450009 02", "4 " },
	{ R(PONG_TOKEN), true, OPEN "c 01e207; s 01e308", "2 " },
	{ R(CONTINUE), false, "c 41010001 01; s 615f0001 01", "1 " },
	{ R(CONTINUE), true, OPEN "c 010101; s 015f01", "1 " },
	{ R(BLOCK1_NUM), false, FIRST_BLOCK "s 615f0001 01 d10e18", "5 " },
	{ R(BLOCK1_NUM), false, FIRST_BLOCK "s 615f0001 01 c0 d10218", "6 " },
};

static void offsets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		const struct iotx_script s = {
			.rule = iotx_coap_rule(places[i].rule),
			.tcp = places[i].tcp,
			.port = 5683,
			.trip = places[i].trip,
		};

		assert_string_equal(iotx_script_offsets(&s), places[i].offsets);
	}
}

static bool stands_in(const struct row *rows, size_t count, u32 rule)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].rule == rule)
			return true;
	return false;
}

static void no_rule_is_left_out(void **state)
{
	(void)state;
	for (u32 i = 0; i < IOTX_COAP_RULE_COUNT; i++)
		if (!stands_in(udp, COUNT(udp), i) && !stands_in(tcp, COUNT(tcp), i))
			fail_msg("nothing breaks: %s", iotx_coap_rule(i)->text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_udp),
		cmocka_unit_test(over_tcp),
		cmocka_unit_test(offsets),
		cmocka_unit_test(no_rule_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
