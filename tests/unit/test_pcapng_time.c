// SPDX-License-Identifier: GPL-2.0-only
/* Every unit of time that an interface may have, and those that no clock has. */
#include "input/pcapng_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TWO 0x80
#define YEAR_2023 1700000000ull
#define NS 1000000000ull

static const struct {
	const char *what;
	u8 tsresol;
	u64 ticks;
	int64_t offset_s;
	u64 ts_ns;
} rows[] = {
	{ "microseconds", 6, YEAR_2023 * 1000000 + 123456, 0, YEAR_2023 * NS + 123456000 },
	{ "nanoseconds", 9, YEAR_2023 * NS + 123456789, 0, YEAR_2023 * NS + 123456789 },
	{ "milliseconds", 3, YEAR_2023 * 1000 + 7, 0, YEAR_2023 * NS + 7000000 },
	{ "seconds", 0, YEAR_2023, 0, YEAR_2023 * NS },
	{ "tenths of nanoseconds, rounded down", 10, 19, 0, 1 },
	{ "picoseconds", 12, 1700000000000000999ull, 0, 1700000000000000ull },
	{ "10^-28 s: the largest divisor", 28, UINT64_MAX, 0, 1 },
	{ "10^-29 s: no time at all", 29, UINT64_MAX, 0, 0 },
	{ "10^-127 s", 127, UINT64_MAX, 0, 0 },
	{ "2^0: seconds", TWO, YEAR_2023, 0, YEAR_2023 * NS },
	{ "halves", TWO | 1, 3, 0, 3 * NS / 2 },
	{ "2^-10 s", TWO | 10, YEAR_2023 << 10 | 512, 0, YEAR_2023 * NS + NS / 2 },
	{ "NTP's fractions", TWO | 32, YEAR_2023 << 32 | 1u << 31, 0, YEAR_2023 * NS + NS / 2 },
	{ "NTP's smallest step, rounded down", TWO | 32, 5, 0, 1 },
	{ "2^-63 s", TWO | 63, 1ull << 63, 0, NS },
	{ "2^-64 s", TWO | 64, UINT64_MAX, 0, NS - 1 },
	{ "2^-93 s", TWO | 93, UINT64_MAX, 0, 1 },
	{ "2^-127 s", TWO | 127, UINT64_MAX, 0, 0 },
	{ "more than can be said", 0, UINT64_MAX, 0, INT64_MAX },
	{ "more than can be said, of microseconds", 6, UINT64_MAX, 0, INT64_MAX },
	{ "the last nanosecond", 9, INT64_MAX, 0, INT64_MAX },
	{ "the one after it", 9, 1ull << 63, 0, INT64_MAX },
	{ "an offset forward", 6, 5, 10, 10 * NS + 5000 },
	{ "an offset back", 0, YEAR_2023, -1, (YEAR_2023 - 1) * NS },
	{ "before 1970", 0, 5, -6, 0 },
	{ "an absurd offset forward", 6, 5, INT64_MAX, INT64_MAX },
	{ "an absurd offset back", 0, UINT64_MAX, INT64_MIN, INT64_MAX },
	{ "the same with a small time", 6, 5, INT64_MIN, 0 },
	{ "an offset that saves a large time", 0, 0x7fffffffffffffffull, -0x7fffffffffffffffll, 0 },
};

static void converts_every_unit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iotx_tick tick = { .offset_s = rows[i].offset_s };
		u64 ts_ns;

		iotx_tick_set_unit(&tick, rows[i].tsresol);
		ts_ns = iotx_tick_ns(&tick, rows[i].ticks);
		if (ts_ns != rows[i].ts_ns)
			fail_msg("%s: %llu, not %llu", rows[i].what, (unsigned long long)ts_ns,
				 (unsigned long long)rows[i].ts_ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_every_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
