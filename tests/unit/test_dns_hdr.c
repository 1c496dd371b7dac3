// SPDX-License-Identifier: GPL-2.0-only
/* The DNS header (RFC 1035, 4.1.1), as far as it tells a message apart. */
#include "native.h"

#include <iotxdp/dns_hdr.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Every pair of flag bytes: QUERY is opcode 0, and the Z bit is zero. */
static void every_flag(void **state)
{
	(void)state;
	for (u32 flags = 0; flags < 65536; flags++) {
		const u8 b[IOTX_DNS_HDR_LEN] = { 0, 0, (u8)(flags >> 8), (u8)flags, 0, 1 };
		const u8 *at = iotx_guard(b, sizeof(b));

		assert_int_equal(iotx_dns_plausible(at), !(flags & 0x7840));
		assert_int_equal(iotx_dns_is_response(at), flags >> 15);
	}
}

static void numbers_of_records(void **state)
{
	static const struct {
		u16 questions, answers;
		bool want;
	} rows[] = {
		{ 0, 0, false }, { 1, 0, true },   { 0, 1, true },     { 1, 65535, true },
		{ 16, 0, true }, { 17, 0, false }, { 17, 1, false },   { 65535, 0, false },
		{ 256, 0, false },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const u8 b[IOTX_DNS_HDR_LEN] = {
			0, 0, 0, 0, (u8)(rows[i].questions >> 8), (u8)rows[i].questions,
			(u8)(rows[i].answers >> 8), (u8)rows[i].answers,
		};

		if (iotx_dns_plausible(iotx_guard(b, sizeof(b))) != rows[i].want)
			fail_msg("%u questions, %u answers", rows[i].questions, rows[i].answers);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flag),
		cmocka_unit_test(numbers_of_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
