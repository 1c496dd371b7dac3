/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages written in hexadecimal, with repetitions. */
#ifndef IOTXDP_TESTS_COAP_HEX_H
#define IOTXDP_TESTS_COAP_HEX_H

#include <iotxdp/port.h>

#define COAP_TEST_MAX 4096

static inline int coap_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * The bytes of hexadecimal text; spaces are for the reader. "xx*n " repeats a byte.
 * Returns how many, or -1 when it is no such text or does not fit.
 */
static inline int coap_bytes(const char *hex, u8 *out)
{
	int n = 0;

	while (*hex) {
		int high, low, times = 1;

		if (*hex == ' ') {
			hex++;
			continue;
		}
		high = coap_digit(hex[0]);
		low = hex[1] ? coap_digit(hex[1]) : -1;
		if (high < 0 || low < 0)
			return -1;
		hex += 2;
		if (*hex == '*')
			for (times = 0, hex++; *hex >= '0' && *hex <= '9'; hex++)
				times = times * 10 + *hex - '0';
		if (times > COAP_TEST_MAX - n)
			return -1;
		while (times--)
			out[n++] = (u8)(high << 4 | low);
	}
	return n;
}

#endif
