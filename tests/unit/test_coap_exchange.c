// SPDX-License-Identifier: GPL-2.0-only
/* Which CoAP messages belong together: sequences in which each message has one right place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json_check.h"
#include "rng.h"
#include "coap_hex.h"
#include <core/coap_event.h>
#include <output/json_writer.h>
#include <output/text_writer.h>

#define CLIENT 0
#define SERVER 1
#define STEPS_MAX 12

/* A message, and "role #exchange <request's frame latency uri marks". */
struct step {
	u64 ms;
	u32 side;
	const char *hex;
	const char *expect;
};

struct sequence {
	const char *sentence;
	struct step steps[STEPS_MAX];
};

/* Options: b1XX Uri-Path of a byte, 60 Observe 0, 61NN Observe NN; 51XX Uri-Path behind it. */
static const struct sequence sequences[] = {
	{ "a piggybacked response", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 12, SERVER, "6145 0001 aa ff 31", "response #1 <1 12000us /a" } } },
	{ "a separate response, confirmed", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 5, SERVER, "6000 0001", "ack #1 <1" },
		{ 900, SERVER, "4145 7001 aa ff 31", "response #1 <1 900000us /a" },
		{ 910, CLIENT, "6000 7001", "ack #1 <1" } } },
	{ "a separate response that is not confirmable", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 5, SERVER, "6000 0001", "ack #1 <1" },
		{ 70, SERVER, "5145 7001 aa ff 31", "response #1 <1 70000us /a" } } },
	{ "a separate response that overtakes the acknowledgement", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 7, SERVER, "4145 7001 aa ff 31", "response #1 <1 7000us /a" },
		{ 8, SERVER, "6000 0001", "ack #1 <1" } } },
	{ "both non-confirmable, with Message IDs of their own", {
		{ 0, CLIENT, "5101 0001 aa b161", "request #1" },
		{ 3, SERVER, "5145 9999 aa ff 31", "response #1 <1 3000us /a" } } },
	{ "an empty token is a token like others", {
		{ 0, CLIENT, "4001 0001 b161", "request #1" },
		{ 5, SERVER, "6000 0001", "ack #1 <1" },
		{ 9, SERVER, "4045 7001 ff 31", "response #1 <1 9000us /a" },
		{ 20, CLIENT, "5001 0002 b162", "request #2" },
		{ 21, SERVER, "5045 7002 ff 31", "response #2 <4 1000us /b" } } },
	{ "empty tokens at once: piggybacked responses go by Message ID", {
		{ 0, CLIENT, "4001 0001 b161", "request #1" },
		{ 1, CLIENT, "4001 0002 b162", "request #2" },
		{ 10, SERVER, "6045 0001 ff 31", "response #1 <1 10000us /a" },
		{ 11, SERVER, "6045 0002 ff 32", "response #2 <2 10000us /b" } } },
	{ "a token that is used again belongs to the new request", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 2, SERVER, "6145 0001 aa ff 31", "response #1 <1 2000us /a" },
		{ 10, CLIENT, "4101 0002 aa b165", "request #2" },
		{ 14, SERVER, "6184 0002 aa", "response #2 <3 4000us /e" } } },
	{ "a token used again after a request without an answer", {
		{ 0, CLIENT, "5101 0001 aa b161", "request #1" },
		{ 10, CLIENT, "5101 0002 aa b165", "request #2" },
		{ 14, SERVER, "5145 7001 aa", "response #2 <2 4000us /e" } } },
	{ "two clients of one address and port: tokens keep them apart", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, CLIENT, "4101 0002 ab b162", "request #2" },
		{ 2, SERVER, "6000 0001", "ack #1 <1" },
		{ 3, SERVER, "6145 0002 ab ff 32", "response #2 <2 2000us /b" },
		{ 9, SERVER, "4145 7001 aa ff 31", "response #1 <1 9000us /a" } } },
	{ "a token is not a longer one with zeroes", {
		{ 0, CLIENT, "4101 0001 00 b161", "request #1" },
		{ 1, CLIENT, "5201 0002 0000 b162", "request #2" },
		{ 4, SERVER, "5145 7001 00", "response #1 <1 4000us /a" },
		{ 5, SERVER, "5045 7002", "response" },
		{ 6, SERVER, "5245 7003 0000", "response #2 <2 5000us /b" } } },
	{ "both ends ask, with the same token and the same Message ID", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "4101 0001 aa b162", "request #2" },
		{ 5, CLIENT, "6145 0001 aa ff 32", "response #2 <2 4000us /b" },
		{ 6, SERVER, "6145 0001 aa ff 31", "response #1 <1 6000us /a" } } },
	{ "a retransmission is not a new request; latency counts from the first", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 2500, CLIENT, "4101 0001 aa b161", "request #1 <1 dup" },
		{ 2510, SERVER, "6145 0001 aa ff 31", "response #1 <1 2510000us /a" },
		{ 7000, CLIENT, "4101 0001 aa b161", "request #1 <1 dup" },
		{ 7010, SERVER, "6145 0001 aa ff 31", "response #1 <1 /a dup" } } },
	{ "a separate response repeated because its acknowledgement was lost", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "6000 0001", "ack #1 <1" },
		{ 9, SERVER, "4145 7001 aa ff 31", "response #1 <1 9000us /a" },
		{ 2500, SERVER, "4145 7001 aa ff 31", "response #1 <1 /a dup" },
		{ 2501, CLIENT, "6000 7001", "ack #1 <1" },
		{ 2502, CLIENT, "6000 7001", "ack #1 <1 dup" } } },
	{ "the same Message ID with other bytes is another request", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, CLIENT, "4101 0001 ab b162", "request #2" },
		{ 2, SERVER, "6145 0001 ab", "response #2 <2 1000us /b" } } },
	{ "the same bytes behind EXCHANGE_LIFETIME are another request", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "6145 0001 aa", "response #1 <1 1000us /a" },
		{ 247000, CLIENT, "4101 0001 aa b161", "request #2" },
		{ 247004, SERVER, "6145 0001 aa", "response #2 <3 4000us /a" } } },
	{ "a Reset ends the exchange of a CON", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "7000 0001", "reset #1 <1" } } },
	{ "a Reset refuses a separate response", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "6000 0001", "ack #1 <1" },
		{ 5, SERVER, "4145 7001 aa", "response #1 <1 5000us /a" },
		{ 6, CLIENT, "7000 7001", "reset #1 <1" } } },
	{ "a CoAP ping", {
		{ 0, CLIENT, "4000 0001", "ping #1" },
		{ 4, SERVER, "7000 0001", "reset #1 <1 4000us" } } },
	{ "a ping has no token: it takes no response", {
		{ 0, CLIENT, "4001 0001 b161", "request #1" },
		{ 1, CLIENT, "4000 0002", "ping #2" },
		{ 4, SERVER, "5045 7001", "response #1 <1 4000us /a" } } },
	{ "a piggybacked response with another token answers nothing", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "6145 0001 bb", "response" },
		{ 4, SERVER, "6145 0001 aa", "response #1 <1 4000us /a" } } },
	{ "nothing is known of what a capture begins with", {
		{ 0, SERVER, "6145 0001 aa ff 31", "response" },
		{ 1, SERVER, "5145 0002 aa 61 05 ff 31", "notification" },
		{ 2, CLIENT, "6000 0003", "ack" },
		{ 3, CLIENT, "7000 0003", "reset" },
		{ 4, CLIENT, "7000 0002", "reset" } } },
	{ "what is malformed or of a reserved class has no place", {
		{ 0, CLIENT, "4101 0001 aa b161", "request #1" },
		{ 1, SERVER, "6945 0001 aaaaaaaaaaaaaaaaaa", "-" },
		{ 2, SERVER, "51e1 0002 aa", "-" },
		{ 3, SERVER, "5000 0003", "-" },
		{ 4, SERVER, "6101 0001 aa", "-" } } },
	{ "what a request asks for", {
		{ 0, CLIENT, "4101 0001 aa", "request #1" },
		{ 1, SERVER, "6145 0001 aa", "response #1 <1 1000us /" },
		{ 2, CLIENT, "4101 0002 aa b161 0162 43783d31 03793d32", "request #2" },
		{ 3, SERVER, "6145 0002 aa", "response #2 <3 1000us /a/b?x=1&y=2" },
		{ 4, CLIENT, "4101 0003 aa d10278", "request #3" },
		{ 5, SERVER, "6145 0003 aa", "response #3 <5 1000us /?x" },
		{ 6, CLIENT, "4101 0004 aa d8 16 636f61703a2f2f68", "request #4" },
		{ 7, SERVER, "6145 0004 aa", "response #4 <7 1000us coap://h" } } },
	/* Observe */
	{ "a registration and its notifications", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 4, SERVER, "6145 0001 aa 6105 ff 31", "response #1 <1 4000us /a" },
		{ 1000, SERVER, "4145 7001 aa 6106 ff 32", "notification #1 <1 /a" },
		{ 1001, CLIENT, "6000 7001", "ack #1 <1" },
		{ 2000, SERVER, "5145 7002 aa 6107 ff 33", "notification #1 <1 /a" },
		{ 2001, CLIENT, "7000 7002", "reset #1 <1" },
		{ 3000, SERVER, "5145 7003 aa 6108 ff 34", "notification #1 <1 /a" } } },
	{ "a registration that is answered separately", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6000 0001", "ack #1 <1" },
		{ 4, SERVER, "4145 7001 aa 6105", "response #1 <1 4000us /a" },
		{ 5, CLIENT, "6000 7001", "ack #1 <1" },
		{ 9, SERVER, "4145 7002 aa 6106", "notification #1 <1 /a" } } },
	{ "a server that does not observe answers once", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 4, SERVER, "6145 0001 aa", "response #1 <1 4000us /a" },
		{ 9, CLIENT, "4101 0002 aa 5162 ", "request #2" } } },
	{ "notifications out of order; the number wraps; one that repeats is no news", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 63 fffffe", "response #1 <1 1000us /a" },
		{ 2, SERVER, "5145 7002 aa 6101", "notification #1 <1 /a" },
		{ 3, SERVER, "5145 7001 aa 63 ffffff", "notification #1 <1 /a stale" },
		{ 4, SERVER, "5145 7003 aa 6101", "notification #1 <1 /a stale" },
		{ 5, SERVER, "5145 7004 aa 6102", "notification #1 <1 /a" },
		{ 6, SERVER, "5145 7004 aa 6102", "notification #1 <1 /a dup" } } },
	{ "behind 128 seconds every notification is fresh", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 6109", "response #1 <1 1000us /a" },
		{ 128001, SERVER, "5145 7001 aa 6105", "notification #1 <1 /a stale" },
		{ 128002, SERVER, "5145 7002 aa 6105", "notification #1 <1 /a" } } },
	{ "deregistration: the old exchange takes what was under way", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 6105", "response #1 <1 1000us /a" },
		{ 9, CLIENT, "4101 0002 aa 6101 5161", "request #2" },
		{ 10, SERVER, "5145 7001 aa 6106", "notification #1 <1 /a" },
		{ 11, SERVER, "6145 0002 aa", "response #2 <3 2000us /a" },
		{ 12, SERVER, "5145 7002 aa 6107", "notification #1 <1 /a" },
		{ 13, SERVER, "5184 7003 aa", "response #2 <3 /a" } } },
	{ "registering anew with the same token", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 6105", "response #1 <1 1000us /a" },
		{ 9, CLIENT, "4101 0002 aa 60 5161", "request #2" },
		{ 10, SERVER, "6145 0002 aa 6106", "response #2 <3 1000us /a" },
		{ 12, SERVER, "5145 7002 aa 6107", "notification #2 <3 /a" } } },
	{ "an error ends an observation", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 6105", "response #1 <1 1000us /a" },
		{ 9, SERVER, "4184 7001 aa", "notification #1 <1 /a" },
		{ 10, SERVER, "4184 7002 aa", "response #1 <1 /a" } } },
	{ "other requests go on beside an observation", {
		{ 0, CLIENT, "4101 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6145 0001 aa 6105", "response #1 <1 1000us /a" },
		{ 2, CLIENT, "4101 0002 ab b162", "request #2" },
		{ 3, SERVER, "5145 7001 aa 6106", "notification #1 <1 /a" },
		{ 4, SERVER, "6145 0002 ab", "response #2 <3 2000us /b" } } },
	{ "Observe means nothing beside another method", {
		{ 0, CLIENT, "4103 0001 aa 60 5161", "request #1" },
		{ 1, SERVER, "6144 0001 aa", "response #1 <1 1000us /a" } } },
};

static struct iotx_coap_exchanges exchanges;
static struct iotx_engine_stats stats;

static void see(u32 side, u64 ms, u64 frame, const u8 *data, u32 len, struct iotx_coap_seen *seen)
{
	struct iotx_diag diag;
	enum iotx_err err = iotx_coap_decode(data, len, len, &seen->msg, &diag);
	u64 digest = 14695981039346656037ull;
	struct iotx_coap_sight sight = {
		.msg = &seen->msg, .side = side, .ts_ns = (1000000 + ms) * 1000000, .frame = frame,
		.sound = err == IOTX_OK || err == IOTX_E_RULE, .stats = &stats,
	};

	for (u32 i = 0; i < len; i++)
		digest = (digest ^ data[i]) * 1099511628211ull;
	sight.digest = digest;
	iotx_coap_exchanges_see(&exchanges, &sight, &seen->facts);
}

static void describe(const struct iotx_coap_facts *f, char *out, size_t room)
{
	const char *role = iotx_coap_role_name(f->role);
	int n = snprintf(out, room, "%s", role ? role : "-");

	if (f->exchange)
		n += snprintf(out + n, room - n, " #%llu", (unsigned long long)f->exchange);
	if (f->request_frame)
		n += snprintf(out + n, room - n, " <%llu", (unsigned long long)f->request_frame);
	if (f->has_latency)
		n += snprintf(out + n, room - n, " %lluus", (unsigned long long)f->latency_ns / 1000);
	if ((f->role == IOTX_COAP_ROLE_RESPONSE || f->role == IOTX_COAP_ROLE_NOTIFICATION) && f->uri.len)
		n += snprintf(out + n, room - n, " %.*s", (int)f->uri.len, (const char *)f->uri.data);
	snprintf(out + n, room - n, "%s%s", f->observe_stale ? " stale" : "", f->duplicate ? " dup" : "");
}

static void reset(void)
{
	iotx_coap_exchanges_free(&exchanges);
	memset(&stats, 0, sizeof(stats));
}

static void run(const struct sequence *s)
{
	reset();
	for (u32 i = 0; i < STEPS_MAX && s->steps[i].hex; i++) {
		const struct step *step = &s->steps[i];
		struct iotx_coap_seen seen = {};
		u8 data[COAP_TEST_MAX];
		int len = coap_bytes(step->hex, data);
		char got[256];

		assert_true(len > 0);
		see(step->side, step->ms, i + 1, data, (u32)len, &seen);
		describe(&seen.facts, got, sizeof(got));
		if (strcmp(got, step->expect))
			fail_msg("%s: message %u is \"%s\", not \"%s\"", s->sentence, i + 1, got,
				 step->expect);
	}
}

static void test_sequences(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(sequences) / sizeof(*sequences); i++)
		run(&sequences[i]);
	reset();
}

/* A GET of its own Message ID and two-byte token. */
static void get(u32 n, u64 ms, struct iotx_coap_seen *seen)
{
	const u8 data[] = { 0x52, 1, (u8)(n >> 8), (u8)n, (u8)(n >> 8), (u8)n, 0xb1, 'a' };

	see(CLIENT, ms, n + 1, data, sizeof(data), seen);
}

static void answer(u32 n, u64 ms, struct iotx_coap_seen *seen)
{
	const u8 data[] = { 0x52, 0x45, (u8)(n >> 8), (u8)n, (u8)(n >> 8), (u8)n };

	see(SERVER, ms, 0, data, sizeof(data), seen);
}

static void test_as_many_open_as_the_limit(void **state)
{
	struct iotx_coap_seen seen = {};

	(void)state;
	reset();
	for (u32 n = 0; n < IOTX_COAP_EXCHANGES_MAX; n++)
		get(n, n, &seen);
	assert_int_equal(stats.coap_exchanges_limit, 0);
	for (u32 n = 0; n < IOTX_COAP_EXCHANGES_MAX; n++) {
		answer(n, 2000 + n, &seen);
		assert_int_equal(seen.facts.exchange, n + 1);
		assert_true(seen.facts.has_latency);
		assert_int_equal(seen.facts.latency_ns, 2000000000ull);
	}
	reset();
}

static void test_one_more_than_the_limit(void **state)
{
	struct iotx_coap_seen seen = {};

	(void)state;
	reset();
	for (u32 n = 0; n <= IOTX_COAP_EXCHANGES_MAX; n++)
		get(n, n, &seen);
	assert_int_equal(stats.coap_exchanges_limit, 1);
	assert_int_equal(stats.coap_exchanges, IOTX_COAP_EXCHANGES_MAX + 1);
	answer(0, 2000, &seen);
	assert_int_equal(seen.facts.exchange, 0);
	answer(1, 2000, &seen);
	assert_int_equal(seen.facts.exchange, 2);
	reset();
}

/* Telemetry that nobody answers makes room by age and reaches no limit. */
static void test_never_answered(void **state)
{
	struct iotx_coap_seen seen = {};

	(void)state;
	reset();
	for (u32 n = 0; n < 5000; n++)
		get(n, n * 1000, &seen);
	assert_int_equal(stats.coap_exchanges_limit, 0);
	assert_true(exchanges.store.count < 300);
	reset();
}

static void test_what_is_over_is_bounded(void **state)
{
	struct iotx_coap_seen seen = {};

	(void)state;
	reset();
	for (u32 n = 0; n < 3000; n++) {
		get(n, n, &seen);
		answer(n, n, &seen);
	}
	assert_true(exchanges.store.count <= IOTX_COAP_DONE_MAX + 1);
	assert_int_equal(stats.coap_exchanges_limit, 0);
	reset();
}

/* More messages than are remembered lie between a request and its repetition. */
static void test_retransmission_after_many(void **state)
{
	struct iotx_coap_seen seen = {};

	(void)state;
	reset();
	for (u32 n = 0; n < 500; n++)
		get(n, n, &seen);
	get(3, 2000, &seen);
	assert_int_equal(seen.facts.exchange, 4);
	assert_true(seen.facts.duplicate);
	assert_int_equal(seen.facts.request_frame, 4);
	reset();
}

/* Any datagrams in any order: nothing is read or written where it should not be. */
static void test_random(void **state)
{
	struct iotx_rng rng = { .state = 5 };

	(void)state;
	reset();
	for (u32 i = 0; i < 60000; i++) {
		static const u8 codes[] = { 0, 1, 1, 2, 0x45, 0x45, 0x84, 0xe2, 0xa0 };
		u8 data[] = { (u8)(0x40 | iotx_rng_below(&rng, 4) << 4 | iotx_rng_below(&rng, 3)),
			      IOTX_PICK(&rng, codes), (u8)iotx_rng_below(&rng, 6), (u8)iotx_rng_below(&rng, 256),
			      (u8)iotx_rng_below(&rng, 8), 0, 0x61, (u8)iotx_rng_below(&rng, 250), 0x51, 'a' };
		struct iotx_coap_seen seen = {};
		u32 used = 4u + (data[0] & 15), options = iotx_rng_below(&rng, 3) * 2;

		memmove(data + used, data + 6, options);
		see(iotx_rng_below(&rng, 2), i * 7, i + 1, data, used + options, &seen);
		assert_true(seen.facts.exchange <= stats.coap_exchanges);
	}
	reset();
}

static void show(const struct iotx_coap_seen *seen, struct iotx_buf *json, struct iotx_buf *line)
{
	struct iotx_json_writer w;
	struct iotx_text_writer t;

	json->len = line->len = 0;
	iotx_json_writer_start(&w, json);
	v_open(&w.visitor, NULL);
	iotx_coap_seen_event.extra(seen, &w.visitor);
	v_close(&w.visitor);
	assert_true(iotx_json_check(json->data, json->len));
	iotx_buf_add(json, "", 1);
	iotx_text_writer_start(&t, line, "CON GET");
	iotx_coap_seen_event.extra(seen, &t.visitor);
	iotx_buf_add(line, "", 1);
}

static void test_shown(void **state)
{
	struct iotx_buf json = {}, line = {};
	struct iotx_coap_seen seen = {
		.facts = { .role = IOTX_COAP_ROLE_RESPONSE, .exchange = 7, .request_frame = 3,
			   .has_latency = true, .latency_ns = 12034567, .uri = iotx_slice_str("/a?b") },
	};

	(void)state;
	show(&seen, &json, &line);
	assert_string_equal(json.data, "{\"exchange\":7,\"role\":\"response\",\"request_frame\":3,"
				       "\"request_uri\":\"/a?b\",\"latency_ns\":12034567}");
	assert_string_equal(line.data, " request_uri=/a?b latency=12.034ms");
	seen.facts = (struct iotx_coap_facts){ .role = IOTX_COAP_ROLE_REQUEST, .exchange = 7,
					       .request_frame = 3, .duplicate = true };
	show(&seen, &json, &line);
	assert_string_equal(json.data, "{\"exchange\":7,\"role\":\"request\",\"request_frame\":3,"
				       "\"retransmission\":true}");
	assert_string_equal(line.data, "");
	seen.facts = (struct iotx_coap_facts){ .role = IOTX_COAP_ROLE_NOTIFICATION, .exchange = 7,
					       .observe_stale = true, .uri = iotx_slice_str("/") };
	seen.body = (struct iotx_coap_body){ .complete = true, .bytes = iotx_slice_str("text") };
	show(&seen, &json, &line);
	assert_string_equal(json.data, "{\"exchange\":7,\"role\":\"notification\",\"request_uri\":\"/\","
				       "\"observe_stale\":true,\"block_complete\":true,"
				       "\"body_length\":4,\"body\":\"text\",\"body_format\":\"text\"}");
	assert_string_equal(line.data, " request_uri=/ observe_stale block_complete body_length=4");
	seen.body.bytes = iotx_slice("\xff\x00", 2);
	show(&seen, &json, &line);
	assert_non_null(strstr((char *)json.data, "\"body_base64\":\"/wA=\""));
	iotx_buf_free(&json);
	iotx_buf_free(&line);
}

static void test_long_uri(void **state)
{
	u8 data[1500] = { 0x51, 1, 0, 1, 0xaa };
	struct iotx_coap_seen seen = {};
	u32 n = 5;

	(void)state;
	reset();
	for (u32 i = 0; i < 6; i++) {
		data[n++] = i ? 0x0d : 0xbd; /* Uri-Path, again and again */
		data[n++] = 200 - 13;
		memset(data + n, 'x', 200);
		n += 200;
	}
	see(CLIENT, 0, 1, data, n, &seen);
	assert_int_equal(seen.facts.exchange, 1);
	assert_true(seen.facts.uri_cut);
	assert_true(seen.facts.uri.len <= IOTX_COAP_URI_MAX && seen.facts.uri.len > 800);
	reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_as_many_open_as_the_limit),
		cmocka_unit_test(test_one_more_than_the_limit),
		cmocka_unit_test(test_never_answered),
		cmocka_unit_test(test_what_is_over_is_bounded),
		cmocka_unit_test(test_retransmission_after_many),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_long_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
