// SPDX-License-Identifier: GPL-2.0-only
#include "guard_hex.h"

#include <stdio.h>
#include <stdlib.h>

u8 iotx_hex_bytes[COAP_TEST_MAX];

u32 iotx_hex_read(const char *hex)
{
	int n = coap_bytes(hex, iotx_hex_bytes);

	if (n < 0) {
		fprintf(stderr, "no hex: %s\n", hex);
		abort();
	}
	return (u32)n;
}

void iotx_hex_whole(const char *hex, iotx_guard_fn fn, void *arg)
{
	u32 n = iotx_hex_read(hex);

	iotx_guard_whole(iotx_hex_bytes, n, fn, arg);
}

void iotx_hex_each_prefix(const char *hex, iotx_guard_fn fn, void *arg)
{
	u32 n = iotx_hex_read(hex);

	iotx_guard_each_prefix(iotx_hex_bytes, n, fn, arg);
}
