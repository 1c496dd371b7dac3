// SPDX-License-Identifier: GPL-2.0-only
/*
 * The messages of public test suites as streams: in one segment, cut at every byte into two,
 * a byte at a time, and twice. However they come, they are judged as the files say; and of
 * a part nothing is said but that it is bad.
 */
#include "mqtt_try.h"
#include "talk.h"
#include "vectors.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define BROKER 1883

#define CONNECTIONS_MAX 900 /* fewer than an engine remembers */

static struct iotx_talk t; /* too large for a stack */
static u32 connections;    /* in this engine */

struct stream {
	const char *name;
	u8 version, from; /* host 1 is the broker */
	bool connected;   /* a CONNECT and its CONNACK go before */
	const char *want; /* verdict */
	u8 bytes[IOTX_TRY_MAX];
	u32 n;
	u16 port;
};

static void say(const struct stream *s, u8 from, const u8 *data, u32 len)
{
	const struct iotx_say what = {
		.from = from,
		.src_port = from ? BROKER : s->port,
		.dst_port = from ? s->port : BROKER,
		.data = data,
		.len = len,
	};

	iotx_talk_tcp(&t, &what);
}

static void say_hex(const struct stream *s, u8 from, const char *hex)
{
	static u8 bytes[IOTX_TRY_MAX];

	say(s, from, bytes, iotx_try_hex(hex, bytes));
}

static const char *connect_of(u8 version)
{
	if (version == IOTX_MQTT_V5)
		return "100e00044d5154540502003c00000163";
	return version == IOTX_MQTT_V31 ? "100f00064d51497364700302003c000163" :
					  "100d00044d5154540402003c000163";
}

/* I4 holds whatever came. */
static void stop(void)
{
	const struct iotx_engine_stats *e;

	iotx_engine_finish(t.engine);
	e = iotx_engine_stats(t.engine);
	assert_int_equal(e->conversations_evicted, 0);
	assert_int_equal(e->stream_bytes, e->bytes_decoded + e->bytes_old + e->bytes_lost +
						  e->bytes_cut + e->bytes_limit + e->bytes_far +
						  e->bytes_held);
	iotx_talk_stop(&t);
}

/* A connection of its own, up to where the message comes. */
static void begin(struct stream *s)
{
	if (connections++ == CONNECTIONS_MAX) {
		stop();
		iotx_talk_start(&t);
		connections = 1;
	}
	s->port = (u16)(20000 + connections);
	if (s->connected) {
		say_hex(s, 0, connect_of(s->version));
		say_hex(s, 1, s->version == IOTX_MQTT_V5 ? "2003000000" : "20020000");
	}
	t.verdicts[0] = t.log[0] = '\0';
}

static void wrong(const struct stream *s, const char *how, u32 at)
{
	fail_msg("%s, %s %u of %u: \"%s\", not %s", s->name, how, at, s->n, t.verdicts, s->want);
}

static bool is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* Whole messages in front of what is judged are in order. */
static const char *behind_good_ones(const struct stream *s, u32 n)
{
	const char *at = t.verdicts;
	u32 len, off = 0;

	while (!iotx_mqtt_measure(s->bytes + off, n - off, &len) && len < s->n - off &&
	       len <= n - off && !strncmp(at, "ok ", 3)) {
		off += len;
		at += 3;
	}
	return at;
}

/* What does not begin as a connection does may be of any protocol: nothing is guessed. */
static bool is_nobodys(const struct stream *s)
{
	return !s->connected && s->bytes[0] != 0x10;
}

/* The verdict comes first; what is lost behind a bad message is nobody's matter here. */
static bool right_whole(const struct stream *s)
{
	const char *got = behind_good_ones(s, s->n);

	if (is(s->want, "incomplete") || (!*got && is_nobodys(s)))
		return !*got;
	return is(s->want, "ok") ? is(got, "ok ") : !strncmp(got, s->want, strlen(s->want));
}

static bool right_part(const struct stream *s, u32 n)
{
	const char *got = behind_good_ones(s, n);

	return !*got || (!is(s->want, "ok") && !strncmp(got, s->want, strlen(s->want)));
}

static void in_pieces(struct stream *s, u32 piece)
{
	begin(s);
	for (u32 at = 0; at < s->n; at += piece)
		say(s, s->from, s->bytes + at, s->n - at < piece ? s->n - at : piece);
	if (!right_whole(s))
		wrong(s, "in pieces of", piece);
}

static void cut_at(struct stream *s, u32 k)
{
	begin(s);
	say(s, s->from, s->bytes, k);
	if (!right_part(s, k))
		wrong(s, "a part up to", k);
	say(s, s->from, s->bytes + k, s->n - k);
	if (!right_whole(s))
		wrong(s, "cut at", k);
}

/* The first one is judged as ever; behind a good one, the second is read too. */
static void twice(struct stream *s)
{
	begin(s);
	memcpy(s->bytes + s->n, s->bytes, s->n);
	say(s, s->from, s->bytes, 2 * s->n);
	if (is(s->want, "incomplete") || is_nobodys(s))
		return;
	if (strncmp(t.verdicts, s->want, strlen(s->want)) ||
	    (is(s->want, "ok") && !is(t.verdicts, "ok ok ")))
		wrong(s, "twice", 2 * s->n);
}

static void try_all(struct stream *s)
{
	connections = 0;
	iotx_talk_start(&t);
	in_pieces(s, s->n ? s->n : 1);
	in_pieces(s, 1);
	for (u32 k = 1; k < s->n; k++)
		cut_at(s, k);
	twice(s);
	stop();
}

/* --- the files ------------------------------------------------------------------------------- */

static void of_mqtt(void **state)
{
	static struct stream s;
	struct iotx_vectors v;
	u32 rows = 0;

	(void)state;
	iotx_vectors_open(&v, "mqtt.tsv");
	for (; iotx_vectors_next(&v); rows++) {
		s.name = v.column[0];
		s.version = (u8)(v.column[2][0] - '0');
		s.from = is(v.column[3], "s2c");
		s.connected = is(v.column[4], "1");
		s.n = iotx_try_hex(v.column[5], s.bytes);
		s.want = is(s.name, "mqttjs_047") || is(v.column[6], "may") ? "ok" : v.column[6];
		try_all(&s);
	}
	iotx_vectors_close(&v);
	print_message("mqtt.tsv: %u rows as streams\n", rows);
	assert_true(rows > 300);
}

/* As the topic of a PUBLISH, where it is in order there. */
static void of_utf8(void **state)
{
	static struct stream s;
	struct iotx_vectors v;
	u32 rows = 0;
	char hex[2 * IOTX_TRY_MAX];

	(void)state;
	iotx_vectors_open(&v, "utf8.tsv");
	for (; iotx_vectors_next(&v); rows++) {
		u32 n = (u32)strlen(v.column[0]) / 2;

		snprintf(hex, sizeof(hex), "30%02x%04x%s00", n + 3, n, v.column[0]);
		s.name = v.column[0];
		s.version = IOTX_MQTT_V5;
		s.connected = true;
		s.n = iotx_try_hex(hex, s.bytes);
		s.want = is(v.column[2], "may") ? "ok" : v.column[2];
		if (!n)
			s.want = "violation"; /* neither a topic nor an alias */
		try_all(&s);
	}
	iotx_vectors_close(&v);
	print_message("utf8.tsv: %u rows as streams\n", rows);
	assert_true(rows > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_mqtt),
		cmocka_unit_test(of_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
