/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers with a sign or a point, as text. */
#ifndef IOTXDP_BASE_DECIMAL_H
#define IOTXDP_BASE_DECIMAL_H

#include "slice.h"
#include <stdint.h>

#define IOTX_DECIMAL_MAX 40 /* bytes of one */

struct iotx_slice iotx_decimal_signed(char buf[IOTX_DECIMAL_MAX], int64_t value);
struct iotx_slice iotx_decimal_unsigned(char buf[IOTX_DECIMAL_MAX], u64 value);

/* With as many digits as it takes to read the same number again. */
struct iotx_slice iotx_decimal_float(char buf[IOTX_DECIMAL_MAX], float value);
struct iotx_slice iotx_decimal_double(char buf[IOTX_DECIMAL_MAX], double value);

#endif
