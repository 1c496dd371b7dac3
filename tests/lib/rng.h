/* SPDX-License-Identifier: GPL-2.0-only */
/* A small seeded generator: the same seed makes the same test everywhere. */
#ifndef IOTXDP_TESTS_RNG_H
#define IOTXDP_TESTS_RNG_H

#include <iotxdp/port.h>
#include <stdlib.h>

struct iotx_rng {
	u64 state;
};

/* SplitMix64 */
static inline u64 iotx_rng_next(struct iotx_rng *r)
{
	u64 x = r->state += 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/* 0 to n - 1 */
static inline u32 iotx_rng_below(struct iotx_rng *r, u32 n)
{
	return (u32)((iotx_rng_next(r) >> 32) * n >> 32);
}

static inline bool iotx_rng_chance(struct iotx_rng *r, u32 percent)
{
	return iotx_rng_below(r, 100) < percent;
}

static inline void iotx_rng_fill(struct iotx_rng *r, u8 *p, u32 n)
{
	for (u32 i = 0; i < n; i++)
		p[i] = (u8)iotx_rng_next(r);
}

/* A number from the environment, so that a failing run can be repeated and a short one made. */
static inline u64 iotx_env_u64(const char *name, u64 otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

#define IOTX_PICK(r, table) ((table)[iotx_rng_below(r, sizeof(table) / sizeof(*(table)))])

#endif
