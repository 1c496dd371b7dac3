/* SPDX-License-Identifier: GPL-2.0-only */
/* A sum of bytes that many share: what each takes of it, the others cannot have. */
#ifndef IOTXDP_BASE_PURSE_H
#define IOTXDP_BASE_PURSE_H

#include <iotxdp/port.h>
#include <stdlib.h>

struct iotx_purse {
	u64 max;
	u64 *taken, *refused; /* counters: bytes, and how often there were too few */
};

/* False: there are not so many left. Without a purse nobody shares. */
static inline bool iotx_purse_take(struct iotx_purse *p, u64 n)
{
	if (!p)
		return true;
	if (n > p->max || *p->taken > p->max - n) {
		++*p->refused;
		return false;
	}
	*p->taken += n;
	return true;
}

static inline void iotx_purse_give(struct iotx_purse *p, u64 n)
{
	if (p)
		*p->taken -= n;
}

/* Zeroed, and n bytes taken for it; NULL: neither. */
static inline void *iotx_purse_calloc(struct iotx_purse *p, size_t n)
{
	void *memory;

	if (!iotx_purse_take(p, n))
		return NULL;
	memory = calloc(1, n);
	if (!memory)
		iotx_purse_give(p, n);
	return memory;
}

static inline void iotx_purse_free(struct iotx_purse *p, void *memory, size_t n)
{
	iotx_purse_give(p, n);
	free(memory);
}

#endif
