// SPDX-License-Identifier: GPL-2.0-only
/* Inflating messages: what RFC 7692 shows, contexts, windows, and what is too much. */
#include <core/ws_deflate.h>
#include <base/buf.h>

#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

#define ROOM (2u << 20)

static struct {
	u8 bytes[ROOM];
	u32 n;
} got;

static void take(void *arg, const u8 *data, u32 n)
{
	(void)arg;
	assert_true(n && got.n + n <= ROOM);
	memcpy(got.bytes + got.n, data, n);
	got.n += n;
}

static bool far;

/* One message, in pieces of `step` bytes. */
static enum iotx_err message(struct iotx_inflater *z, const u8 *data, u32 n, u32 step)
{
	struct iotx_inflated to = { .bytes = take, .max = 1 << 20 };
	enum iotx_err err = IOTX_OK;

	got.n = 0;
	for (u32 i = 0; i < n && !err; i += step)
		err = iotx_inflater_push(z, data + i, n - i < step ? n - i : step, &to);
	if (!err)
		err = iotx_inflater_end(z, &to);
	far = to.far;
	assert_true(to.out == got.n);
	return err;
}

static void expect(const char *want)
{
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.bytes, want, got.n);
}

/* RFC 7692, section 7.2.3 */
static void examples(void **state)
{
	static const struct {
		const char *what;
		u8 bytes[32];
		u8 n;
	} row[] = {
		{ "one block", { 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 }, 7 },
		{ "stored", { 0x00, 0x05, 0x00, 0xfa, 0xff, 'H', 'e', 'l', 'l', 'o', 0x00 }, 11 },
		{ "a final block", { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00 }, 8 },
		{ "two blocks", { 0xf2, 0x48, 0x05, 0, 0, 0, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00 }, 13 },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		for (u32 step = 1; step <= row[i].n; step++) {
			struct iotx_inflater *z = iotx_inflater_new(15);

			assert_int_equal(message(z, row[i].bytes, row[i].n, step), IOTX_OK);
			expect("Hello");
			iotx_inflater_free(z);
		}
}

/* The second message is nothing but a reference to the first. */
static void contexts(void **state)
{
	static const u8 first[] = { 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00 };
	static const u8 final[] = { 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00 };
	static const u8 second[] = { 0xf2, 0x00, 0x11, 0x00, 0x00 };
	struct iotx_inflater *z = iotx_inflater_new(15);

	(void)state;
	assert_int_equal(message(z, first, sizeof(first), 3), IOTX_OK);
	assert_int_equal(message(z, second, sizeof(second), 5), IOTX_OK);
	expect("Hello");
	iotx_inflater_reset(z);
	assert_int_equal(message(z, second, sizeof(second), 5), IOTX_E_BAD);
	assert_true(far);
	iotx_inflater_reset(z);
	assert_int_equal(message(z, final, sizeof(final), 8), IOTX_OK);
	assert_int_equal(message(z, second, sizeof(second), 1), IOTX_OK); /* behind a final block too */
	expect("Hello");
	iotx_inflater_free(z);
}

static void not_deflate(void **state)
{
	static const struct {
		u8 bytes[8];
		u8 n;
	} row[] = {
		{ { 0xff, 0xff, 0xff, 0xff }, 4 },
		{ { 0x00, 0x06, 0x00, 0xf9, 0xff, 'H' }, 6 }, /* a stored block goes on */
		{ { 0xf2, 0x48, 0xcd }, 3 },                  /* as does this one */
		{ { 0 }, 0 },                                 /* 7.2.3.6 */
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		for (u32 step = 1; step < 5; step++) {
			struct iotx_inflater *z = iotx_inflater_new(15);

			assert_int_equal(message(z, row[i].bytes, row[i].n, step), IOTX_E_BAD);
			assert_false(far);
			iotx_inflater_free(z);
		}
}

/* Raw DEFLATE without its last four bytes, as a sender cuts them off. */
static u32 deflated(const u8 *data, u32 n, int bits, u8 *out, u32 room)
{
	z_stream s = {};
	u32 len;

	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_in = (Bytef *)data;
	s.avail_in = n;
	s.next_out = out;
	s.avail_out = room;
	assert_int_equal(deflate(&s, Z_SYNC_FLUSH), Z_OK);
	len = room - s.avail_out;
	deflateEnd(&s);
	assert_true(len >= 4);
	return len - 4;
}

/* Random bytes, repeated at a distance, fit the window or do not. */
static void windows(void **state)
{
	static u8 data[4096], packed[8192];
	struct iotx_rng rng = { .state = 1 };
	static const struct {
		u32 distance;
		u8 bits;
		enum iotx_err want;
	} row[] = {
		{ 256, 8, IOTX_OK },   { 257, 8, IOTX_E_BAD },  { 512, 9, IOTX_OK },
		{ 513, 9, IOTX_E_BAD }, { 1024, 10, IOTX_OK }, { 1025, 10, IOTX_E_BAD },
		{ 1025, 15, IOTX_OK },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct iotx_inflater *z = iotx_inflater_new(row[i].bits);
		u32 n = row[i].distance + 64, len;

		iotx_rng_fill(&rng, data, row[i].distance);
		memcpy(data + row[i].distance, data, 64);
		len = deflated(data, n, 15, packed, sizeof(packed));
		assert_true(len < n); /* the repetition was used */
		assert_int_equal(message(z, packed, len, 100), row[i].want);
		assert_int_equal(far, row[i].want == IOTX_E_BAD);
		if (!row[i].want)
			assert_memory_equal(got.bytes, data, n);
		iotx_inflater_free(z);
	}
}

static void limits(void **state)
{
	static const struct {
		const char *what;
		u32 n;
		u8 noise; /* per cent of it that does not compress */
		enum iotx_err want;
	} row[] = {
		{ "short ones may be as dense as they like", IOTX_INFLATE_FREE, 0, IOTX_OK },
		{ "long ones may not", 64 << 10, 0, IOTX_E_LIMIT },
		{ "just dense enough", 64 << 10, 2, IOTX_OK },
		{ "as long as it may be", 1 << 20, 5, IOTX_OK },
		{ "one byte longer", (1 << 20) + 1, 5, IOTX_E_LIMIT },
	};
	u8 *data = calloc(1, ROOM), *packed = malloc(ROOM);
	struct iotx_rng rng = { .state = 2 };

	(void)state;
	assert_non_null(data);
	assert_non_null(packed);
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct iotx_inflater *z = iotx_inflater_new(15);
		u32 len;

		memset(data, 0, row[i].n);
		iotx_rng_fill(&rng, data, row[i].n / 100 * row[i].noise);
		len = deflated(data, row[i].n, 15, packed, ROOM);
		print_message("%s: %u of %u\n", row[i].what, len, row[i].n);
		assert_int_equal(message(z, packed, len, len), row[i].want);
		assert_true(got.n <= (1 << 20) + 4096);
		iotx_inflater_free(z);
	}
	free(data);
	free(packed);
}

static void anything(void **state)
{
	struct iotx_rng rng = { .state = 3 };
	u8 data[64];

	(void)state;
	for (u32 i = 0; i < 20000; i++) {
		struct iotx_inflater *z = iotx_inflater_new((u8)(8 + i % 8));
		u32 n = 1 + iotx_rng_below(&rng, sizeof(data));

		iotx_rng_fill(&rng, data, n);
		message(z, data, n, 1 + i % 9);
		iotx_inflater_free(z);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples), cmocka_unit_test(contexts), cmocka_unit_test(not_deflate),
		cmocka_unit_test(windows),  cmocka_unit_test(limits),   cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
