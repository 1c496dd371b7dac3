// SPDX-License-Identifier: GPL-2.0-only
/* DNS messages: names and their compression, data by type, hostile ones, and how they are shown. */
#include "guard_hex.h"
#include "record.h"
#include "rng.h"
#include <wire/dns.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Headers: one question; a response with one question and one, two answers; one answer. */
#define Q "1234 0100 0001 0000 0000 0000 "
#define R1 "1234 8180 0001 0001 0000 0000 "
#define R2 "1234 8180 0001 0002 0000 0000 "
#define A1 "0000 8400 0000 0001 0000 0000 "
#define ASK_A "01 61 00 0001 0001 " /* "a", A, IN; the name is at 12 */
#define SELF "c00c "
#define TTL "0000003c "

struct row {
	const char *sentence;
	const char *hex;
	const char *shown; /* of the object, what stands behind "opcode" */
};

static const struct row good[] = {
	{ "a question", Q ASK_A, "\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"A\"}]" },
	{ "a question for the root", Q "00 0002 0001",
	  "\"queries\":[{\"rrname\":\".\",\"rrtype\":\"NS\"}]" },
	{ "a question of an unknown type", Q "01 61 00 fff0 0001",
	  "\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"TYPE65520\"}]" },
	{ "a name of two labels", Q "01 61 03 622d63 00 0041 0001",
	  "\"queries\":[{\"rrname\":\"a.b-c\",\"rrtype\":\"HTTPS\"}]" },
	{ "octets that do not print", Q "05 612e5c20ff 00 0001 0001",
	  "\"queries\":[{\"rrname\":\"a\\.\\\\\\032\\255\",\"rrtype\":\"A\"}]" },
	{ "an address", R1 ASK_A SELF "0001 0001" TTL "0004 0a090001",
	  "\"rcode\":\"NOERROR\",\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"A\"}],"
	  "\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"10.9.0.1\"}]" },
	{ "an address of IPv6", A1 "01 61 00 001c 8001" TTL "0010 fd09 00*13 02",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"AAAA\",\"ttl\":60,"
	  "\"rdata\":\"fd09::2\"}]" },
	{ "an alias, its name compressed within", R1 ASK_A SELF "0005 0001" TTL "0004 01 62 c00c",
	  "\"rcode\":\"NOERROR\",\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"A\"}],"
	  "\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"CNAME\",\"ttl\":60,\"rdata\":\"b.a\"}]" },
	{ "a service", A1 "01 61 00 0021 0001" TTL "0009 0001 0002 075b 01 68 00",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"SRV\",\"ttl\":60,\"srv\":"
	  "{\"priority\":1,\"weight\":2,\"port\":1883,\"name\":\"h\"}}]" },
	{ "texts", A1 "01 61 00 0010 0001" TTL "0006 02 6162 00 01 63",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"TXT\",\"ttl\":60,"
	  "\"rdata\":\"ab  c\"}]" },
	{ "a mail exchange", A1 "01 61 00 000f 0001" TTL "0005 000a 01 6d 00",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"MX\",\"ttl\":60,"
	  "\"rdata\":\"m\"}]" },
	{ "a start of authority", "1234 8183 0000 0000 0001 0000 01 61 00 0006 0001" TTL "001a"
	  "01 6e 00 01 72 00 00000001 00000002 00000003 00000004 00000005",
	  "\"rcode\":\"NXDOMAIN\",\"authorities\":[{\"rrname\":\"a\",\"rrtype\":\"SOA\",\"ttl\":60,"
	  "\"soa\":{\"mname\":\"n\",\"rname\":\"r\",\"serial\":1,\"refresh\":2,\"retry\":3,"
	  "\"expire\":4,\"minimum\":5}}]" },
	{ "octets", A1 "01 61 00 0041 0001" TTL "0003 000100",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"HTTPS\",\"ttl\":60,"
	  "\"rdata\":\"\\# 3 000100\"}]" },
	{ "no data", A1 "01 61 00 000a 0001" TTL "0000",
	  "\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"a\",\"rrtype\":\"NULL\",\"ttl\":60}]" },
	{ "an option and a service among what is added",
	  "0000 8400 0000 0000 0000 0002 00 0029 05a0 00000000 0000 "
	  "01 61 00 0021 0001" TTL "0009 0000 0000 0001 01 68 00",
	  "\"rcode\":\"NOERROR\",\"additionals\":[{\"rrname\":\".\",\"rrtype\":\"OPT\",\"ttl\":0},"
	  "{\"rrname\":\"a\",\"rrtype\":\"SRV\",\"ttl\":60,\"rdata\":\"h\"}]" },
	{ "a refusal with a code that has no name", "1234 818f 0001 0000 0000 0000 " ASK_A,
	  "\"rcode\":\"15\",\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"A\"}]" },
	{ "a pointer to a pointer", R2 ASK_A SELF "000c 0001" TTL "0002 c00c "
	  "c01f 000c 0001" TTL "0002 c01f", NULL },
	{ "the longest label", Q "3f 61*63 00 0001 0001", NULL },
	{ "the longest name", Q "3f 61*63 3f 62*63 3f 63*63 3d 64*61 00 0001 0001", NULL },
	{ "the longest name, all of it escaped", Q "3f 00*63 3f 00*63 3f 00*63 3d 00*61 00 0001 0001",
	  NULL },
	{ "bytes behind the records", Q ASK_A "00", NULL },
};

static const struct {
	const char *sentence, *hex;
	const char *rule;
	u32 off, well_formed;
} wrong[] = {
	{ "nothing", "", "RFC 1035 4.1.1", 0, 0 },
	{ "a cut header", "1234 0100 0001 0000 0000", "RFC 1035 4.1.1", 0, 0 },
	{ "no question", Q, "RFC 1035 3.1", 12, 0 },
	{ "a name without its end", Q "01 61", "RFC 1035 3.1", 14, 0 },
	{ "a cut label", Q "05 61", "RFC 1035 3.1", 13, 0 },
	{ "a name without type", Q "01 61 00 00", "RFC 1035 4.1", 15, 0 },
	{ "a label of type 01", Q "41 61 00 0001 0001", "RFC 6891 5", 12, 0 },
	{ "a label of type 10", Q "80 61 00 0001 0001", "RFC 6891 5", 12, 0 },
	{ "a name of 256 octets", Q "3f 61*63 3f 62*63 3f 63*63 3e 64*62 00 0001 0001",
	  "RFC 1035 3.1", 205, 0 },
	{ "half a pointer", Q "c0", "RFC 1035 4.1.4", 13, 0 },
	{ "a pointer to itself", Q "c00c 0001 0001", "RFC 1035 4.1.4", 12, 0 },
	{ "a pointer forward", Q "c010 0001 0001 0161 00", "RFC 1035 4.1.4", 12, 0 },
	{ "a pointer behind the message", Q "ffff 0001 0001", "RFC 1035 4.1.4", 12, 0 },
	{ "a pointer into the header", Q "c000 0001 0001", "RFC 1035 4.1.4", 12, 0 },
	{ "a pointer back into its own name", Q "01 61 c00c 0001 0001", "RFC 1035 4.1.4", 14, 0 },
	{ "two pointers in a ring", R1 "c00e c00c", "RFC 1035 4.1.4", 12, 0 },
	{ "a name before runs into its pointer", R1 ASK_A "01 62 c013 0001 0001" TTL "0004 01020304",
	  "RFC 1035 4.1.4", 21, 1 },
	{ "a name before goes on into its pointer", R1 ASK_A "c012 0001 0001" TTL "0004 01020304",
	  "RFC 1035 3.1", 19, 1 },
	{ "no answer", R1 ASK_A, "RFC 1035 3.1", 19, 1 },
	{ "data beyond the message", R1 ASK_A SELF "0001 0001" TTL "0004 010203", "RFC 1035 4.1.3", 31,
	  1 },
	{ "an address of three bytes", R1 ASK_A SELF "0001 0001" TTL "0003 010203", "RFC 1035 3.4.1",
	  31, 1 },
	{ "an IPv6 address of four", R1 ASK_A SELF "001c 0001" TTL "0004 01020304", "RFC 3596 2.2", 31,
	  1 },
	{ "an alias without a name", R1 ASK_A SELF "0005 0001" TTL "0000", "RFC 1035 3.1", 31, 1 },
	{ "an alias with more", R1 ASK_A SELF "0005 0001" TTL "0003 c00c 00", "RFC 1035 3.3", 33, 1 },
	{ "an alias whose name leaves its data", R1 ASK_A SELF "0005 0001" TTL "0002 0162 00",
	  "RFC 1035 3.1", 33, 1 },
	{ "a service without a name", A1 "01 61 00 0021 0001" TTL "0006 000000000000", "RFC 1035 3.1",
	  31, 0 },
	{ "a service cut", A1 "01 61 00 0021 0001" TTL "0005 0000000000", "RFC 1035 3.3", 25, 0 },
	{ "a text without a string", A1 "01 61 00 0010 0001" TTL "0000", "RFC 1035 3.3.14", 25, 0 },
	{ "a string that leaves its data", A1 "01 61 00 0010 0001" TTL "0002 02 61 61",
	  "RFC 1035 3.3.14", 26, 0 },
	{ "an authority without its numbers", A1 "01 61 00 0006 0001" TTL "0004 c00c c00c",
	  "RFC 1035 3.3", 29, 0 },
};

static struct iotx_record record;

static const char *show(const struct iotx_dns_msg *msg)
{
	iotx_record_init(&record);
	iotx_record_show(&record, iotx_dns_event.fields, msg);
	assert_false(record.broken);
	return record.text;
}

static void on_good(const u8 *data, u32 n, void *arg)
{
	const struct row *row = arg;
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_dns_decode(data, n, n, &msg, &diag);
	const char *rest;

	if (err || diag.rule)
		fail_msg("%s: %d %s at %u", row->sentence, err, diag.rule ? diag.rule : "", diag.off);
	rest = strstr(show(&msg), "\"opcode\":0,") + strlen("\"opcode\":0,");
	if (row->shown && strcmp(rest, row->shown))
		fail_msg("%s: %s", row->sentence, rest);
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
		struct iotx_dns_msg msg;
		struct iotx_diag diag;
		enum iotx_err err = iotx_dns_decode(iotx_hex_bytes, n, n, &msg, &diag);

		if (err != IOTX_E_BAD || !diag.rule || strcmp(diag.rule, wrong[i].rule) ||
		    diag.off != wrong[i].off || msg.well_formed != wrong[i].well_formed)
			fail_msg("%s: %d, %s at %u, %u well formed", wrong[i].sentence, err,
				 diag.rule ? diag.rule : "no rule", diag.off, msg.well_formed);
		show(&msg);
	}
}

static void header_in_full(void **state)
{
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	u32 n = iotx_hex_read("0102 87f0 0001 0000 0000 0000 " ASK_A);
	char buf[IOTX_TITLE_MAX];

	(void)state;
	assert_int_equal(iotx_dns_decode(iotx_hex_bytes, n, n, &msg, &diag), IOTX_OK);
	assert_string_equal(show(&msg), "\"version\":3,\"type\":\"response\",\"id\":258,"
			    "\"flags\":\"87f0\",\"qr\":true,\"aa\":true,\"tc\":true,\"rd\":true,\"ra\":true,"
			    "\"z\":true,\"opcode\":0,\"rcode\":\"NOERROR\","
			    "\"queries\":[{\"rrname\":\"a\",\"rrtype\":\"A\"}]");
	assert_string_equal(iotx_dns_event.title(&msg, buf), "response NOERROR");
	msg.flags = 0;
	assert_string_equal(iotx_dns_event.title(&msg, buf), "query");
}

static void cache_flush_of_mdns(void **state)
{
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	u32 n = iotx_hex_read(A1 "01 61 00 0001 8001" TTL "0004 01020304");

	(void)state;
	assert_int_equal(iotx_dns_decode(iotx_hex_bytes, n, n, &msg, &diag), IOTX_OK);
	iotx_record_init(&record);
	assert_string_equal(iotx_record_show(&record, iotx_dns_event.extra, &msg), "\"cache_flush\":1");
}

struct cut {
	const char *sentence;
	u32 len, needed; /* of the message; up to the end of its last record */
};

static void on_cut(const u8 *data, u32 n, void *arg)
{
	const struct cut *cut = arg;
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_dns_decode(data, n, cut->len, &msg, &diag);

	if (err != (n < cut->needed ? IOTX_E_SHORT : IOTX_OK))
		fail_msg("%s, %u bytes: %d", cut->sentence, n, err);
	show(&msg);
	err = iotx_dns_decode(data, n, n, &msg, &diag);
	if (err != (n < cut->needed ? IOTX_E_BAD : IOTX_OK))
		fail_msg("%s, all of %u bytes: %d", cut->sentence, n, err);
	show(&msg);
}

static void every_prefix(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct cut cut = { good[i].sentence, iotx_hex_read(good[i].hex), 0 };

		cut.needed = cut.len - !strcmp(good[i].sentence, "bytes behind the records");
		iotx_hex_each_prefix(good[i].hex, on_cut, &cut);
	}
}

static void on_any(const u8 *data, u32 n, void *arg)
{
	struct iotx_dns_msg msg;
	struct iotx_diag diag;

	(void)arg;
	iotx_dns_decode(data, n, n, &msg, &diag);
	show(&msg);
}

static void random_damage(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 5353) };

	(void)state;
	for (u32 turn = 0; turn < 20000; turn++) {
		u32 n = iotx_hex_read(IOTX_PICK(&r, good).hex);

		for (u32 k = iotx_rng_below(&r, 4); k; k--)
			iotx_hex_bytes[12 + iotx_rng_below(&r, n - 12)] = (u8)(iotx_rng_chance(&r, 40) ?
				0xc0 : iotx_rng_next(&r));
		iotx_guard_whole(iotx_hex_bytes, n, on_any, NULL);
	}
}

/* A name of nothing but pointers, each to the one before: bounded, and said so. */
static void a_ladder_of_pointers(void **state)
{
	static u8 ladder[4096];
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	u32 n, rungs = 200, at;

	(void)state;
	n = iotx_hex_read("0000 8400 0000 0002 0000 0000 00 000a 0001" TTL);
	memcpy(ladder, iotx_hex_bytes, n);
	ladder[n] = 0;
	ladder[n + 1] = (u8)(2 + 2 * rungs);
	at = n + 2;
	for (u32 i = 0; i <= rungs; i++, at += 2) {
		u32 target = i ? at - 2 : 12;

		ladder[at] = (u8)(0xc0 | target >> 8);
		ladder[at + 1] = (u8)target;
	}
	ladder[n] = (u8)((2 + 2 * rungs) >> 8);
	ladder[at] = (u8)(0xc0 | (at - 2) >> 8);
	ladder[at + 1] = (u8)(at - 2);
	memcpy(ladder + at + 2, "\0\x0a\0\1\0\0\0\0\0\0", 10);
	assert_int_equal(iotx_dns_decode(ladder, at + 12, at + 12, &msg, &diag), IOTX_E_BAD);
	assert_string_equal(diag.rule, "RFC 1035 4.1.4");
	assert_string_equal(diag.text, "a name has more pointers than labels");
	assert_int_equal(msg.well_formed, 1);
}

/* Counts that no message of this length can hold cost no more than the message is long. */
static void counts_beyond_the_message(void **state)
{
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	u32 n = iotx_hex_read("0000 8400 ffff ffff ffff ffff 00 0001 0001");

	(void)state;
	assert_int_equal(iotx_dns_decode(iotx_hex_bytes, n, n, &msg, &diag), IOTX_E_BAD);
	assert_int_equal(msg.well_formed, 1);
}

#define LONG_NAME "3f 00*63 3f 00*63 3f 00*63 3d 00*61 00 "
#define REPEATS 250

/* Pointers that say a long name over and over: the line grows with the message, no faster. */
static void names_over_and_over(void **state)
{
	static u8 message[COAP_TEST_MAX];
	static struct iotx_record r;
	u32 n = iotx_hex_read("0000 8400 0001 00fa 0000 0000 " LONG_NAME "0001 0001"), one;
	struct iotx_dns_msg msg;
	struct iotx_diag diag;
	const char *text;

	(void)state;
	memcpy(message, iotx_hex_bytes, n);
	one = iotx_hex_read("c00c 0005 0001" TTL "0002 c00c");
	for (u32 i = 0; i < REPEATS; i++, n += one)
		memcpy(message + n, iotx_hex_bytes, one);
	assert_int_equal(iotx_dns_decode(message, n, n, &msg, &diag), IOTX_OK);
	assert_int_equal(msg.well_formed, 1 + REPEATS);
	iotx_record_init(&r);
	text = iotx_record_show(&r, iotx_dns_event.extra, &msg);
	assert_non_null(strstr(text, "\"records_left_out\":2"));
	message[7] = 30;
	n -= (REPEATS - 30) * one;
	assert_int_equal(iotx_dns_decode(message, n, n, &msg, &diag), IOTX_OK);
	text = iotx_record_show(&r, iotx_dns_event.fields, &msg);
	assert_true(strlen(text) < 20 * n + 8192);
	message[7] = 4;
	n -= 26 * one;
	assert_int_equal(iotx_dns_decode(message, n, n, &msg, &diag), IOTX_OK);
	text = iotx_record_show(&r, iotx_dns_event.extra, &msg);
	assert_null(strstr(text, "left_out"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_well_formed),
		cmocka_unit_test(what_is_not),
		cmocka_unit_test(header_in_full),
		cmocka_unit_test(cache_flush_of_mdns),
		cmocka_unit_test(names_over_and_over),
		cmocka_unit_test(every_prefix),
		cmocka_unit_test(random_damage),
		cmocka_unit_test(a_ladder_of_pointers),
		cmocka_unit_test(counts_beyond_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
