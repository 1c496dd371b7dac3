// SPDX-License-Identifier: GPL-2.0-only
#include "base/ip.h"

#include "base/digits.h"

#include <string.h>

static char *put_ip4(char *at, const u8 *ip)
{
	for (u32 i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		at += iotx_digits_put(at, ip[i]);
	}
	return at;
}

static u16 group_of(const u8 *ip, u32 i)
{
	return (u16)(ip[2 * i] << 8 | ip[2 * i + 1]);
}

/* The longest run of at least two zero groups, the first of several (RFC 5952, section 4.2). */
static void find_zero_run(const u8 *ip, u32 *from, u32 *count)
{
	u32 run = 0;

	*from = 8;
	*count = 1;
	for (u32 i = 0; i < 8; i++) {
		run = group_of(ip, i) ? 0 : run + 1;
		if (run > *count) {
			*count = run;
			*from = i + 1 - run;
		}
	}
}

/* Without leading zeros. */
static char *put_group(char *at, u16 group)
{
	char digits[4];
	u32 skip = 0;

	iotx_digits_hex(digits, group >> 8);
	iotx_digits_hex(digits + 2, group & 0xff);
	while (skip < 3 && digits[skip] == '0')
		skip++;
	memcpy(at, digits + skip, 4 - skip);
	return at + 4 - skip;
}

static char *put_ip6(char *at, const u8 *ip)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	u32 from, count;

	if (!memcmp(ip, mapped, sizeof(mapped))) {
		memcpy(at, "::ffff:", 7);
		return put_ip4(at + 7, ip + 12);
	}
	find_zero_run(ip, &from, &count);
	for (u32 i = 0; i < 8; i++) {
		if (i == from) {
			i += count - 1;
			*at++ = ':';
			if (i == 7)
				*at++ = ':';
			continue;
		}
		if (i)
			*at++ = ':';
		at = put_group(at, group_of(ip, i));
	}
	return at;
}

char *iotx_ip_put(char *at, u8 ip_version, const u8 *ip)
{
	return ip_version == 4 ? put_ip4(at, ip) : put_ip6(at, ip);
}
