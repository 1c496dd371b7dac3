// SPDX-License-Identifier: GPL-2.0-only
/* Which flows are sampled: both directions alike, and one in N of them. */
#include "native.h"
#include "rng.h"

#include <iotxdp/sample.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct iotx_l4 turned(const struct iotx_l4 *l4)
{
	struct iotx_l4 other = *l4;

	memcpy(other.src, l4->dst, 16);
	memcpy(other.dst, l4->src, 16);
	other.src_port = l4->dst_port;
	other.dst_port = l4->src_port;
	return other;
}

static struct iotx_l4 random_flow(struct iotx_rng *r)
{
	struct iotx_l4 l4 = { .transport = iotx_rng_chance(r, 50) ? TCP : UDP };
	u32 n = iotx_rng_chance(r, 50) ? 4 : 16;

	iotx_rng_fill(r, l4.src, n);
	iotx_rng_fill(r, l4.dst, n);
	l4.src_port = (u16)iotx_rng_next(r);
	l4.dst_port = (u16)iotx_rng_next(r);
	return l4;
}

static void both_directions_hash_alike(void **state)
{
	struct iotx_rng r = { 1 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct iotx_l4 l4 = random_flow(&r), other = turned(&l4);

		assert_int_equal(iotx_flow_hash(&l4), iotx_flow_hash(&other));
	}
}

/* Nothing but the five-tuple counts, and all of it does. */
static void the_five_tuple_and_nothing_else(void **state)
{
	struct iotx_l4 l4 = { .src = { 10, 9, 0, 1 }, .dst = { 10, 9, 0, 2 }, .src_port = 40000,
			      .dst_port = 1883, .transport = TCP }, other = l4;
	u64 hash = iotx_flow_hash(&l4);

	(void)state;
	other.seq = 5;
	other.payload_len = 9;
	other.vlan[0] = 3;
	assert_int_equal(iotx_flow_hash(&other), hash);
	for (int i = 0; i < 16; i++) {
		other = l4;
		other.src[i] ^= 1;
		assert_int_not_equal(iotx_flow_hash(&other), hash);
		other = l4;
		other.dst[i] ^= 1;
		assert_int_not_equal(iotx_flow_hash(&other), hash);
	}
	other = l4;
	other.src_port++;
	assert_int_not_equal(iotx_flow_hash(&other), hash);
	other = l4;
	other.transport = UDP;
	assert_int_not_equal(iotx_flow_hash(&other), hash);
	other = l4; /* the ports change places, the addresses do not */
	other.src_port = l4.dst_port;
	other.dst_port = l4.src_port;
	assert_int_not_equal(iotx_flow_hash(&other), hash);
}

/* Flows as they are: one server, clients that count up addresses and ports. */
static u32 sampled_of(u32 flows, u32 one_in)
{
	struct iotx_l4 l4 = { .dst = { 10, 9, 0, 1 }, .dst_port = 1883, .transport = TCP };
	u32 n = 0;

	for (u32 i = 0; i < flows; i++) {
		l4.src[0] = 10;
		l4.src[3] = (u8)(i / 1000);
		l4.src_port = (u16)(32768 + i % 1000);
		n += iotx_flow_sampled(iotx_flow_hash(&l4), one_in);
	}
	return n;
}

static void the_share_is_close_to_one_in_n(void **state)
{
	static const u32 one_in[] = { 2, 3, 7, 10, 16, 64, 100 };
	u32 flows = 200000;

	(void)state;
	assert_int_equal(sampled_of(flows, 1), flows);
	assert_int_equal(sampled_of(flows, 0), 0);
	for (u32 i = 0; i < sizeof(one_in) / sizeof(*one_in); i++) {
		u32 want = flows / one_in[i], got = sampled_of(flows, one_in[i]);
		u32 off = got > want ? got - want : want - got;

		/* five standard deviations of a binomial share; off^2 < 25 * want */
		assert_true((u64)off * off < 25ull * want);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_hash_alike),
		cmocka_unit_test(the_five_tuple_and_nothing_else),
		cmocka_unit_test(the_share_is_close_to_one_in_n),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
