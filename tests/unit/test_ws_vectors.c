// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames and verdicts of public test suites: $IOTXDP_SHARED/vectors, by default
 * ../shared/vectors. Where that is not there, the tests are skipped and say so. Each row
 * goes through a connection of its own: whole, in two segments, in segments of a byte, every
 * prefix, and with a second copy behind it.
 */
#include "vectors.h"
#include "ws_lab.h"

#include <wire/ws.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

#define ROOM (1u << 17)
#define SHOWN 64 /* bytes of a payload that are compared */

static struct {
	u8 bytes[2 * ROOM];
	u32 n;
	u32 side;
	bool deflate;
} stream;

static enum iotx_err worst;
static char payloads[8192]; /* "text 6869;ping ", as ws_misc.tsv writes them */

static int weight(enum iotx_err verdict)
{
	return verdict == IOTX_E_BAD ? 3 : verdict == IOTX_E_RULE ? 2 : verdict != IOTX_OK;
}

static void note_payload(const struct iotx_ws_msg *msg)
{
	size_t at = strlen(payloads);

	at += snprintf(payloads + at, sizeof(payloads) - at, "%s%s ", at ? ";" : "",
		       iotx_ws_opcode_name(msg->opcode & 15));
	for (u32 i = 0; i < msg->payload.len && i < SHOWN; i++)
		at += snprintf(payloads + at, sizeof(payloads) - at, "%02x", msg->payload.data[i]);
}

static void (*describe)(const struct iotx_event *ev, char *word, size_t room);

static void take_note(const struct iotx_event *ev, char *word, size_t room)
{
	describe(ev, word, room);
	if (weight(ev->verdict) > weight(worst))
		worst = ev->verdict;
	if (ev->cls == &iotx_ws_event && iotx_ws_opcode_name(((const struct iotx_ws_msg *)ev->msg)->opcode))
		note_payload(ev->msg);
}

static void begin(void)
{
	const char *lines = stream.deflate ? WS_DEFLATE "\r\n" : "";

	ws_lab_setup(NULL);
	ws_lab_open(lines, lines);
	describe = lab.describe;
	lab.describe = take_note;
	worst = IOTX_OK;
	payloads[0] = '\0';
}

/* In segments of `step` bytes, the first of `first`. What came of it is in lab.log. */
static void play(u32 n, u32 first, u32 step)
{
	begin();
	for (u32 i = 0; i < n;) {
		u32 len = i ? step : first;

		len = len < n - i ? len : n - i;
		lab_segment(stream.side, stream.bytes + i, len);
		i += len;
	}
}

static void stop(void)
{
	lab_teardown(NULL);
}

/* --- the ways of a row --------------------------------------------------------------------- */

#define STEP 60000

static bool same(const char *name, const char *how, u32 at, const char *want)
{
	bool fine = !strcmp(lab.log, want);

	if (!fine)
		print_error("%s, %s %u: \"%s\", not \"%s\"\n", name, how, at, lab.log, want);
	stop();
	return fine;
}

static bool starts(const char *name, const char *how, u32 at, const char *whole)
{
	bool fine = !strncmp(lab.log, whole, strlen(lab.log));

	if (!fine)
		print_error("%s, %s %u: \"%s\" of \"%s\"\n", name, how, at, lab.log, whole);
	stop();
	return fine;
}

static bool every_way(const char *name, const char *whole)
{
	u32 n = stream.n, far = n > 2000 ? 997 : 1;
	bool fine = true;

	for (u32 cut = 1; cut < n && fine; cut += cut < 40 ? 1 : far) {
		play(n, cut, n > STEP ? STEP : n);
		fine = same(name, "cut at", cut, whole);
	}
	for (u32 len = 1; len < n && fine; len += len < 40 ? 1 : far) {
		play(len, STEP, STEP);
		fine = starts(name, "prefix of", len, whole);
	}
	if (n <= 2000 && fine) {
		play(n, 1, 1);
		fine = same(name, "by bytes", 1, whole);
	}
	memcpy(stream.bytes + n, stream.bytes, n);
	play(2 * n, STEP, STEP);
	fine &= !strncmp(lab.log, whole, strlen(whole));
	stop();
	return fine;
}

/* --- rows ---------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *verdict; /* the right one */
	const char *clause;
} wrong_rows[] = {
	{ "pyws_op_0", "protocol_error",
	  "RFC 6455 5.4: alone, a continuation continues nothing; the row is of the frame level" },
	{ "pyws_ctl_125", "protocol_error",
	  "RFC 6455 5.2: the fewest bytes must be used; 7.4.2: nor is 24929 a close code" },
	{ "autobahn_7.1.5", "protocol_error",
	  "RFC 6455 5.5.1: no data frame may be sent behind a Close" },
};

static bool fits(const char *want)
{
	if (!strcmp(want, "valid"))
		return worst == IOTX_OK;
	if (!strcmp(want, "protocol_error"))
		return worst == IOTX_E_RULE || worst == IOTX_E_BAD;
	return worst == (strcmp(want, "limit") ? IOTX_E_BAD : IOTX_E_LIMIT);
}

static bool one_row(const char *name, const char *want)
{
	char whole[sizeof(lab.log)];
	bool fine;

	for (size_t i = 0; i < sizeof(wrong_rows) / sizeof(*wrong_rows); i++)
		if (!strcmp(name, wrong_rows[i].name))
			want = wrong_rows[i].verdict;
	play(stream.n, STEP, STEP);
	snprintf(whole, sizeof(whole), "%s", lab.log);
	fine = fits(want);
	if (!fine)
		print_error("%s: \"%s\", not %s\n", name, whole, want);
	stop();
	return every_way(name, whole) && fine;
}

/* What was sent in a valid row came out: each of `expected` is among it, in order. */
static bool sent(const char *name, const char *expected)
{
	char copy[1024], *rest = copy, *item, *at;
	const char *from = payloads;

	snprintf(copy, sizeof(copy), "%s", expected);
	play(stream.n, STEP, STEP);
	while ((item = strsep(&rest, ";"))) {
		item = item[0] && strchr(item, ':') ? strchr(item, ':') + 1 : strchr(item, ' ');
		if (!item || !strncmp(item + (item[0] == ' '), "len", 3))
			continue;
		item += item[0] == ' ';
		at = strstr(from, item);
		if (!at)
			print_error("%s: \"%s\" is not in \"%s\"\n", name, item, payloads);
		if (!at)
			break;
		from = at;
	}
	stop();
	return !item;
}

static void add(u8 byte)
{
	assert_true(stream.n < ROOM);
	stream.bytes[stream.n++] = byte;
}

static const char *add_hex(const char *hex)
{
	for (; strchr("0123456789abcdef|", *hex) && *hex; hex++) {
		char digits[3] = { hex[0], hex[1], 0 };

		if (*hex == '|')
			continue;
		add((u8)strtoul(digits, NULL, 16));
		hex++;
	}
	return hex;
}

/* "HEAD+N*xx" as ws_misc.tsv has it; "N:head=HEAD", whose last four bytes go on, as the other. */
static void add_long(const char *form)
{
	const char *head = strstr(form, "head=");
	char *times;
	u32 n;

	if (head) {
		n = (u32)strtoul(form, NULL, 10);
		add_hex(head + 5);
		while (stream.n < n)
			add(stream.bytes[stream.n - 4]);
		return;
	}
	form = add_hex(form);
	n = (u32)strtoul(form + 1, &times, 10);
	for (u8 byte = (u8)strtoul(times + 1, NULL, 16); n; n--)
		add(byte);
}

/* A message that inflates to 10 MiB of zeroes. */
static void add_bomb(void)
{
	static u8 zeroes[1 << 20], packed[ROOM];
	struct iotx_buf b = {};
	z_stream z = { .next_out = packed, .avail_out = sizeof(packed) };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (u32 i = 0; i < 10; i++) {
		z.next_in = zeroes;
		z.avail_in = sizeof(zeroes);
		assert_int_equal(deflate(&z, i == 9 ? Z_SYNC_FLUSH : Z_NO_FLUSH), Z_OK);
	}
	ws_frame(&b, 1, 0xc2, packed, (u32)sizeof(packed) - z.avail_out - 4);
	for (size_t i = 0; i < b.len; i++)
		add(b.data[i]);
	deflateEnd(&z);
	iotx_buf_free(&b);
}

static void set_stream(const char *hex)
{
	stream.n = 0;
	if (!strncmp(hex, "LEN:10203", 9))
		add_bomb();
	else if (!strncmp(hex, "LEN", 3))
		add_long(hex + 4);
	else
		add_hex(hex);
}

/* --- files --------------------------------------------------------------------------------- */

static void run_file(const char *name, u32 least, bool (*row)(char *column[]))
{
	struct iotx_vectors v;
	u32 rows = 0, bad = 0;

	iotx_vectors_open(&v, name);
	for (; iotx_vectors_next(&v); rows++)
		bad += !row(v.column);
	iotx_vectors_close(&v);
	print_message("# %s: %u rows, %u bad\n", name, rows, bad);
	assert_int_equal(bad, 0);
	assert_true(rows >= least);
}

static bool autobahn_row(char *column[])
{
	stream.side = 0;
	stream.deflate = false;
	set_stream(column[2]);
	return one_row(column[0], column[3]) &&
	       (strcmp(column[3], "valid") || sent(column[0], column[5]));
}

static bool misc_row(char *column[])
{
	stream.side = column[1][0] == '0';
	stream.deflate = column[2][0] == '1';
	set_stream(column[3]);
	return one_row(column[0], column[4]) &&
	       (strcmp(column[4], "valid") || sent(column[0], column[5]));
}

static void autobahn(void **state)
{
	(void)state;
	run_file("ws_autobahn.tsv", 100, autobahn_row);
}

static void misc(void **state)
{
	(void)state;
	run_file("ws_misc.tsv", 50, misc_row);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(autobahn),
		cmocka_unit_test(misc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
