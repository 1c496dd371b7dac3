/* SPDX-License-Identifier: GPL-2.0-only */
/* Base 64 (RFC 4648, section 4), with padding. */
#ifndef IOTXDP_BASE_BASE64_H
#define IOTXDP_BASE_BASE64_H

#include "slice.h"
#include <stddef.h>

static inline size_t iotx_base64_len(size_t n)
{
	return (n + 2) / 3 * 4;
}

/* Writes iotx_base64_len(s.len) characters. */
void iotx_base64_put(u8 *at, struct iotx_slice s);

/* How many bytes this text decodes to; false when it is no base 64. */
bool iotx_base64_size(struct iotx_slice text, u32 *size);

#endif
