// SPDX-License-Identifier: GPL-2.0-only
/* Files of blocks that are cut or wrong: what stands before comes out, and the place is named. */
#include "blocks.h"
#include "capture.h"
#include "input/pcapng.h"
#include "rng.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ETHERNET 1
#define SLL 113

/* Whole frames before the cut come out. It is damage unless it is between two blocks. */
static void is_cut_at_every_byte(void **state)
{
	u32 ends[8], n = 0, whole, block = 0;
	char where[64];

	(void)state;
	iotx_blocks_restart();
	ends[n++] = iotx_blocks.len;
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	ends[n++] = iotx_blocks.len;
	iotx_blocks_packet(0, 1, 61, 1);
	ends[n++] = iotx_blocks.len;
	iotx_blocks_other(NRB, "names");
	ends[n++] = iotx_blocks.len;
	iotx_blocks_packet(0, 1, 20, 2);
	ends[n++] = whole = iotx_blocks.len;
	for (iotx_blocks.len = 4; iotx_blocks.len < whole; iotx_blocks.len++) {
		struct iotx_outcome o;
		bool between;

		while (iotx_blocks.len >= ends[block])
			block++;
		between = block && iotx_blocks.len == ends[block - 1];
		iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
		assert_int_equal(o.frames, block > 2);
		assert_int_equal(o.status, between ? 0 : -EIO);
		snprintf(where, sizeof(where), "at offset %u:", block ? ends[block - 1] : 0);
		assert_int_equal(strstr(o.said, where) != NULL, !between);
	}
}

#define HALVES 0x100 /* two numbers of 16 bits, the second in the upper half */

/* Numbers that are written over a packet block of 92 bytes, at places within it. */
static const struct {
	const char *said;
	struct {
		u32 at, value;
	} patches[4]; /* no more after the first whose place is 0, except at the beginning */
} harms[] = {
	{ "a block shorter than its own header", { { 4, 0 } } },
	{ "a block shorter than its own header", { { 4, 11 } } },
	{ "a block whose length is no multiple of 4", { { 4, 93 } } },
	{ "a block of more than 16 MiB", { { 4, 0xfffffffc } } },
	{ "a block of more than 16 MiB", { { 4, IOTX_PCAPNG_BLOCK_MAX + 4 } } },
	{ "the file ends in it", { { 4, IOTX_PCAPNG_BLOCK_MAX } } },
	{ "a block whose two lengths differ", { { 88, 96 } } },
	{ "a packet block that is too short", { { 4, 28 }, { 24, 28 } } },
	{ "a packet block that is too short", { { 0, PB }, { 4, 28 }, { 24, 28 } } },
	{ "a packet block that is too short", { { 0, SPB }, { 4, 12 }, { 8, 12 } } },
	{ "a packet that is longer than its block", { { 20, 61 } } },
	{ "a packet that is longer than its block", { { 20, 0xffffffff } } },
	{ "a packet that is longer than its block", { { 0, SPB }, { 8, 100 } } },
	{ "a packet of an interface that is not described", { { 8, 1 } } },
	{ "a packet of an interface that is not described", { { 8, 0xffffffff } } },
	{ "a section header without a byte order", { { 0, IOTX_PCAPNG_MAGIC } } },
	{ "a section header that is too short",
	  { { 0, IOTX_PCAPNG_MAGIC }, { 4, 16 }, { 8, 0x1a2b3c4d }, { 12, 16 } } },
	{ "a section of a version that is not known",
	  { { 0, IOTX_PCAPNG_MAGIC }, { 8, 0x1a2b3c4d }, { 12, 0x00020002 } } },
	{ "an interface description that is too short", { { 0, IDB }, { 4, 16 }, { 12, 16 } } },
	{ "an option that is longer than its block", { { 0, IDB }, { 16, 0x00ff00ff } } },
	{ "an if_tsresol that is not 1 byte long", { { 0, IDB }, { HALVES | 16, 4 << 16 | 9 } } },
	{ "an if_tsoffset that is not 8 bytes long", { { 0, IDB }, { HALVES | 16, 4 << 16 | 14 } } },
};

static void harm(u32 block, size_t row)
{
	for (u32 i = 0; i < 4 && (!i || harms[row].patches[i].at); i++) {
		u32 at = harms[row].patches[i].at, value = harms[row].patches[i].value;

		if (at & HALVES && iotx_blocks.swapped)
			value = value >> 16 | value << 16;
		iotx_blocks_put32_at(block + (at & ~HALVES), value);
	}
}

static void names_every_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(harms) / sizeof(harms[0]); i++) {
		struct iotx_outcome o;
		char where[64];
		u32 at;

		iotx_blocks.len = 0;
		iotx_blocks_section(i & 1);
		iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
		iotx_blocks_packet(0, 1, 60, 1);
		at = iotx_blocks_packet(0, 1, 60, 2);
		iotx_blocks_packet(0, 1, 60, 3);
		harm(at, i / 2);
		iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
		snprintf(where, sizeof(where), "damaged after frame 1, in the block at offset %u: ", at);
		if (o.status != -EIO || o.frames != 1 || !strstr(o.said, where) ||
		    !strstr(o.said, harms[i / 2].said))
			fail_msg("%s: %d, %d frames, %s", harms[i / 2].said, o.status, (int)o.frames,
				 o.said);
	}
}

/* Of no section's interface: those of the section before are forgotten. */
static void wants_interfaces_first(void **state)
{
	struct iotx_outcome o;

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(0, 1, 60, 1);
	iotx_blocks_section(false);
	iotx_blocks_packet(0, 1, 60, 2);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, -EIO);
	assert_int_equal(o.frames, 1);
	iotx_blocks_restart();
	iotx_blocks_simple(60, 60, 1);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, -EIO);
	assert_non_null(strstr(o.said, "interface that is not described"));
}

static void bounds_interfaces(void **state)
{
	struct iotx_outcome o;

	(void)state;
	iotx_blocks_restart();
	for (u32 i = 0; i < IOTX_PCAPNG_INTERFACES_MAX; i++)
		iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(IOTX_PCAPNG_INTERFACES_MAX - 1, 1, 60, 1);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.frames, 1);
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, -EIO);
	assert_int_equal(o.frames, 1);
	assert_non_null(strstr(o.said, "more than 65536 interfaces"));
}

/* Any byte may be wrong: it ends, and no frame reaches out of its file. */
static void survives_random_harm(void **state)
{
	const u64 runs = iotx_env_u64("IOTXDP_FUZZ_RUNS", 2000);
	struct iotx_rng rng = { iotx_env_u64("IOTXDP_FUZZ_SEED", 1) };
	static u8 bytes[2048];
	struct iotx_outcome o;

	(void)state;
	iotx_blocks.len = 0;
	for (u8 i = 0; i < 2; i++) {
		iotx_blocks_section(i == 0);
		iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
		iotx_blocks_packet(0, 7, 61, i + 1);
	}
	iotx_blocks_interface(SLL, 64, "\x09\0\1\0\x94\0\0\0\x0e\0\x08\0\1\0\0\0\0\0\0\0", 20);
	iotx_blocks_old(1, 5, 50, 3);
	iotx_blocks_other(NRB, "names");
	iotx_blocks_simple(50, 50, 4);
	assert_true(iotx_blocks.len <= sizeof(bytes));
	for (u64 run = 0; run < runs; run++) {
		memcpy(bytes, iotx_blocks.bytes, iotx_blocks.len);
		for (u32 i = 0; i <= iotx_rng_below(&rng, 4); i++)
			bytes[4 + iotx_rng_below(&rng, iotx_blocks.len - 4)] = (u8)iotx_rng_next(&rng);
		iotx_read_bytes(&o, bytes, iotx_blocks.len);
		assert_true(o.captured <= iotx_blocks.len && o.frames <= 4 && o.status <= 0);
		assert_int_equal(o.status != 0, o.said[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_cut_at_every_byte),
		cmocka_unit_test(names_every_harm),
		cmocka_unit_test(wants_interfaces_first),
		cmocka_unit_test(bounds_interfaces),
		cmocka_unit_test(survives_random_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
