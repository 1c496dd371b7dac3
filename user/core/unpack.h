/* SPDX-License-Identifier: GPL-2.0-only */
/* Data in the formats of gzip (RFC 1952) or zlib (RFC 1950), inflated in one go. */
#ifndef IOTXDP_CORE_UNPACK_H
#define IOTXDP_CORE_UNPACK_H

#include "base/buf.h"
#include <iotxdp/err.h>

/*
 * Appends to *out. E_BAD: it is none of both, or is damaged; E_SHORT: it ends early; E_LIMIT:
 * more than `max` bytes, or out of memory. What was appended then is a part.
 */
enum iotx_err iotx_unpack(struct iotx_slice packed, u32 max, struct iotx_buf *out);

#endif
