// SPDX-License-Identifier: GPL-2.0-only
#include "time.h"

#include "digits.h"

u64 iotx_clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (u64)t.tv_sec * IOTX_NS_PER_S + (u64)t.tv_nsec;
}

/* The text of the last second asked for; second is off by one so that zero means none. */
struct second_cache {
	u64 second_plus_1;
	char text[19];
};

static void put_clock(char *at, const struct tm *tm)
{
	iotx_digits_fixed(at, 2, (u64)tm->tm_hour);
	at[2] = ':';
	iotx_digits_fixed(at + 3, 2, (u64)tm->tm_min);
	at[5] = ':';
	iotx_digits_fixed(at + 6, 2, (u64)tm->tm_sec);
}

/* 64 bits of nanoseconds end in the year 2554: four digits hold every year. */
static void put_date(char *at, const struct tm *tm)
{
	iotx_digits_fixed(at, 4, (u64)tm->tm_year + 1900);
	at[4] = '-';
	iotx_digits_fixed(at + 5, 2, (u64)tm->tm_mon + 1);
	at[7] = '-';
	iotx_digits_fixed(at + 8, 2, (u64)tm->tm_mday);
	at[10] = 'T';
}

struct iotx_slice iotx_time_eve(char buf[IOTX_TIME_EVE_LEN], u64 ts_ns)
{
	static _Thread_local struct second_cache cache;
	u64 second = ts_ns / IOTX_NS_PER_S;
	time_t t = (time_t)second;
	struct tm tm;

	if (cache.second_plus_1 != second + 1 && gmtime_r(&t, &tm)) {
		put_date(cache.text, &tm);
		put_clock(cache.text + 11, &tm);
		cache.second_plus_1 = second + 1;
	}
	memcpy(buf, cache.text, 19);
	buf[19] = '.';
	iotx_digits_fixed(buf + 20, 9, ts_ns % IOTX_NS_PER_S);
	memcpy(buf + 29, "+0000", 5);
	return iotx_slice(buf, IOTX_TIME_EVE_LEN);
}

struct iotx_slice iotx_time_clock(char buf[IOTX_TIME_CLOCK_LEN], u64 ts_ns)
{
	static _Thread_local struct second_cache cache;
	u64 second = ts_ns / IOTX_NS_PER_S;
	time_t t = (time_t)second;
	struct tm tm;

	if (cache.second_plus_1 != second + 1 && localtime_r(&t, &tm)) {
		put_clock(cache.text, &tm);
		cache.second_plus_1 = second + 1;
	}
	memcpy(buf, cache.text, 8);
	buf[8] = '.';
	iotx_digits_fixed(buf + 9, 6, ts_ns % IOTX_NS_PER_S / 1000);
	return iotx_slice(buf, IOTX_TIME_CLOCK_LEN);
}
