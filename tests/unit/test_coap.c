// SPDX-License-Identifier: GPL-2.0-only
/* CoAP messages: what is well formed, what is not, and by which rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guard.h"
#include "coap_hex.h"
#include <wire/coap.h>
#include <wire/coap_code.h>

struct verdict_case {
	const char *sentence;
	const char *hex;
	enum iotx_err err;
	const char *rule; /* NULL: any, or none */
	u32 off;          /* of the offence, if a rule is named */
};

static const struct verdict_case well_formed[] = {
	{ "a GET without anything", "40 01 0001", IOTX_OK, NULL, 0 },
	{ "the longest token", "48 01 0001 0102030405060708", IOTX_OK, NULL, 0 },
	{ "a ping: CON and Empty", "40 00 0001", IOTX_OK, NULL, 0 },
	{ "an Empty acknowledgement", "60 00 0001", IOTX_OK, NULL, 0 },
	{ "a Reset", "70 00 0001", IOTX_OK, NULL, 0 },
	{ "a piggybacked response with a payload", "60 45 0001 ff 68", IOTX_OK, NULL, 0 },
	{ "a payload that starts with another 0xff", "50 02 0001 ff ff", IOTX_OK, NULL, 0 },
	{ "an option with length and number in one byte", "40 01 0001 b1 61", IOTX_OK, NULL, 0 },
	{ "a one-byte number: 13 + 15 is Size2", "40 01 0001 d1 0f 01", IOTX_OK, NULL, 0 },
	{ "a two-byte number: 269 + 23 is Request-Tag", "40 01 0001 e1 0017 01", IOTX_OK, NULL, 0 },
	{ "a one-byte length: 13 + 2", "40 01 0001 bd 02 61*15", IOTX_OK, NULL, 0 },
	{ "a two-byte length: 269 + 31 of Proxy-Uri", "40 01 0001 de 16 001f 61*300", IOTX_OK, NULL,
	  0 },
	{ "the greatest option number, elective or not", "40 01 0001 e0 fef2", IOTX_OK, NULL, 0 },
	{ "an unknown critical option", "40 01 0001 d0 00", IOTX_OK, NULL, 0 },
	{ "an unknown method", "40 1f 0001", IOTX_OK, NULL, 0 },
	{ "a response of class 3, which a receiver need not reject", "60 60 0001", IOTX_OK, NULL,
	  0 },
	{ "a path of an empty segment", "40 01 0001 b0", IOTX_OK, NULL, 0 },
	{ "a path that only looks like dots", "40 01 0001 b3 2e2e2e", IOTX_OK, NULL, 0 },
	{ "an ETag twice in a request", "40 01 0001 41 01 01 02", IOTX_OK, NULL, 0 },
	{ "Q-Block2 twice in a request", "40 01 0001 d1 12 06 01 16", IOTX_OK, NULL, 0 },
	{ "Observe counts on in a notification", "50 45 0001 61 07", IOTX_OK, NULL, 0 },
	{ "Observe in a PUT means nothing", "40 03 0001 61 07", IOTX_OK, NULL, 0 },
	{ "a block of its size, more follow", "40 03 0001 d1 0e 08 ff 61*16", IOTX_OK, NULL, 0 },
	{ "the last block is shorter", "60 45 0001 d1 0a 10 ff 61*7", IOTX_OK, NULL, 0 },
	{ "the size does not bind the last block", "60 45 0001 d1 0a 10 ff 61*17", IOTX_OK, NULL,
	  0 },
	{ "Block2 of a request binds no payload", "40 01 0001 d1 0a 08", IOTX_OK, NULL, 0 },
	{ "Block1 of a response binds no payload", "60 5f 0001 d1 0e 08", IOTX_OK, NULL, 0 },
	{ "Block2 of an error binds no payload", "60 80 0001 d1 0a 0e", IOTX_OK, NULL, 0 },
	{ "a Uri-Host in UTF-8", "40 01 0001 32 c3a9", IOTX_OK, NULL, 0 },
	{ "Proxy-Uri alone", "40 01 0001 d1 16 61", IOTX_OK, NULL, 0 },
};

static const struct verdict_case alien[] = {
	{ "no bytes", "", IOTX_E_ALIEN, NULL, 0 },
	{ "version 0", "00 01 0001", IOTX_E_ALIEN, NULL, 0 },
	{ "version 2, whatever follows", "80 01 0001 ff", IOTX_E_ALIEN, NULL, 0 },
	{ "version 3, one byte", "c0", IOTX_E_ALIEN, NULL, 0 },
};

static const struct verdict_case malformed[] = {
	{ "one byte", "40", IOTX_E_BAD, "RFC 7252 3", 0 },
	{ "three bytes", "40 01 00", IOTX_E_BAD, "RFC 7252 3", 0 },
	{ "a token of nine", "49 01 0001 00*9", IOTX_E_BAD, "RFC 7252 3", 0 },
	{ "a token of fifteen", "4f 01 0001 00*15", IOTX_E_BAD, "RFC 7252 3", 0 },
	{ "a token past the end", "44 01 0001 000000", IOTX_E_BAD, "RFC 7252 3", 4 },
	{ "a marker and nothing", "40 01 0001 ff", IOTX_E_BAD, "RFC 7252 3", 4 },
	{ "a marker and nothing, behind an option", "40 01 0001 b1 61 ff", IOTX_E_BAD, "RFC 7252 3",
	  6 },
	{ "an Empty message with a byte", "40 00 0001 00", IOTX_E_BAD, "RFC 7252 4.1", 4 },
	{ "an Empty message with a token", "41 00 0001 61", IOTX_E_BAD, "RFC 7252 4.1", 0 },
	{ "an Empty message with a token that is missing", "41 00 0001", IOTX_E_BAD, "RFC 7252 4.1",
	  0 },
	{ "nibble 15 as a number", "40 01 0001 f0", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "nibble 15 as a length", "40 01 0001 0f", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "no byte of a one-byte number", "40 01 0001 d0", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "half of a two-byte number", "40 01 0001 e0 00", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "no byte of a one-byte length", "40 01 0001 0d", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "half of a two-byte length", "40 01 0001 0e 00", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "a value one byte past the end", "40 01 0001 b3 6161", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "a value of 65804 bytes", "40 01 0001 0e ffff", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "the second option past the end", "40 01 0001 b1 61 02 61", IOTX_E_BAD, "RFC 7252 3.1",
	  6 },
	{ "option number 65536", "40 01 0001 e0 fef2 10", IOTX_E_BAD, "RFC 7252 3.1", 7 },
	{ "option number 65804", "40 01 0001 e0 ffff", IOTX_E_BAD, "RFC 7252 3.1", 4 },
	{ "malformed goes before a rule that was broken earlier", "50 00 0001 00", IOTX_E_BAD,
	  "RFC 7252 4.1", 4 },
	{ "malformed goes before an option's rule", "40 01 0001 51 00 ff", IOTX_E_BAD, "RFC 7252 3",
	  6 },
};

static const struct verdict_case violations[] = {
	{ "NON and Empty", "50 00 0001", IOTX_E_RULE, "RFC 7252 4.3", 1 },
	{ "an acknowledgement that carries a request", "60 01 0001", IOTX_E_RULE, "RFC 7252 4.2",
	  1 },
	{ "a Reset that carries a request", "70 01 0001", IOTX_E_RULE, "RFC 7252 4.2", 1 },
	{ "a Reset that carries a response", "70 45 0001", IOTX_E_RULE, "RFC 7252 4.2", 1 },
	{ "class 1", "40 20 0001", IOTX_E_RULE, "RFC 7252 12.1", 1 },
	{ "class 6", "40 c0 0001", IOTX_E_RULE, "RFC 7252 12.1", 1 },
	{ "class 7 is for reliable transports", "40 e1 0001", IOTX_E_RULE, "RFC 7252 12.1", 1 },
	{ "the header's offence goes before an option's", "60 01 0001 51 00", IOTX_E_RULE,
	  "RFC 7252 4.2", 1 },
	{ "the first option's offence counts", "40 01 0001 51 00 23 000000", IOTX_E_RULE,
	  "RFC 7252 5.4.3", 4 },
	{ "a Uri-Host twice", "40 01 0001 31 61 01 61", IOTX_E_RULE, "RFC 7252 5.4.5", 6 },
	{ "a Content-Format twice", "40 03 0001 c0 00", IOTX_E_RULE, "RFC 7252 5.4.5", 5 },
	{ "an ETag twice in a response", "60 45 0001 41 01 01 02", IOTX_E_RULE,
	  "RFC 7252 5.10.6.1", 6 },
	{ "a Uri-Host in Latin-1", "40 01 0001 31 e9", IOTX_E_RULE, "RFC 7252 3.2", 4 },
	{ "a path segment cut within a character", "40 01 0001 b1 c3", IOTX_E_RULE, "RFC 7252 3.2",
	  4 },
	{ "a query with an overlong NUL", "40 01 0001 d2 02 c080", IOTX_E_RULE, "RFC 7252 3.2", 4 },
	{ "a path segment of one dot", "40 01 0001 b1 2e", IOTX_E_RULE, "RFC 7252 5.10.1", 4 },
	{ "a path segment of two dots", "40 01 0001 b1 61 02 2e2e", IOTX_E_RULE, "RFC 7252 5.10.1",
	  6 },
	{ "a location of two dots", "60 41 0001 82 2e2e", IOTX_E_RULE, "RFC 7252 5.10.7", 4 },
	{ "Proxy-Uri beside Uri-Path", "40 01 0001 b1 61 d1 0b 61", IOTX_E_RULE, "RFC 7252 5.10.2",
	  6 },
	{ "Proxy-Uri beside Uri-Host", "40 01 0001 31 61 d1 13 61", IOTX_E_RULE, "RFC 7252 5.10.2",
	  6 },
	{ "Block2 with size exponent 7", "40 01 0001 d1 0a 07", IOTX_E_RULE, "RFC 7959 2.2", 4 },
	{ "Q-Block1 with size exponent 7", "40 03 0001 d1 06 07", IOTX_E_RULE, "RFC 7959 2.2", 4 },
	{ "a block shorter than its size, though more follow", "40 03 0001 d1 0e 08 ff 61*15",
	  IOTX_E_RULE, "RFC 7959 2.3", 4 },
	{ "a block longer than its size, though more follow", "60 45 0001 d1 0a 08 ff 61*17",
	  IOTX_E_RULE, "RFC 7959 2.3", 4 },
	{ "a block without payload, though more follow", "40 03 0001 d1 0e 08", IOTX_E_RULE,
	  "RFC 7959 2.3", 4 },
	{ "Block2 behind Q-Block1", "40 03 0001 d1 06 06 41 06", IOTX_E_RULE, "RFC 9177 4.1", 7 },
	{ "Observe 2 in a GET", "40 01 0001 61 02", IOTX_E_RULE, "RFC 7641 2", 4 },
	{ "Observe 2 in a FETCH", "40 05 0001 61 02", IOTX_E_RULE, "RFC 7641 2", 4 },
	{ "a Hop-Limit of 0", "40 01 0001 d1 03 00", IOTX_E_RULE, "RFC 8768 3", 4 },
};

/* A capture that ends after n bytes: never a new offence, never a wrong OK. */
static void check_cut(const u8 *data, u32 n, void *arg)
{
	const struct verdict_case *c = arg;
	u8 whole[COAP_TEST_MAX];
	u32 len = (u32)coap_bytes(c->hex, whole);
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_coap_decode(data, n, len, &msg, &diag);

	if (n == len ? err != c->err : (err != c->err && err != IOTX_E_SHORT))
		fail_msg("%s: %u of %u bytes give %d", c->sentence, n, len, err);
	assert_int_equal(msg.skipped_length, len - n);
	assert_true(msg.token.len + msg.options.len + msg.payload.len <= n);
	if (err == IOTX_E_SHORT)
		assert_null(diag.rule);
	if (n < 4)
		assert_false(msg.has_header);
	if (err == IOTX_E_SHORT && n >= 4)
		assert_true(msg.has_header);
	iotx_coap_decode(data, n, n, &msg, &diag);
}

static void check_table(const struct verdict_case *c, size_t count)
{
	for (; count; count--, c++) {
		u8 data[COAP_TEST_MAX];
		int len = coap_bytes(c->hex, data);
		struct iotx_coap_msg msg;
		struct iotx_diag diag;
		enum iotx_err err;

		assert_true(len >= 0);
		err = iotx_coap_decode(data, (u32)len, (u32)len, &msg, &diag);
		if (err != c->err || (c->rule && (!diag.rule || strcmp(diag.rule, c->rule))) ||
		    (c->rule && diag.off != c->off))
			fail_msg("%s: %d at %u by %s", c->sentence, err, diag.off,
				 diag.rule ? diag.rule : "no rule");
		assert_true(!diag.rule == (err == IOTX_OK || err == IOTX_E_ALIEN));
		assert_true(!diag.rule == !diag.text);
		iotx_guard_each_prefix(data, (u32)len, check_cut, (void *)c);
	}
}

static void test_well_formed(void **state)
{
	(void)state;
	check_table(well_formed, sizeof(well_formed) / sizeof(*well_formed));
}

static void test_alien(void **state)
{
	(void)state;
	check_table(alien, sizeof(alien) / sizeof(*alien));
}

static void test_malformed(void **state)
{
	(void)state;
	check_table(malformed, sizeof(malformed) / sizeof(*malformed));
}

static void test_violations(void **state)
{
	(void)state;
	check_table(violations, sizeof(violations) / sizeof(*violations));
}

static enum iotx_err decode(const char *hex, u8 *data, struct iotx_coap_msg *msg)
{
	struct iotx_diag diag;
	u32 len = (u32)coap_bytes(hex, data);

	return iotx_coap_decode(data, len, len, msg, &diag);
}

/* A message whose only option has this number and length. Its value breaks no rule. */
static enum iotx_err decode_option(u16 number, u32 value_len)
{
	static u8 data[COAP_TEST_MAX + 9];
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	u32 delta = number - 269u, len = value_len - 269u, at = 4;

	memset(data, 1, sizeof(data));
	memcpy(data, (u8[]){ 0x40, 3, 0, 1 }, 4);
	if (number < 269) {
		data[at++] = number < 13 ? (u8)(number << 4 | 14) : 0xde;
		if (number >= 13)
			data[at++] = (u8)(number - 13);
	} else {
		data[at++] = 0xee;
		data[at++] = (u8)(delta >> 8);
		data[at++] = (u8)delta;
	}
	if (value_len < 269) {
		data[4] = (u8)((data[4] & 0xf0) | (value_len < 13 ? value_len : 13));
		if (value_len >= 13)
			data[at++] = (u8)(value_len - 13);
	} else {
		data[at++] = (u8)(len >> 8);
		data[at++] = (u8)len;
	}
	return iotx_coap_decode(data, at + value_len, at + value_len, &msg, &diag);
}

/* From the tables of the standards, independently of the one under test. */
static const struct {
	u16 number, min, max;
} lengths[] = {
	{ 1, 0, 8 },     { 3, 1, 255 },  { 4, 1, 8 },    { 5, 0, 0 },     { 6, 0, 3 },
	{ 7, 0, 2 },     { 8, 0, 255 },  { 9, 0, 255 },  { 11, 0, 255 },  { 12, 0, 2 },
	{ 14, 0, 4 },    { 15, 0, 255 }, { 16, 1, 1 },   { 17, 0, 2 },    { 19, 0, 3 },
	{ 20, 0, 255 },  { 21, 0, 0 },   { 23, 0, 3 },   { 27, 0, 3 },    { 28, 0, 4 },
	{ 31, 0, 3 },    { 35, 1, 1034 }, { 39, 1, 255 }, { 60, 0, 4 },    { 235, 1, 1023 },
	{ 239, 0, 3 },   { 252, 1, 40 }, { 258, 0, 1 },  { 292, 0, 8 },   { 2049, 0, 2 },
	{ 2053, 0, 2 },
};

/* Each option at the limits of its length. */
static void test_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		u16 number = lengths[i].number;

		assert_int_equal(decode_option(number, lengths[i].min), IOTX_OK);
		assert_int_equal(decode_option(number, lengths[i].max), IOTX_OK);
		if (lengths[i].min)
			assert_int_equal(decode_option(number, lengths[i].min - 1u), IOTX_E_RULE);
		assert_int_equal(decode_option(number, lengths[i].max + 1u), IOTX_E_RULE);
	}
	assert_int_equal(decode_option(IOTX_COAP_OPT_SCP82_PARAMS, 4000), IOTX_OK);
	assert_int_equal(decode_option(IOTX_COAP_OPT_X_ADMIN_PROTOCOL, 0), IOTX_OK);
}

static void test_registry(void **state)
{
	const struct iotx_coap_option_def *def = iotx_coap_option_def(IOTX_COAP_OPT_URI_PATH);
	u32 before = 0, count = 0;

	(void)state;
	assert_string_equal(def->name, "Uri-Path");
	assert_string_equal(def->field, "uri_path");
	assert_string_equal(def->defined, "RFC 7252");
	assert_null(iotx_coap_option_def(0));
	assert_null(iotx_coap_option_def(128));
	for (u32 n = 0; n <= IOTX_COAP_OPTION_NUMBER_MAX; n++) {
		def = iotx_coap_option_def((u16)n);
		if (!def)
			continue;
		assert_int_equal(def->number, n);
		assert_true(!count || n > before);
		before = n;
		count++;
	}
	assert_int_equal(count, sizeof(lengths) / sizeof(*lengths) + 2);
	assert_true(iotx_coap_option_critical(IOTX_COAP_OPT_IF_MATCH));
	assert_false(iotx_coap_option_critical(IOTX_COAP_OPT_ETAG));
	assert_true(iotx_coap_option_unsafe(IOTX_COAP_OPT_MAX_AGE));
	assert_false(iotx_coap_option_unsafe(IOTX_COAP_OPT_SIZE1));
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(iotx_coap_code_name(0x00), "Empty");
	assert_string_equal(iotx_coap_code_name(0x07), "iPATCH");
	assert_string_equal(iotx_coap_code_name(0x45), "Content");
	assert_string_equal(iotx_coap_code_name(0x5f), "Continue");
	assert_string_equal(iotx_coap_code_name(0x9d), "Too Many Requests");
	assert_string_equal(iotx_coap_code_name(0xa8), "Hop Limit Reached");
	assert_null(iotx_coap_code_name(0x08));
	assert_null(iotx_coap_code_name(0xff));
	assert_string_equal(iotx_coap_content_format_name(0), "text/plain; charset=utf-8");
	assert_string_equal(iotx_coap_content_format_name(60), "application/cbor");
	assert_string_equal(iotx_coap_content_format_name(11050), "application/json@deflate");
	assert_null(iotx_coap_content_format_name(1));
	assert_null(iotx_coap_content_format_name(65536));
}

/* A message's parts are where they are said to be. */
static void test_parts(void **state)
{
	u8 data[COAP_TEST_MAX];
	struct iotx_coap_msg msg;
	struct iotx_coap_options it;
	struct iotx_coap_option opt;
	struct iotx_diag diag;

	(void)state;
	assert_int_equal(decode("52 02 abcd 7071 b1 61 01 62 ff 6869", data, &msg), IOTX_OK);
	assert_int_equal(msg.hdr.type, IOTX_COAP_NON);
	assert_int_equal(msg.hdr.code, IOTX_COAP_CODE_POST);
	assert_int_equal(msg.hdr.message_id, 0xabcd);
	assert_true(iotx_slice_eq(msg.token, iotx_slice_str("pq")));
	assert_true(iotx_slice_eq(msg.payload, iotx_slice_str("hi")));
	assert_int_equal(msg.payload_len, 2);
	it = iotx_coap_options_of(msg.options);
	assert_int_equal(iotx_coap_option_next(&it, &opt, &diag), IOTX_OK);
	assert_int_equal(opt.number, IOTX_COAP_OPT_URI_PATH);
	assert_true(iotx_slice_eq(opt.value, iotx_slice_str("a")));
	assert_int_equal(iotx_coap_option_next(&it, &opt, &diag), IOTX_OK);
	assert_int_equal(opt.number, IOTX_COAP_OPT_URI_PATH);
	assert_int_equal(opt.off, 2);
	assert_int_equal(iotx_coap_option_next(&it, &opt, &diag), IOTX_E_END);
	assert_int_equal(iotx_coap_option_next(&it, &opt, &diag), IOTX_E_END);
}

/* Of a malformed message everything before the offence is kept. */
static void test_kept(void **state)
{
	u8 data[COAP_TEST_MAX];
	struct iotx_coap_msg msg;

	(void)state;
	assert_int_equal(decode("41 01 0007 70 b1 61 f0", data, &msg), IOTX_E_BAD);
	assert_true(msg.has_header);
	assert_int_equal(msg.hdr.message_id, 7);
	assert_true(iotx_slice_eq(msg.token, iotx_slice_str("p")));
	assert_int_equal(msg.options.len, 2);
	assert_int_equal(decode("40 01 00", data, &msg), IOTX_E_BAD);
	assert_false(msg.has_header);
}

/* A capture cut in the payload: what is missing is counted and changes no verdict. */
static void test_cut_payload(void **state)
{
	u8 data[COAP_TEST_MAX];
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	u32 len = (u32)coap_bytes("40 03 0001 d1 0e 08 ff 61*16", data);

	(void)state;
	assert_int_equal(iotx_coap_decode(data, 8, len, &msg, &diag), IOTX_OK);
	assert_int_equal(msg.payload.len, 0);
	assert_int_equal(msg.payload_len, 16);
	assert_int_equal(msg.skipped_length, 16);
	assert_int_equal(iotx_coap_decode(data, 10, len, &msg, &diag), IOTX_OK);
	assert_int_equal(msg.payload.len, 2);
	assert_int_equal(msg.payload_len, 16);
	assert_int_equal(iotx_coap_decode(data, 7, len, &msg, &diag), IOTX_E_SHORT);
	assert_int_equal(msg.payload_len, 0);
	assert_int_equal(msg.options.len, 3);
	/* A value that reaches past the message is wrong, however little was captured. */
	len = (u32)coap_bytes("40 03 0001 bd ff 6161", data);
	assert_int_equal(iotx_coap_decode(data, 6, len, &msg, &diag), IOTX_E_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_formed), cmocka_unit_test(test_alien),
		cmocka_unit_test(test_malformed),   cmocka_unit_test(test_violations),
		cmocka_unit_test(test_lengths),     cmocka_unit_test(test_registry),
		cmocka_unit_test(test_names),       cmocka_unit_test(test_parts),
		cmocka_unit_test(test_kept),        cmocka_unit_test(test_cut_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
