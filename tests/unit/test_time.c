// SPDX-License-Identifier: GPL-2.0-only
/* Times and numbers as text. */
#include "base/digits.h"
#include "base/time.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

struct time_case {
	u64 ts_ns;
	const char *eve;
	const char *clock; /* in UTC */
};

/* In an order in which a second that is remembered by mistake shows. */
static const struct time_case times[] = {
	{ 0, "1970-01-01T00:00:00.000000000+0000", "00:00:00.000000" },
	{ 999999999, "1970-01-01T00:00:00.999999999+0000", "00:00:00.999999" },
	{ 1000000000, "1970-01-01T00:00:01.000000000+0000", "00:00:01.000000" },
	{ 1714566896123456789, "2024-05-01T12:34:56.123456789+0000", "12:34:56.123456" },
	{ 1714566896000000999, "2024-05-01T12:34:56.000000999+0000", "12:34:56.000000" },
	{ 951782399999999999, "2000-02-28T23:59:59.999999999+0000", "23:59:59.999999" },
	{ 951782400000000000, "2000-02-29T00:00:00.000000000+0000", "00:00:00.000000" },
	{ 4107542400000000000, "2100-03-01T00:00:00.000000000+0000", "00:00:00.000000" },
	{ 0, "1970-01-01T00:00:00.000000000+0000", "00:00:00.000000" },
	{ UINT64_MAX, "2554-07-21T23:34:33.709551615+0000", "23:34:33.709551" },
};

static void test_times(void **state)
{
	char eve[IOTX_TIME_EVE_LEN], clock[IOTX_TIME_CLOCK_LEN];

	(void)state;
	for (u32 i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct iotx_slice s = iotx_time_eve(eve, times[i].ts_ns);

		assert_int_equal(s.len, strlen(times[i].eve));
		assert_memory_equal(s.data, times[i].eve, s.len);
		s = iotx_time_clock(clock, times[i].ts_ns);
		assert_int_equal(s.len, strlen(times[i].clock));
		assert_memory_equal(s.data, times[i].clock, s.len);
	}
}

/* The C library's own way, at random over all the years that 64 bits hold. */
static void test_dates_agree(void **state)
{
	char eve[IOTX_TIME_EVE_LEN], want[40];
	u64 ts = 1;

	(void)state;
	for (u32 i = 0; i < 20000; i++) {
		ts = ts * 6364136223846793005u + 1442695040888963407u;
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S",
			 gmtime(&(time_t){ (time_t)(ts / 1000000000) }));
		iotx_time_eve(eve, ts);
		assert_memory_equal(eve, want, 19);
	}
}

static void test_numbers(void **state)
{
	char got[IOTX_U64_DIGITS + 1], want[IOTX_U64_DIGITS + 1];
	u64 value = 1;

	(void)state;
	for (u32 i = 0; i < 3 * 64; i++) {
		u64 near = (i % 3 == 0 ? value - 1 : i % 3 == 1 ? value : value * 10 / 7);

		if (i % 3 == 2)
			value *= 2;
		got[iotx_digits_put(got, near)] = '\0';
		snprintf(want, sizeof(want), "%" PRIu64, near);
		assert_string_equal(got, want);
	}
	for (value = 1; value < UINT64_MAX / 10; value *= 10) {
		assert_int_equal(iotx_digits_put(got, value - 1),
				 snprintf(want, sizeof(want), "%" PRIu64, value - 1));
		assert_int_equal(iotx_digits_put(got, value),
				 snprintf(want, sizeof(want), "%" PRIu64, value));
	}
	assert_int_equal(iotx_digits_put(got, UINT64_MAX), 20);
	assert_memory_equal(got, "18446744073709551615", 20);
}

static void test_fixed(void **state)
{
	char got[6] = "xxxxxx";

	(void)state;
	iotx_digits_fixed(got, 5, 42);
	assert_memory_equal(got, "00042x", 6);
	iotx_digits_fixed(got, 2, 1999);
	assert_memory_equal(got, "99042x", 6);
	iotx_digits_fixed(got, 0, 7);
	assert_memory_equal(got, "99042x", 6);
	iotx_digits_hex(got, 0x0f);
	assert_memory_equal(got, "0f042x", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_dates_agree),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fixed),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
