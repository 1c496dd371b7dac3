// SPDX-License-Identifier: GPL-2.0-only
/* CBOR: items in diagnostic notation, what is none, and what is taken for some unasked. */
#include "guard_hex.h"
#include "rng.h"

#include <wire/cbor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *hex, *text;
} items[] = {
	{ "00", "0" },
	{ "17", "23" },
	{ "1818", "24" },
	{ "1903e8", "1000" },
	{ "1a000f4240", "1000000" },
	{ "1bffffffffffffffff", "18446744073709551615" },
	{ "20", "-1" },
	{ "3863", "-100" },
	{ "3bffffffffffffffff", "-18446744073709551616" },
	{ "f90000", "0.0" },
	{ "f98000", "-0.0" },
	{ "f93c00", "1.0" },
	{ "f93e00", "1.5" },
	{ "f97bff", "65504.0" },
	{ "f90001", "5.9604645e-08" },
	{ "f90400", "6.1035156e-05" },
	{ "f9c400", "-4.0" },
	{ "f97c00", "Infinity" },
	{ "f9fc00", "-Infinity" },
	{ "f97e00", "NaN" },
	{ "fa47c35000", "100000.0" },
	{ "fa7f800000", "Infinity" },
	{ "fb3ff199999999999a", "1.1" },
	{ "fb7e37e43c8800759c", "1e+300" },
	{ "fbc010666666666666", "-4.1" },
	{ "f4", "false" },
	{ "f5", "true" },
	{ "f6", "null" },
	{ "f7", "undefined" },
	{ "f0", "simple(16)" },
	{ "f8ff", "simple(255)" },
	{ "c11a514b67b0", "1(1363896240)" },
	{ "d9d9f783010203", "55799([1, 2, 3])" },
	{ "d818456449455446", "24(h'6449455446')" },
	{ "40", "h''" },
	{ "4401020304", "h'01020304'" },
	{ "60", "\"\"" },
	{ "6449455446", "\"IETF\"" },
	{ "62225c", "\"\\\"\\\\\"" },
	{ "610a", "\"\\u000a\"" },
	{ "62c3bc", "\"\xc3\xbc\"" },
	{ "61ff", "\"\xef\xbf\xbd\"" },
	{ "80", "[]" },
	{ "8301820203820405", "[1, [2, 3], [4, 5]]" },
	{ "a0", "{}" },
	{ "a201020304", "{1: 2, 3: 4}" },
	{ "a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}" },
	{ "826161a161626163", "[\"a\", {\"b\": \"c\"}]" },
	{ "5f42010243030405ff", "(_ h'0102', h'030405')" },
	{ "7f657374726561646d696e67ff", "(_ \"strea\", \"ming\")" },
	{ "9fff", "[_ ]" },
	{ "9f018202039f0405ffff", "[_ 1, [2, 3], [_ 4, 5]]" },
	{ "83018202039f0405ff", "[1, [2, 3], [_ 4, 5]]" },
	{ "bf61610161629f0203ffff", "{_ \"a\": 1, \"b\": [_ 2, 3]}" },
	{ "bfff", "{_ }" },
	{ "5fff", "(_ )" },
};

static void expect_text(const u8 *data, u32 n, void *arg)
{
	char buf[256];
	struct iotx_coap_text text = iotx_coap_text(buf, sizeof(buf));
	const char *expected = arg;

	assert_true(iotx_cbor_valid(iotx_slice(data, n), false));
	iotx_cbor_text(iotx_slice(data, n), &text);
	assert_false(text.cut);
	if (!iotx_slice_eq(iotx_coap_text_slice(&text), iotx_slice_str(expected)))
		fail_msg("%s reads %.*s", expected, (int)text.len, text.data);
}

struct whole {
	u32 len;
	u32 valid;
};

static void count_valid(const u8 *data, u32 n, void *arg)
{
	struct whole *w = arg;

	w->valid += n < w->len && iotx_cbor_valid(iotx_slice(data, n), false);
	iotx_cbor_evident(iotx_slice(data, n));
}

static void test_items(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(items) / sizeof(*items); i++) {
		struct whole w = { .len = iotx_hex_read(items[i].hex) };

		iotx_hex_whole(items[i].hex, expect_text, (void *)items[i].text);
		iotx_hex_each_prefix(items[i].hex, count_valid, &w);
		assert_int_equal(w.valid, 0);
	}
}

/* RFC 8949, section 5.3.1 and appendix C. */
static void test_not_well_formed(void **state)
{
	static const char *const bad[] = {
		"", "1c", "1d", "1e", "1f", "3f", "5c", "7e", "9d", "bc", "dd", "df00", "fc", "fd", "fe", "ff",
		"f800", "f81f", "f814", "0000", "8100ff", "81ff", "8200ff", "a1ff", "a100ff", "a100", "bf00ff",
		"bf000000ff", "9f829f", "c1", "c1ff", "9fc1ff", "5f00ff", "5f6100ff", "7f4100ff", "5f5f4100ffff",
		"7f7f6100ffff", "5f21ff", "5b7fffffffffffffff010203", "9bffffffffffffffff", "bbffffffffffffffff00",
		"bb800000000000000000", "5affffffff00", "61", "18", "1900", "fa000000",
	};

	(void)state;
	for (u32 i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct whole w = { .len = iotx_hex_read(bad[i]) + 1 };

		iotx_hex_whole(bad[i], count_valid, &w);
		if (w.valid)
			fail_msg("%s is well formed", bad[i]);
	}
}

static void test_depth(void **state)
{
	u8 data[IOTX_CBOR_DEPTH_MAX + 2];

	(void)state;
	memset(data, 0x81, sizeof(data));
	data[IOTX_CBOR_DEPTH_MAX] = 0;
	assert_true(iotx_cbor_valid(iotx_slice(data, IOTX_CBOR_DEPTH_MAX + 1), false));
	data[IOTX_CBOR_DEPTH_MAX] = 0x81;
	data[IOTX_CBOR_DEPTH_MAX + 1] = 0;
	assert_false(iotx_cbor_valid(iotx_slice(data, IOTX_CBOR_DEPTH_MAX + 2), false));
}

static void test_sequences(void **state)
{
	static const u8 three[] = { 0x01, 0x61, 'a', 0x82, 0x02, 0x03 };
	char buf[64];
	struct iotx_coap_text text = iotx_coap_text(buf, sizeof(buf));

	(void)state;
	assert_true(iotx_cbor_valid(iotx_slice(three, sizeof(three)), true));
	assert_false(iotx_cbor_valid(iotx_slice(three, sizeof(three)), false));
	assert_false(iotx_cbor_valid(iotx_slice(three, sizeof(three) - 1), true));
	iotx_cbor_text(iotx_slice(three, sizeof(three)), &text);
	assert_true(iotx_slice_eq(iotx_coap_text_slice(&text), iotx_slice_str("1, \"a\", [2, 3]")));
}

/* What does not fit is left out, also of a string that is longer than all there is room for. */
static void test_cut(void **state)
{
	static u8 data[100000] = { 0x82, 0x01, 0x5a, 0x00, 0x01, 0x00, 0x00 };
	char buf[32];
	struct iotx_coap_text text = iotx_coap_text(buf, sizeof(buf));

	(void)state;
	iotx_cbor_text(iotx_slice(data, 65536 + 7), &text);
	assert_true(text.cut);
	assert_in_range(text.len, 20, sizeof(buf));
	assert_memory_equal(buf, "[1, h'0000", 10);
}

/* --- unasked -------------------------------------------------------------------------------- */

static bool evident(const char *hex)
{
	u32 n = iotx_hex_read(hex);

	return iotx_cbor_evident(iotx_slice(iotx_hex_bytes, n));
}

static void test_evidence(void **state)
{
	static const char *const yes[] = {
		"a16474656d7015",             /* {"temp": 21} */
		"bf6474656d70f94d40ff",       /* of no told length */
		"81a3006474656d70010002fb4035000000000000", /* SenML */
		"82a161610101",             /* an array that begins with a map */
		"d9d9f701",                   /* says so of itself */
		"a1206161",
	};
	static const char *const no[] = {
		"80", "a0", "01", "8101", "83010203", "6161", "f5", "c101", /* anything is one of those */
		"a1f501", "a1410001", "a18001",       /* names of other kinds */
		"a1181701", "a16101ff", "a161611817", /* heads that are longer than they need to be */
		"a161ff01",                           /* text that is none */
		"a161610100", "a16161",              /* something behind it, something missing */
		"d9d9f6a1616101", "8101a10102",
	};

	(void)state;
	for (u32 i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!evident(yes[i]))
			fail_msg("%s is none", yes[i]);
	for (u32 i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (evident(no[i]))
			fail_msg("%s is some", no[i]);
}

/* Random bytes are hardly ever taken for CBOR: fewer than one payload in 2,000 of any length. */
static void test_random(void **state)
{
	struct iotx_rng rng = { iotx_env_u64("IOTXDP_SEED", 5) };
	u8 data[64];

	(void)state;
	for (u32 len = 1; len <= sizeof(data); len++) {
		u32 taken = 0;

		for (u32 i = 0; i < 20000; i++) {
			iotx_rng_fill(&rng, data, len);
			taken += iotx_cbor_evident(iotx_slice(data, len));
		}
		if (taken >= 10)
			fail_msg("%u of 20000 payloads of %u bytes", taken, len);
	}
}

static void walk(const u8 *data, u32 n, void *arg)
{
	char buf[64];
	struct iotx_coap_text text = iotx_coap_text(buf, sizeof(buf));

	(void)arg;
	iotx_cbor_valid(iotx_slice(data, n), false);
	iotx_cbor_valid(iotx_slice(data, n), true);
	iotx_cbor_evident(iotx_slice(data, n));
	iotx_cbor_text(iotx_slice(data, n), &text);
	assert_true(text.len <= sizeof(buf));
}

/* Whatever comes: it ends, and reads nothing beyond. */
static void test_mutants(void **state)
{
	struct iotx_rng rng = { iotx_env_u64("IOTXDP_SEED", 7) };
	u8 data[64];

	(void)state;
	for (u32 round = 0; round < 20000; round++) {
		u32 n = iotx_hex_read(items[iotx_rng_below(&rng, sizeof(items) / sizeof(*items))].hex);

		memcpy(data, iotx_hex_bytes, n);
		for (u32 i = iotx_rng_below(&rng, 3); i < 3; i++)
			data[iotx_rng_below(&rng, n)] = (u8)iotx_rng_next(&rng);
		iotx_guard_whole(data, n, walk, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),	  cmocka_unit_test(test_not_well_formed),
		cmocka_unit_test(test_depth),	  cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_cut),	  cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_random),	  cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests_name("cbor", tests, NULL, NULL);
}
