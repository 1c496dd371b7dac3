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

/* --- our own: what those sets do not reach ---------------------------------------------------- */

#define C5 "00044d515454 0502003c "
#define ID " 000163"

enum { CLIENT, SERVER, NEW }; /* who sends it; NEW: the client, as the first of a connection */

static const struct own {
	u8 version, from;
	const char *first, *rest; /* the Remaining Length stands between */
	const char *want;
} own[] = {
	/* CONNECT of MQTT 5: its properties */
	{ 5, NEW, "10", C5 "05 1100000001" ID, "ok" },
	{ 5, NEW, "10", C5 "0a 1100000001 1100000001" ID, "violation" },
	{ 5, NEW, "10", C5 "03 210001" ID, "ok" },
	{ 5, NEW, "10", C5 "03 210000" ID, "violation" },
	{ 5, NEW, "10", C5 "05 2700000000" ID, "violation" },
	{ 5, NEW, "10", C5 "03 220000" ID, "ok" },
	{ 5, NEW, "10", C5 "02 1901" ID, "ok" },
	{ 5, NEW, "10", C5 "02 1902" ID, "violation" },
	{ 5, NEW, "10", C5 "02 1702" ID, "violation" },
	{ 5, NEW, "10", C5 "05 1800000001" ID, "malformed" }, /* of a will */
	{ 5, NEW, "10", C5 "04 16000161" ID, "violation" },
	{ 5, NEW, "10", C5 "08 15000161 16000161" ID, "ok" },
	{ 5, NEW, "10", C5 "02 7f00" ID, "malformed" },
	{ 5, NEW, "10", C5 "8000" ID, "malformed" },
	{ 5, NEW, "10", C5 "0e 26000161000162 26000161000162" ID, "ok" },
	{ 5, NEW, "10", C5 "01 11" ID, "malformed" },
	/* CONNECT of MQTT 3.1.1 and 3.1 */
	{ 4, NEW, "10", "00044d515454 0400003c 0000", "violation" },
	{ 4, NEW, "10", "00044d515454 0402003c 0000", "ok" },
	{ 4, NEW, "10", "00044d515454 0442003c 000163 000170", "malformed" },
	{ 4, NEW, "10", "00044d515454 04c2003c 000163 000175 000170", "ok" },
	{ 4, NEW, "10", "00044d515454 04c2003c 000163 000175", "malformed" },
	{ 4, NEW, "10", "00044d515454 042e003c 000163 000174 0000", "ok" },
	{ 4, NEW, "10", "00044d515454 0436003c 000163 000174 0000", "ok" },
	{ 4, NEW, "10", "00044d515454 043e003c 000163 000174 0000", "malformed" },
	{ 4, NEW, "10", "00044d515454 8402003c 000163", "ok" }, /* a bridge */
	{ 4, NEW, "10", "00044d515454 0402003c 000163 00", "malformed" },
	{ 3, NEW, "10", "00064d5149736470 0302003c 0000", "violation" },
	{ 3, NEW, "10", "00064d5149736470 0303003c 000163", "ok" },
	{ 3, NEW, "10", "00064d5149736470 0382003c 000163", "ok" }, /* a name left out */
	/* CONNACK */
	{ 5, SERVER, "20", "0000 02 2401", "ok" },
	{ 5, SERVER, "20", "0000 02 2402", "violation" },
	{ 5, SERVER, "20", "0000 02 2502", "violation" },
	{ 5, SERVER, "20", "0000 06 130001 130001", "violation" },
	{ 5, SERVER, "20", "0000 03 210000", "violation" },
	{ 5, SERVER, "20", "0000 04 12000161", "ok" },
	{ 5, SERVER, "20", "0000 04 1f0001ff", "malformed" },
	{ 5, SERVER, "20", "0000 03 1a0000", "ok" },
	{ 5, SERVER, "20", "0000 05 0200000001", "malformed" },
	{ 4, SERVER, "20", "0006", "violation" },
	{ 4, SERVER, "20", "0200", "malformed" },
	{ 4, SERVER, "20", "0101", "violation" },
	{ 4, SERVER, "20", "0100", "ok" },
	/* PUBLISH */
	{ 5, SERVER, "30", "000174 02 0b00", "violation" },
	{ 5, SERVER, "30", "000174 04 0b01 0b02", "ok" },
	{ 5, CLIENT, "30", "000174 02 0b01", "violation" },
	{ 5, CLIENT, "30", "000174 06 230001 230002", "violation" },
	{ 5, CLIENT, "30", "0000 03 230001", "ok" },
	{ 5, CLIENT, "30", "0000 00", "violation" },
	{ 5, CLIENT, "30", "000174 02 0101 78", "ok" },
	{ 5, CLIENT, "30", "000174 02 0101 ff", "violation" },
	{ 5, CLIENT, "30", "000174 02 0102 78", "ok" },
	{ 5, CLIENT, "30", "000174 05 02000000", "malformed" },
	{ 5, CLIENT, "30", "000174 04 080001 23", "violation" },
	{ 5, CLIENT, "32", "000174 0000 00", "violation" },
	{ 5, CLIENT, "3a", "000174 0001 00", "ok" },
	{ 5, CLIENT, "38", "000174 00", "violation" },
	{ 5, CLIENT, "36", "000174 0001 00", "malformed" },
	{ 4, CLIENT, "30", "0004 24535953", "ok" },
	{ 4, CLIENT, "30", "0001 00", "malformed" },
	{ 4, CLIENT, "30", "0000", "violation" },
	{ 4, CLIENT, "30", "0003 612f23", "violation" },
	/* acknowledgements */
	{ 5, SERVER, "40", "0001", "ok" },
	{ 5, SERVER, "40", "0001 10", "ok" },
	{ 5, SERVER, "40", "0001 00 00", "ok" },
	{ 5, SERVER, "40", "0001 00 00 00", "malformed" },
	{ 5, SERVER, "40", "0001 00 04 1f000161", "ok" },
	{ 5, SERVER, "40", "0001 00 08 1f000161 1f000161", "violation" },
	{ 5, SERVER, "40", "0001 00 02 2401", "malformed" },
	{ 5, CLIENT, "62", "0001 92", "ok" },
	{ 5, CLIENT, "62", "0001 91", "violation" },
	{ 5, CLIENT, "60", "0001", "malformed" },
	{ 4, CLIENT, "62", "0001 00", "malformed" },
	/* subscriptions */
	{ 5, CLIENT, "82", "0001 02 0b01 000174 00", "ok" },
	{ 5, CLIENT, "82", "0001 02 0b00 000174 00", "violation" },
	{ 5, CLIENT, "82", "0001 04 0b01 0b02 000174 00", "violation" },
	{ 5, CLIENT, "82", "0001 00 000174 2e", "ok" },
	{ 5, CLIENT, "82", "0001 00 000174 30", "violation" },
	{ 5, CLIENT, "82", "0001 00 000174 03", "violation" },
	{ 5, CLIENT, "82", "0001 00 000174 40", "malformed" },
	{ 5, CLIENT, "82", "0001 00 0000 00", "violation" },
	{ 5, CLIENT, "82", "0001 00 000174", "malformed" },
	{ 5, SERVER, "82", "0001 00 000174 00", "violation" },
	{ 4, CLIENT, "82", "0001 00012b 01", "ok" },
	{ 4, CLIENT, "82", "0001 00022b2b 01", "violation" },
	{ 4, CLIENT, "82", "0001 00032b2f23 02", "ok" },
	{ 4, CLIENT, "82", "0001 0003232f61 00", "violation" },
	{ 4, CLIENT, "82", "0001 000174 03", "malformed" },
	{ 4, CLIENT, "82", "0001 000174 04", "malformed" },
	{ 3, CLIENT, "8a", "0001 000174 00", "ok" },
	{ 5, CLIENT, "a2", "0001 00 000174", "ok" },
	{ 5, CLIENT, "a2", "0001 00", "violation" },
	{ 5, SERVER, "90", "0001 00 80", "ok" },
	{ 5, SERVER, "90", "0001 00 03", "violation" },
	{ 5, SERVER, "b0", "0001 00 11", "ok" },
	{ 5, SERVER, "b0", "0001 00", "violation" },
	{ 4, SERVER, "90", "0001 0080", "ok" },
	{ 4, SERVER, "90", "0001 81", "violation" },
	{ 4, SERVER, "b0", "0001", "ok" },
	{ 4, SERVER, "b0", "0001 00", "malformed" },
	/* the rest */
	{ 5, CLIENT, "c0", "", "ok" },
	{ 5, CLIENT, "c0", "00", "malformed" },
	{ 5, SERVER, "d0", "", "ok" },
	{ 5, CLIENT, "d0", "", "violation" },
	{ 5, CLIENT, "e0", "", "ok" },
	{ 5, CLIENT, "e0", "04", "ok" },
	{ 5, CLIENT, "e0", "05", "violation" },
	{ 5, CLIENT, "e0", "00 05 1100000000", "ok" },
	{ 5, SERVER, "e0", "82 05 1100000000", "violation" },
	{ 5, SERVER, "e0", "9d 04 1c000161", "ok" },
	{ 4, CLIENT, "e0", "00", "malformed" },
	{ 5, CLIENT, "f0", "", "ok" },
	{ 5, CLIENT, "f0", "18 04 15000161", "ok" },
	{ 5, CLIENT, "f0", "18", "violation" },
	{ 5, CLIENT, "f0", "18 00", "violation" },
	{ 4, CLIENT, "f0", "", "malformed" },
};

static void of_our_own(void **state)
{
	static u8 body[IOTX_TRY_MAX];
	static struct stream s;
	char name[IOTX_TRY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		u32 n = iotx_try_hex(own[i].rest, body);

		snprintf(name, sizeof(name), "MQTT %u, %s %s", own[i].version, own[i].first, own[i].rest);
		iotx_try_hex(own[i].first, s.bytes);
		s.bytes[1] = (u8)n;
		assert_true(n < 128);
		memcpy(s.bytes + 2, body, n);
		s.n = n + 2;
		s.name = name;
		s.version = own[i].version;
		s.from = own[i].from == SERVER;
		s.connected = own[i].from != NEW;
		s.want = own[i].want;
		try_all(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_mqtt),
		cmocka_unit_test(of_utf8),
		cmocka_unit_test(of_our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
