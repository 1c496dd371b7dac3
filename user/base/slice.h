/* SPDX-License-Identifier: GPL-2.0-only */
/* Borrowed bytes: valid as long as the buffer they point into, never owned. */
#ifndef IOTXDP_BASE_SLICE_H
#define IOTXDP_BASE_SLICE_H

#include <iotxdp/port.h>
#include <string.h>

struct iotx_slice {
	const u8 *data; /* may be NULL when len is 0 */
	u32 len;
};

static inline struct iotx_slice iotx_slice(const void *data, u32 len)
{
	return (struct iotx_slice){ data, len };
}

/* Of a NUL-terminated string, without the NUL. */
static inline struct iotx_slice iotx_slice_str(const char *s)
{
	return iotx_slice(s, (u32)strlen(s));
}

static inline bool iotx_slice_eq(struct iotx_slice a, struct iotx_slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

#endif
