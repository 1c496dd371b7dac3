/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes protobuf, as its encoding is described; for tests only. */
#ifndef IOTXDP_TESTS_PB_H
#define IOTXDP_TESTS_PB_H

#include <iotxdp/port.h>
#include <stdlib.h>
#include <string.h>

struct pb {
	u8 b[16384];
	u32 n;
};

static inline void pb_raw(struct pb *p, const void *data, u32 n)
{
	if (n > sizeof(p->b) - p->n)
		abort();
	memcpy(p->b + p->n, data, n);
	p->n += n;
}

static inline void pb_varint(struct pb *p, u64 v)
{
	do {
		u8 b = (u8)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));

		pb_raw(p, &b, 1);
		v >>= 7;
	} while (v);
}

static inline void pb_num(struct pb *p, u32 field, u64 v)
{
	pb_varint(p, field << 3);
	pb_varint(p, v);
}

/* n is 4 or 8. */
static inline void pb_fixed(struct pb *p, u32 field, u64 bits, u32 n)
{
	pb_varint(p, field << 3 | (n == 4 ? 5 : 1));
	for (u32 i = 0; i < n; i++) {
		u8 b = (u8)(bits >> 8 * i);

		pb_raw(p, &b, 1);
	}
}

static inline void pb_bytes(struct pb *p, u32 field, const void *data, u32 n)
{
	pb_varint(p, field << 3 | 2);
	pb_varint(p, n);
	pb_raw(p, data, n);
}

static inline void pb_str(struct pb *p, u32 field, const char *s)
{
	pb_bytes(p, field, s, (u32)strlen(s));
}

static inline void pb_msg(struct pb *p, u32 field, const struct pb *inner)
{
	pb_bytes(p, field, inner->b, inner->n);
}

#endif
