// SPDX-License-Identifier: GPL-2.0-only
/* Block-wise transfers: put together when whole, kept apart when they run at the same time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pkt.h"
#include "rng.h"
#include <core/coap_block.h>
#include <wire/coap_code.h>

#define CLIENT 0
#define SERVER 1

static struct iotx_coap_exchanges exchanges;
static struct iotx_coap_transfers transfers;
static struct iotx_engine_stats stats;
static u64 now_ms;
static u16 next_mid;

static int setup(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	now_ms = 1000;
	next_mid = 1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iotx_coap_exchanges_free(&exchanges);
	iotx_coap_transfers_free(&transfers);
	return 0;
}

/* What a test says of a message. */
struct message {
	u32 side;
	u8 code;
	u8 type;     /* 0: NON */
	u32 token;   /* four bytes, but 0 is no token */
	char path;   /* 0: no Uri-Path */
	u8 etag;     /* 0: no ETag */
	u16 block;   /* number of the option; 0: none */
	u32 num;
	u8 szx;
	bool more;
	const void *payload;
	u32 len;
	u32 cut;     /* bytes that were not captured */
	u16 mid;     /* 0: the next one */
};

static u8 *option(u8 *at, u16 *last, u16 number, const void *value, u8 len)
{
	u16 delta = (u16)(number - *last);

	*at++ = (u8)((delta > 12 ? 13 : delta) << 4 | len);
	if (delta > 12)
		*at++ = (u8)(delta - 13);
	memcpy(at, value, len);
	*last = number;
	return at + len;
}

static u32 build(const struct message *m, u8 *data)
{
	u8 *at = data, token = m->token ? 4 : 0, block[3];
	u32 value = m->num << 4 | (m->more ? 8 : 0) | m->szx;
	u16 last = 0;

	*at++ = 0x40 | (m->type ? m->type : 1) << 4 | token;
	*at++ = m->code;
	iotx_put_be16(at, m->mid ? m->mid : next_mid++);
	at += 2;
	iotx_put_be32(at, m->token);
	at += token;
	if (m->etag)
		at = option(at, &last, 4, &m->etag, 1);
	if (m->path)
		at = option(at, &last, 11, &m->path, 1);
	block[0] = (u8)(value >> 16);
	block[1] = (u8)(value >> 8);
	block[2] = (u8)value;
	if (m->block)
		at = option(at, &last, m->block, block, 3);
	if (m->len)
		*at++ = 0xff;
	if (m->len)
		memcpy(at, m->payload, m->len);
	return (u32)(at - data) + m->len;
}

/* Returns the length of the body that is complete now, or -1; `body` may be NULL. */
static long see(const struct message *m, char *body)
{
	static u8 data[4096];
	u32 len = build(m, data);
	struct iotx_coap_msg msg;
	struct iotx_coap_facts facts;
	struct iotx_coap_body out = {};
	struct iotx_diag diag;
	enum iotx_err err = iotx_coap_decode(data, len - m->cut, len, &msg, &diag);
	struct iotx_coap_sight sight = {
		.msg = &msg, .side = m->side, .ts_ns = now_ms * 1000000, .frame = 1, .stats = &stats,
		.sound = err == IOTX_OK || err == IOTX_E_RULE, .digest = now_ms,
	};
	long n;

	now_ms++;
	if (m->mid) /* repeated */
		sight.digest = 0x100000000ull + m->mid;
	iotx_coap_exchanges_see(&exchanges, &sight, &facts);
	iotx_coap_transfers_see(&transfers, &sight, &facts, &out);
	n = out.complete ? (long)out.bytes.len : -1;
	if (body && out.complete) {
		memcpy(body, out.bytes.data, out.bytes.len);
		body[out.bytes.len] = '\0';
	}
	iotx_buf_free(&out.own);
	return n;
}

/* A request for a block and its response: 16 bytes of `fill`, or `len` in the last one. */
static long get_block(char path, u32 token, u8 etag, u32 num, char fill, u32 last_len, char *body)
{
	char payload[16];

	memset(payload, fill, sizeof(payload));
	see(&(struct message){ .side = CLIENT, .code = 1, .token = token, .path = path,
			       .block = num ? 23 : 0, .num = num }, NULL);
	return see(&(struct message){ .side = SERVER, .code = 0x45, .token = token, .etag = etag, .block = 23,
				      .num = num, .more = !last_len, .payload = payload,
				      .len = last_len ? last_len : 16 }, body);
}

static long put_block(char path, u32 token, u32 num, char fill, u32 last_len, char *body)
{
	char payload[16];
	long n;

	memset(payload, fill, sizeof(payload));
	n = see(&(struct message){ .side = CLIENT, .code = 3, .token = token, .path = path, .block = 27,
				   .num = num, .more = !last_len, .payload = payload,
				   .len = last_len ? last_len : 16 }, body);
	see(&(struct message){ .side = SERVER, .code = last_len ? 0x44 : 0x5f, .token = token,
			       .block = 27, .num = num, .more = !last_len }, NULL);
	return n;
}

static void one_after_another(void **state)
{
	char body[64];

	(void)state;
	assert_int_equal(get_block('a', 7, 0, 0, 'x', 0, body), -1);
	assert_int_equal(get_block('a', 7, 0, 1, 'y', 0, body), -1);
	assert_int_equal(get_block('a', 7, 0, 2, 'z', 4, body), 36);
	assert_string_equal(body, "xxxxxxxxxxxxxxxxyyyyyyyyyyyyyyyyzzzz");
	assert_int_equal(transfers.count, 0);
	assert_int_equal(put_block('a', 7, 0, 'p', 0, body), -1);
	assert_int_equal(put_block('a', 7, 1, 'q', 1, body), 17);
	assert_string_equal(body, "ppppppppppppppppq");
}

static void one_block_is_a_body(void **state)
{
	char body[64];

	(void)state;
	assert_int_equal(get_block('a', 7, 0, 0, 'x', 5, body), 5);
	assert_string_equal(body, "xxxxx");
}

/* Runs two transfers in turns; their tokens, entity tags and paths are given by block. */
struct pair {
	const char *sentence;
	char path[2];
	u32 token[2][3];
	u8 etag[2];
};

static const struct pair pairs[] = {
	{ "two things, each with a token of its own", { 'a', 'b' }, { { 1, 1, 1 }, { 2, 2, 2 } }, { 0, 0 } },
	{ "two things, a new token for every block", { 'a', 'b' }, { { 1, 2, 3 }, { 4, 5, 6 } }, { 0, 0 } },
	{ "two things, and no token", { 'a', 'b' }, { { 0, 0, 0 }, { 0, 0, 0 } }, { 0, 0 } },
	{ "two things, and one token for both", { 'a', 'b' }, { { 9, 9, 9 }, { 9, 9, 9 } }, { 0, 0 } },
	{ "one thing twice: by the tokens", { 'a', 'a' }, { { 1, 1, 1 }, { 2, 2, 2 } }, { 0, 0 } },
	{ "one thing that changed: by ETag", { 'a', 'a' }, { { 1, 2, 3 }, { 4, 5, 6 } }, { 8, 9 } },
};

static void two_at_a_time(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		const struct pair *p = &pairs[i];
		char body[64] = "";

		for (u32 num = 0; num < 3; num++)
			for (u32 t = 0; t < 2; t++) {
				long n = get_block(p->path[t], p->token[t][num], p->etag[t], num,
						   (char)((t ? 'A' : 'a') + num), num == 2 ? 4 : 0, body);

				if (n != (num == 2 ? 36 : -1))
					fail_msg("%s: block %u of %u: %ld", p->sentence, num, t, n);
				if (num == 2 && strcmp(body, t ? "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCC" :
								 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccc"))
					fail_msg("%s: %u is \"%s\"", p->sentence, t, body);
			}
		assert_int_equal(transfers.count, 0);
	}
	assert_int_equal(stats.coap_transfers_limit, 0);
}

static void both_ways_at_a_time(void **state)
{
	char body[64];

	(void)state;
	assert_int_equal(put_block('a', 7, 0, 'p', 0, body), -1);
	assert_int_equal(get_block('a', 8, 0, 0, 'x', 0, body), -1);
	assert_int_equal(put_block('a', 7, 1, 'q', 2, body), 18);
	assert_string_equal(body, "ppppppppppppppppqq");
	assert_int_equal(get_block('a', 8, 0, 1, 'y', 2, body), 18);
	assert_string_equal(body, "xxxxxxxxxxxxxxxxyy");
}

static void in_any_order(void **state)
{
	static const u8 orders[][3] = { { 2, 1, 0 }, { 1, 0, 2 }, { 2, 0, 1 }, { 0, 2, 1 } };

	(void)state;
	for (u32 i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		for (u32 k = 0; k < 3; k++) {
			u32 num = orders[i][k];
			char body[64];
			long n = get_block('a', 7, 0, num, (char)('a' + num), num == 2 ? 4 : 0, body);

			assert_int_equal(n, k == 2 ? 36 : -1);
			if (k == 2)
				assert_string_equal(body, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccc");
		}
}

/* A retransmission adds nothing; a block asked for again does not either. */
static void repeated_blocks(void **state)
{
	struct message m = { .side = CLIENT, .code = 3, .type = 4, .token = 7, .path = 'a', .block = 27,
			     .more = true, .payload = "0123456789abcdef", .len = 16, .mid = 500 };
	char body[64];

	(void)state;
	assert_int_equal(see(&m, NULL), -1);
	assert_int_equal(put_block('a', 7, 1, 'x', 0, NULL), -1);
	assert_int_equal(see(&m, NULL), -1);
	assert_int_equal(put_block('a', 7, 1, 'y', 0, NULL), -1);
	assert_int_equal(put_block('a', 7, 2, 'z', 1, body), 33);
	assert_string_equal(body, "0123456789abcdefxxxxxxxxxxxxxxxxz");
}

static void the_first_block_starts_anew(void **state)
{
	char body[64];

	(void)state;
	assert_int_equal(get_block('a', 7, 0, 0, 'x', 0, NULL), -1);
	assert_int_equal(get_block('a', 7, 0, 1, 'x', 0, NULL), -1);
	assert_int_equal(get_block('a', 7, 0, 0, 'y', 0, NULL), -1);
	assert_int_equal(get_block('a', 7, 0, 1, 'z', 1, body), 17);
	assert_string_equal(body, "yyyyyyyyyyyyyyyyz");
}

static void the_size_is_lowered(void **state)
{
	char payload[64], body[128];
	struct message m = { .side = CLIENT, .code = 3, .token = 7, .path = 'a', .block = 27, .szx = 2,
			     .more = true, .payload = payload, .len = 64 };

	(void)state;
	memset(payload, 'x', sizeof(payload));
	assert_int_equal(see(&m, NULL), -1);
	m.szx = 0;
	m.num = 4; /* 64 bytes are 4 blocks of 16 */
	m.len = 16;
	assert_int_equal(see(&m, NULL), -1);
	m.num = 5;
	m.more = false;
	m.len = 3;
	assert_int_equal(see(&m, body), 83);
}

static void what_was_not_captured(void **state)
{
	struct message m = { .side = CLIENT, .code = 3, .token = 7, .path = 'a', .block = 27,
			     .more = true, .payload = "0123456789abcdef", .len = 16, .cut = 1 };

	(void)state;
	assert_int_equal(see(&m, NULL), -1);
	assert_int_equal(put_block('a', 7, 1, 'x', 3, NULL), -1);
	assert_int_equal(stats.coap_transfers_limit, 1);
}

/* Blocks of 1024 bytes up to `len` in all; the result of the last. */
static long put_long(u32 len)
{
	static u8 payload[1024];
	long n = -1;

	for (u32 num = 0; num * 1024 < len; num++) {
		u32 rest = len - num * 1024;

		assert_int_equal(n, -1);
		n = see(&(struct message){ .side = CLIENT, .code = 3, .token = 7, .path = 'l', .block = 27,
					   .num = num, .szx = 6, .more = rest > 1024, .payload = payload,
					   .len = rest > 1024 ? 1024 : rest }, NULL);
	}
	return n;
}

static void as_long_as_the_limit(void **state)
{
	(void)state;
	assert_int_equal(put_long(IOTX_COAP_BODY_MAX), IOTX_COAP_BODY_MAX);
	assert_int_equal(stats.coap_transfers_limit, 0);
	assert_int_equal(put_long(IOTX_COAP_BODY_MAX + 1), -1);
	assert_int_equal(stats.coap_transfers_limit, 1);
	assert_int_equal(put_long(3000), 3000);
}

/* A number alone costs nothing. */
static void a_block_far_out(void **state)
{
	(void)state;
	assert_int_equal(put_block('a', 7, 0xfffff, 'x', 3, NULL), -1);
	assert_int_equal(stats.coap_transfers_limit, 1);
	assert_int_equal(put_block('a', 8, 60000, 'x', 3, NULL), -1);
	assert_int_equal(stats.coap_transfers_limit, 1);
}

static void too_many_at_a_time(void **state)
{
	(void)state;
	for (u32 i = 0; i <= IOTX_COAP_TRANSFERS_MAX; i++)
		assert_int_equal(get_block((char)('a' + i), 100 + i, 0, 0, 'x', 0, NULL), -1);
	assert_int_equal(stats.coap_transfers_limit, 1);
	assert_int_equal(transfers.count, IOTX_COAP_TRANSFERS_MAX);
	assert_int_equal(get_block('a', 100, 0, 1, 'x', 1, NULL), -1);
	assert_int_equal(get_block('q', 116, 0, 1, 'x', 1, NULL), 17);
}

static void an_old_one_is_not_continued(void **state)
{
	(void)state;
	assert_int_equal(get_block('a', 7, 0, 0, 'x', 0, NULL), -1);
	now_ms += 248000;
	assert_int_equal(get_block('a', 7, 0, 1, 'x', 1, NULL), -1);
}

/* POST with blocks both ways (RFC 7959, section 3.3). */
static void a_long_request_with_a_long_response(void **state)
{
	struct message ask = { .side = CLIENT, .code = 2, .token = 5, .path = 'a', .block = 27, .more = true,
			       .payload = "0123456789abcdef", .len = 16 };
	struct message tell = { .side = SERVER, .code = 0x44, .token = 6, .block = 23, .more = true,
				.payload = "fedcba9876543210", .len = 16 };
	char body[64];

	(void)state;
	assert_int_equal(see(&ask, NULL), -1);
	ask.token = 6;
	ask.num = 1;
	ask.more = false;
	ask.len = 2;
	assert_int_equal(see(&ask, body), 18);
	assert_string_equal(body, "0123456789abcdef01");
	assert_int_equal(see(&tell, NULL), -1);
	assert_int_equal(see(&(struct message){ .side = CLIENT, .code = 2, .token = 8, .path = 'a',
						.block = 23, .num = 1 }, NULL), -1);
	tell.token = 8;
	tell.num = 1;
	tell.more = false;
	tell.len = 1;
	assert_int_equal(see(&tell, body), 17);
	assert_string_equal(body, "fedcba9876543210f");
}

/* What an error carries is no block of a representation. */
static void errors_carry_no_blocks(void **state)
{
	(void)state;
	assert_int_equal(see(&(struct message){ .side = SERVER, .code = 0x88, .token = 6, .block = 23,
						.payload = "no", .len = 2 }, NULL), -1);
	assert_int_equal(transfers.count, 0);
}

static void anything(void **state)
{
	static const u8 codes[] = { 1, 2, 3, 0x45, 0x44, 0x88 };
	struct iotx_rng rng = { .state = 11 };
	static u8 payload[128];

	(void)state;
	for (u32 i = 0; i < 60000; i++) {
		struct message m = {
			.side = iotx_rng_below(&rng, 2), .code = IOTX_PICK(&rng, codes),
			.token = iotx_rng_below(&rng, 3), .path = (char)('a' + iotx_rng_below(&rng, 2)),
			.etag = (u8)iotx_rng_below(&rng, 2), .block = iotx_rng_chance(&rng, 50) ? 23 : 27,
			.num = iotx_rng_below(&rng, iotx_rng_chance(&rng, 95) ? 6 : 1u << 20),
			.szx = (u8)iotx_rng_below(&rng, iotx_rng_chance(&rng, 90) ? 3 : 8),
			.more = iotx_rng_chance(&rng, 70), .payload = payload,
		};

		m.len = iotx_rng_chance(&rng, 80) ? 16u << (m.szx & 3) : iotx_rng_below(&rng, 128);
		m.cut = iotx_rng_chance(&rng, 2) && m.len ? 1 : 0;
		see(&m, NULL);
		assert_true(transfers.count <= IOTX_COAP_TRANSFERS_MAX);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_after_another),
		TEST(one_block_is_a_body),
		TEST(two_at_a_time),
		TEST(both_ways_at_a_time),
		TEST(in_any_order),
		TEST(repeated_blocks),
		TEST(the_first_block_starts_anew),
		TEST(the_size_is_lowered),
		TEST(what_was_not_captured),
		TEST(as_long_as_the_limit),
		TEST(a_block_far_out),
		TEST(too_many_at_a_time),
		TEST(an_old_one_is_not_continued),
		TEST(a_long_request_with_a_long_response),
		TEST(errors_carry_no_blocks),
		TEST(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
