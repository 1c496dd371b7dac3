// SPDX-License-Identifier: GPL-2.0-only
/* The text output: what a person sees, and what no terminal must be sent. */
#include "base/utf8.h"
#include "fake_event.h"
#include "output/sink.h"
#include "output/text_value.h"
#include "output/text_writer.h"
#include "redirect.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* --- values -------------------------------------------------------------------------------- */

struct str_case {
	const char *what, *in;
	u32 len;
	const char *want;
};

#define CASE(what, in, want) { what, in, sizeof(in) - 1, want }

static const struct str_case strs[] = {
	CASE("one plain word is bare", "sensors/1/temp", "sensors/1/temp"),
	CASE("wildcards too", "a/+/#", "a/+/#"),
	CASE("nothing is seen as nothing", "", "\"\""),
	CASE("space", "a b", "\"a b\""),
	CASE("quote and backslash", "a\"b\\", "\"a\\\"b\\\\\""),
	CASE("what could be mistaken for the line's own", "a=b,c]", "\"a=b,c]\""),
	CASE("line ends", "a\r\nb\t", "\"a\\r\\nb\\t\""),
	CASE("NUL", "a\0b", "\"a\\x00b\""),
	CASE("a terminal's escape sequence", "\x1b[2J", "\"\\x1b[2J\""),
	CASE("DEL", "\x7f", "\"\\x7f\""),
	CASE("a C1 control", "\xc2\x9b" "2J", "\"\\u009b2J\""),
	CASE("bytes that are no UTF-8", "a\xff\x9b", "\"a\\xff\\x9b\""),
	CASE("letters of the world stay", "t\xc3\xbcr/\xe6\xb8\xa9", "t\xc3\xbcr/\xe6\xb8\xa9"),
	CASE("a picture stays", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"),
	CASE("right-to-left override", "a\xe2\x80\xae" "b", "\"a\\u202eb\""),
	CASE("isolate", "\xe2\x81\xa6", "\"\\u2066\""),
	CASE("zero-width space", "\xe2\x80\x8b", "\"\\u200b\""),
	CASE("byte order mark", "\xef\xbb\xbf", "\"\\ufeff\""),
	CASE("no-break space", "\xc2\xa0", "\"\\u00a0\""),
	CASE("line separator", "\xe2\x80\xa8", "\"\\u2028\""),
	CASE("a tag", "\xf3\xa0\x81\x81", "\"\\U000e0041\""),
	CASE("private use", "\xee\x80\x80", "\"\\ue000\""),
	CASE("non-character", "\xf0\x9f\xbf\xbf", "\"\\U0001ffff\""),
};

static void expect(struct iotx_buf *b, const char *what, const char *want)
{
	if (b->len != strlen(want) || memcmp(b->data, want, b->len))
		fail_msg("%s: %.*s instead of %s", what, (int)b->len, b->data, want);
	iotx_buf_free(b);
}

static void test_strings(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	for (u32 i = 0; i < sizeof(strs) / sizeof(strs[0]); i++) {
		iotx_text_str(&b, iotx_slice(strs[i].in, strs[i].len));
		expect(&b, strs[i].what, strs[i].want);
	}
}

static void test_long_strings_are_cut(void **state)
{
	struct iotx_buf b = {};
	u8 *s = malloc(65535);
	char want[200];

	(void)state;
	assert_non_null(s);
	memset(s, 'a', 65535);
	memset(want, 'a', IOTX_TEXT_CHARS);
	want[IOTX_TEXT_CHARS] = '\0';
	iotx_text_str(&b, iotx_slice(s, IOTX_TEXT_CHARS));
	expect(&b, "as long as may be", want);
	snprintf(want + IOTX_TEXT_CHARS, sizeof(want) - IOTX_TEXT_CHARS,
		 "\xe2\x80\xa6(65535 bytes)");
	iotx_text_str(&b, iotx_slice(s, 65535));
	expect(&b, "longer", want);
	free(s);
}

static void test_bytes(void **state)
{
	struct iotx_buf b = {};
	u8 s[33] = { 0, 0xff, 0x1b };

	(void)state;
	iotx_text_bytes(&b, iotx_slice(s, 0));
	expect(&b, "none", "\"\"");
	iotx_text_bytes(&b, iotx_slice(s, 3));
	expect(&b, "three", "0x00ff1b");
	iotx_text_bytes(&b, iotx_slice(s, 32));
	expect(&b, "just so", "0x00ff1b0000000000000000000000000000000000000000000000000000000000");
	iotx_text_bytes(&b, iotx_slice(s, 33));
	expect(&b, "too many", "0x00ff1b0000000000000000000000000000000000000000000000000000000000"
			       "\xe2\x80\xa6(33 bytes)");
}

/* Whatever comes in, what goes out is UTF-8 without a control character. */
static void test_any_bytes_are_safe(void **state)
{
	u8 s[48];
	u64 x = 88172645463325252u;
	struct iotx_buf b = {};

	(void)state;
	for (u32 i = 0; i < 50000; i++) {
		for (u32 k = 0; k < sizeof(s); k++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			s[k] = (u8)(x >> 56);
		}
		iotx_text_str(&b, iotx_slice(s, s[0] % 49));
		iotx_text_word(&b, iotx_slice(s, s[0] % 49));
		assert_int_equal(iotx_utf8_check(iotx_slice(b.data, (u32)b.len)), IOTX_UTF8_OK);
		b.len = 0;
	}
	iotx_buf_free(&b);
}

/* --- fields ---------------------------------------------------------------------------------- */

static void show_publish(struct iotx_visitor *v)
{
	v_open(v, "publish");
	v_text(v, "topic", "a/b");
	v_u64(v, "qos", 1);
	v_bool(v, "retain", true);
	v_bool(v, "dup", false);
	v->weight = IOTX_DETAIL;
	v_u64(v, "hidden", 1);
	v_open(v, "hidden");
	v_list(v, "hidden");
	v->weight = IOTX_SHOW;
	v_u64(v, NULL, 1);
	v_end(v);
	v_close(v);
	v_coded(v, "reason", 135, "Not authorized");
	v_coded(v, "other", 7, NULL);
	v_bytes(v, "raw", iotx_slice("\x01\x02", 2));
	v_close(v);
}

static void show_nested(struct iotx_visitor *v)
{
	v_open(v, "will");
	v_text(v, "topic", "w");
	v_open(v, "props");
	v_u64(v, "delay", 5);
	v_close(v);
	v_u64(v, "qos", 0);
	v_close(v);
	v_open(v, "publisher");
	v_u64(v, "x", 1);
	v_close(v);
	v_u64(v, "after", 9);
}

static void show_lists(struct iotx_visitor *v)
{
	v_list(v, "topics");
	for (u32 i = 0; i < 2; i++) {
		v_open(v, NULL);
		v_text(v, "topic", i ? "b/#" : "a");
		v->weight = IOTX_DETAIL;
		v_u64(v, "rare", 1);
		v->weight = IOTX_SHOW;
		v_u64(v, "qos", i);
		v_open(v, "in");
		v_bool(v, "deep", true);
		v_close(v);
		v_close(v);
	}
	v_end(v);
	v_list(v, "granted");
	v_u64(v, NULL, 0);
	v_bool(v, NULL, false);
	v_list(v, NULL);
	v_end(v);
	v_end(v);
	v_list(v, "none");
	v_end(v);
}

static void show_many(struct iotx_visitor *v)
{
	v_list(v, "n");
	for (u32 i = 0; i < 1000; i++)
		v_u64(v, NULL, i % 10);
	v_end(v);
	v_list(v, "o");
	for (u32 i = 0; i < 17; i++) {
		v_open(v, NULL);
		v_u64(v, "i", 1);
		v_close(v);
	}
	v_end(v);
}

static void show_abyss(struct iotx_visitor *v)
{
	for (u32 i = 0; i < 100; i++)
		v_list(v, i ? NULL : "l");
	v_u64(v, NULL, 1);
	for (u32 i = 0; i < 100; i++)
		v_end(v);
	for (u32 i = 0; i < 100; i++)
		v_open(v, "an_object_with_a_name_that_is_rather_long");
	v_u64(v, "x", 1);
	for (u32 i = 0; i < 100; i++)
		v_close(v);
	v_u64(v, "after", 2);
}

struct field_case {
	const char *what;
	void (*show)(struct iotx_visitor *v);
	const char *want;
};

static const struct field_case fields[] = {
	{ "every kind; the title's object needs no prefix", show_publish,
	  " topic=a/b qos=1 retain reason=\"Not authorized\" other=7 raw=0x0102" },
	{ "objects are prefixes", show_nested,
	  " will.topic=w will.props.delay=5 will.qos=0 publisher.x=1 after=9" },
	{ "lists", show_lists,
	  " topics=[{topic=a qos=0 in={deep}}, {topic=b/# qos=1 in={deep}}]"
	  " granted=[0, false, []] none=[]" },
	{ "long lists are cut", show_many,
	  " n=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, \xe2\x80\xa6(984 more)]"
	  " o=[{i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, {i=1},"
	  " {i=1}, {i=1}, {i=1}, {i=1}, {i=1}, \xe2\x80\xa6(1 more)]" },
	{ "deep nesting is left out and found back from", show_abyss, " l=[[[[[[[]]]]]]] after=2" },
};

static void test_fields(void **state)
{
	struct iotx_text_writer w = {};
	struct iotx_buf b = {};

	(void)state;
	for (u32 i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		iotx_text_writer_start(&w, &b, "PUBLISH again");
		fields[i].show(&w.visitor);
		assert_int_equal(w.depth + w.hidden + w.prefix_len, 0);
		expect(&b, fields[i].what, fields[i].want);
	}
}

/* --- lines ----------------------------------------------------------------------------------- */

/* What the sink puts out for these events. */
static char *lines_of(const struct iotx_event *evs, u32 count)
{
	static char text[4096];
	const struct iotx_sink_options opt = { .color = true };
	struct iotx_sinks sinks = {};
	int fd = memfd_create("lines", 0);
	int saved = iotx_redirect(STDOUT_FILENO, fd);
	int added = iotx_sinks_add(&sinks, "text", &opt);
	ssize_t n;

	for (u32 i = 0; i < count; i++)
		iotx_sinks_event(&sinks, &evs[i]);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	iotx_restore(STDOUT_FILENO, saved);
	assert_int_equal(added, 0);
	assert_int_equal(sinks.list[0].written, count);
	n = pread(fd, text, sizeof(text) - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
	return text;
}

static void show_qos(struct iotx_visitor *v)
{
	v_u64(v, "qos", 1);
}

static void test_from_a_file(void **state)
{
	struct iotx_fake_msg a = { .title = "HELLO", .fields = show_qos, .extra = show_qos };
	struct iotx_fake_msg b = { .title = "A LONGER ONE", .fields = show_qos };
	struct iotx_fake_msg c = { .text = iotx_slice_str("x\x1b[0m\n") };
	struct iotx_event evs[] = { iotx_fake_event(&a), iotx_fake_event(&b), iotx_fake_event(&a),
				    iotx_fake_event(&c) };

	(void)state;
	assert_string_equal(
		lines_of(evs, 4),
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO  qos=1 qos=1\n"
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake A LONGER ONE  qos=1\n"
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO         qos=1 qos=1\n"
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake               "
		"text=\"x\\x1b[0m\\n\"\n");
}

static void test_live(void **state)
{
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_endpoints in = iotx_fake_ends, eg = iotx_fake_ends;
	struct iotx_event evs[] = { iotx_fake_event(&msg), iotx_fake_event(&msg) };

	(void)state;
	in.iface = eg.iface = "eth0";
	in.dir = "ingress";
	eg.dir = "egress";
	evs[0].ends = &in;
	evs[1].ends = &eg;
	assert_string_equal(
		lines_of(evs, 2),
		"12:34:56.123456 eth0 In  10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO\n"
		"12:34:56.123456 eth0 Out 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO\n");
}

static void test_marks(void **state)
{
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event evs[] = { iotx_fake_event(&msg), iotx_fake_event(&msg),
				    iotx_fake_event(&msg) };

	(void)state;
	evs[0].verdict = IOTX_E_BAD;
	evs[0].diag = (struct iotx_diag){ .rule = "MQTT-3.3.1-4", .text = "QoS 3" };
	evs[1].verdict = IOTX_E_SHORT;
	evs[1].duplicate = true;
	evs[2].resync = true;
	evs[2].over = "websocket";
	assert_string_equal(
		lines_of(evs, 3),
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO"
		" [malformed MQTT-3.3.1-4]\n"
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO"
		" [incomplete] [duplicate]\n"
		"12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  Fake HELLO [over websocket] [resync]\n");
}

/* The words that the message leaves out. */
static void test_rule(void **state)
{
	static struct iotx_event_class cls;
	struct iotx_fake_msg msg = { .title = "error fake HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	cls = iotx_fake_class;
	cls.of_rules = true;
	ev.cls = &cls;
	ev.verdict = IOTX_E_BAD;
	ev.diag = (struct iotx_diag){ .off = 3, .rule = "MQTT-3.3.1-4", .text = "QoS 3" };
	assert_string_equal(lines_of(&ev, 1),
			    "12:34:56.123456 10.9.0.1:40000 > 10.9.0.2:1883  "
			    "Fake error fake HELLO MQTT-3.3.1-4: QoS 3 (byte 3)\n");
}

static void test_no_packet(void **state)
{
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_endpoints none = {};
	struct iotx_event evs[] = { iotx_fake_event(&msg), iotx_fake_event(&msg) };

	(void)state;
	evs[0].ends = NULL;
	evs[1].ends = &none;
	assert_string_equal(lines_of(evs, 2), "12:34:56.123456 Fake HELLO\n"
					      "12:34:56.123456 Fake HELLO\n");
}

/* --- colour ----------------------------------------------------------------------------------- */

struct color_case {
	const char *what;
	bool asked;
	const char *no_color, *term;
	bool want;
};

static const struct color_case colors[] = {
	{ "a terminal", true, NULL, "xterm", true },
	{ "an empty NO_COLOR says nothing", true, "", "xterm", true },
	{ "NO_COLOR", true, "1", "xterm", false },
	{ "a terminal that has none", true, NULL, "dumb", false },
	{ "not asked for", false, NULL, "xterm", false },
};

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* What a terminal is sent for one bad event. */
static ssize_t on_terminal(bool color, char *text, size_t room)
{
	struct iotx_sink_options opt = { .color = color };
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_sinks sinks = {};
	int leader = posix_openpt(O_RDWR | O_NOCTTY);
	int saved, tty;
	ssize_t n;

	assert_int_equal(grantpt(leader) | unlockpt(leader), 0);
	tty = open(ptsname(leader), O_RDWR | O_NOCTTY);
	saved = iotx_redirect(STDOUT_FILENO, tty);
	ev.verdict = IOTX_E_BAD;
	iotx_sinks_add(&sinks, "text", &opt);
	iotx_sinks_event(&sinks, &ev);
	iotx_sinks_close(&sinks);
	iotx_restore(STDOUT_FILENO, saved);
	n = read(leader, text, room);
	close(tty);
	close(leader);
	return n;
}

static void test_color(void **state)
{
	char text[512];

	(void)state;
	for (u32 i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		set("NO_COLOR", colors[i].no_color);
		set("TERM", colors[i].term);
		ssize_t n = on_terminal(colors[i].asked, text, sizeof(text));

		assert_true(n > 0);
		if (!!memchr(text, '\x1b', (size_t)n) != colors[i].want)
			fail_msg("%s", colors[i].what);
	}
	set("NO_COLOR", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_long_strings_are_cut),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_any_bytes_are_safe),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_from_a_file),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_no_packet),
		cmocka_unit_test(test_color),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
