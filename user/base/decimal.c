// SPDX-License-Identifier: GPL-2.0-only
#include "decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct iotx_slice iotx_decimal_signed(char buf[IOTX_DECIMAL_MAX], int64_t value)
{
	return iotx_slice(buf, (u32)snprintf(buf, IOTX_DECIMAL_MAX, "%" PRId64, value));
}

struct iotx_slice iotx_decimal_unsigned(char buf[IOTX_DECIMAL_MAX], u64 value)
{
	return iotx_slice(buf, (u32)snprintf(buf, IOTX_DECIMAL_MAX, "%" PRIu64, (uint64_t)value));
}

static u32 put(char buf[IOTX_DECIMAL_MAX], int digits, double value)
{
	return (u32)snprintf(buf, IOTX_DECIMAL_MAX, "%.*g", digits, value);
}

struct iotx_slice iotx_decimal_float(char buf[IOTX_DECIMAL_MAX], float value)
{
	int digits = 6;
	u32 n = put(buf, digits, (double)value);

	while (digits < 9 && !(strtof(buf, NULL) >= value && strtof(buf, NULL) <= value))
		n = put(buf, ++digits, (double)value);
	return iotx_slice(buf, n);
}

struct iotx_slice iotx_decimal_double(char buf[IOTX_DECIMAL_MAX], double value)
{
	int digits = 15;
	u32 n = put(buf, digits, value);

	while (digits < 17 && !(strtod(buf, NULL) >= value && strtod(buf, NULL) <= value))
		n = put(buf, ++digits, value);
	return iotx_slice(buf, n);
}
