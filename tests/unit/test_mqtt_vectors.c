/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages and verdicts of public test suites: $IOTXDP_SHARED/vectors, by default
 * ../shared/vectors. Where that is not there, the tests are skipped and say so.
 */
#include "mqtt_try.h"
#include "vectors.h"
#include <wire/mqtt_prop.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

static const char *verdict_word(enum iotx_err verdict)
{
	switch (verdict) {
#define X(id, value, word, sentence)                                                            \
	case IOTX_##id:                                                                         \
		return word;
		IOTX_ERRORS(X)
#undef X
	}
	return "?";
}

/* --- mqtt.tsv ------------------------------------------------------------------------------ */

struct wrong_row {
	const char *name;
	const char *verdict; /* the right one */
	const char *clause;
};

static const struct wrong_row wrong_rows[] = {
	{ "mqttjs_047", "ok",
	  "MQTT 3.1, section 3.1, User Name: the Remaining Length takes precedence over the "
	  "flag, the user name may be missing" },
};

static const char *right_verdict(const char *name, const char *verdict)
{
	for (size_t i = 0; i < sizeof(wrong_rows) / sizeof(*wrong_rows); i++)
		if (!strcmp(name, wrong_rows[i].name))
			return wrong_rows[i].verdict;
	return verdict;
}

/* The verdict on the first message of a row that is not in order, or on its last. */
static const char *judge(struct iotx_try *t)
{
	for (;;) {
		iotx_try_run(t);
		if (!t->measured && t->in.len > t->n) /* a stream waits for the rest */
			return "incomplete";
		if (t->verdict || t->in.len == t->n)
			return verdict_word(t->verdict);
		t->n -= t->in.len;
		memmove(t->bytes, t->bytes + t->in.len, t->n);
	}
}

static void one_row(struct iotx_try *t, char *column[IOTX_VECTORS_COLUMNS], u32 *bad)
{
	const char *want = right_verdict(column[0], column[6]);
	const char *got;

	iotx_try_init(t, column[5], (u8)(column[2][0] - '0'));
	t->in.role = strcmp(column[3], "s2c") ? IOTX_ROLE_CLIENT : IOTX_ROLE_SERVER;
	t->in.connected = !strcmp(column[4], "1");
	got = judge(t);
	if (!strcmp(got, want) || (!strcmp(got, "ok") && !strcmp(want, "may") && t->msg.note))
		return;
	print_error("%s: %s (%s), not %s (%s): %s\n", column[0], got,
		    t->diag.text ? t->diag.text : "", want, column[7], column[5]);
	++*bad;
}

static void verdicts(void **state)
{
	struct iotx_try *t = &scratch;
	struct iotx_vectors v;
	u32 rows = 0, bad = 0;

	(void)state;
	iotx_vectors_open(&v, "mqtt.tsv");
	for (; iotx_vectors_next(&v); rows++) {
		assert_null(strchr(v.column[5], '|'));
		one_row(t, v.column, &bad);
	}
	print_message("mqtt.tsv: %u rows run, 0 skipped, %zu held to the standard instead\n", rows,
		      sizeof(wrong_rows) / sizeof(*wrong_rows));
	iotx_vectors_close(&v);
	assert_true(rows > 300);
	assert_int_equal(bad, 0);
}

/* --- mqtt_varint.tsv ----------------------------------------------------------------------- */

/* As a Remaining Length, and as the Subscription Identifier of a SUBSCRIBE. */
static void one_varint(struct iotx_try *t, char *column[IOTX_VECTORS_COLUMNS])
{
	bool minimal = strcmp(column[1], "nonminimal");
	enum iotx_err want = !strcmp(column[1], "malformed")  ? IOTX_E_BAD :
			     !strcmp(column[1], "incomplete") ? IOTX_E_SHORT :
								IOTX_OK;
	u32 value = (u32)strtoul(column[2], NULL, 10);
	u32 bytes = (u32)strlen(column[0]) / 2;
	char hex[256];
	u32 len = 0;

	snprintf(hex, sizeof(hex), "30%s", column[0]);
	iotx_try_init(t, hex, IOTX_MQTT_V5);
	assert_int_equal(iotx_mqtt_measure(t->bytes, t->n, &len), want);
	if (!want)
		assert_int_equal(len, 1 + bytes + value);
	if (bytes > 4)
		return;
	snprintf(hex, sizeof(hex), "82%02x0001%02x0b%s00012300", 8 + bytes, 1 + bytes, column[0]);
	iotx_try_init(t, hex, IOTX_MQTT_V5);
	iotx_try_run(t);
	if (want || !minimal)
		assert_int_equal(t->verdict, IOTX_E_BAD);
	else
		assert_int_equal(t->verdict, value ? IOTX_OK : IOTX_E_RULE);
	if (!minimal)
		assert_string_equal(t->diag.rule, "MQTT-1.5.5-1");
}

static void variable_byte_integers(void **state)
{
	struct iotx_try *t = &scratch;
	struct iotx_vectors v;
	u32 rows = 0;

	(void)state;
	iotx_vectors_open(&v, "mqtt_varint.tsv");
	for (; iotx_vectors_next(&v); rows++)
		one_varint(t, v.column);
	print_message("mqtt_varint.tsv: %u rows run, 0 skipped\n", rows);
	iotx_vectors_close(&v);
	assert_true(rows > 15);
}

/* --- utf8.tsv ------------------------------------------------------------------------------ */

/* As the client identifier of a CONNECT and as the name of a User Property. */
static void one_string(struct iotx_try *t, char *column[IOTX_VECTORS_COLUMNS], u32 *bad)
{
	bool may = !strcmp(column[2], "may");
	u32 n = (u32)strlen(column[0]) / 2;
	char hex[2 * IOTX_TRY_MAX];

	assert_true(n < 100); /* one byte holds the lengths below */
	snprintf(hex, sizeof(hex), "10%02x00044d51545404020000%04x%s", 12 + n, n, column[0]);
	for (u32 i = 0; i < 2; i++) {
		iotx_try_init(t, hex, IOTX_MQTT_V5);
		iotx_try_run(t);
		if (strcmp(verdict_word(t->verdict), may ? "ok" : column[2]) ||
		    may != !!t->msg.note) {
			print_error("%s: not %s\n", hex, column[2]);
			++*bad;
		}
		snprintf(hex, sizeof(hex), "e0%02x00%02x26%04x%s0000", 7 + n, 5 + n, n, column[0]);
	}
}

static void strings(void **state)
{
	struct iotx_try *t = &scratch;
	struct iotx_vectors v;
	u32 rows = 0, bad = 0;

	(void)state;
	iotx_vectors_open(&v, "utf8.tsv");
	for (; iotx_vectors_next(&v); rows++)
		one_string(t, v.column, &bad);
	print_message("utf8.tsv: %u rows run, 0 skipped\n", rows);
	iotx_vectors_close(&v);
	assert_true(rows > 100);
	assert_int_equal(bad, 0);
}

/* --- mqtt_mqttjs.tsv ----------------------------------------------------------------------- */

/* What the decoder says, in the words of the file's JSON; each has to be found there. */
struct claims {
	const char *name;
	const char *json;
	u32 made, missing;
	char said[1 << 16]; /* all of it, to ask the other way round */
};

__attribute__((format(printf, 2, 3))) static void claim(struct claims *c, const char *form, ...)
{
	char text[4 * IOTX_TRY_MAX];
	va_list args;

	va_start(args, form);
	vsnprintf(text, sizeof(text), form, args);
	va_end(args);
	c->made++;
	strncat(c->said, text, sizeof(c->said) - strlen(c->said) - 1);
	if (strstr(c->json, text))
		return;
	print_error("%s: no %s in %s\n", c->name, text, c->json);
	c->missing++;
}

static const char *truth(bool value)
{
	return value ? "true" : "false";
}

static void claim_text(struct claims *c, const char *name, struct iotx_slice s)
{
	if (s.data)
		claim(c, "\"%s\":\"%.*s\"", name, (int)s.len, (const char *)s.data);
}

/* Octets: {"hex":"00ff"}, or text where the source wrote text. */
static void claim_octets(struct claims *c, const char *name, struct iotx_slice s)
{
	char hex[2 * IOTX_TRY_MAX + 1] = "";
	char text[IOTX_TRY_MAX];

	if (!s.data)
		return;
	for (u32 i = 0; i < s.len; i++)
		snprintf(hex + 2 * i, 3, "%02x", s.data[i]);
	snprintf(text, sizeof(text), "\"%s\":\"%.*s\"", name, (int)s.len, (const char *)s.data);
	if (strstr(c->json, text))
		claim(c, "%s", text);
	else
		claim(c, "\"%s\":{\"hex\":\"%s\"}", name, hex);
}

/* As the file writes names: topicAliasMaximum. */
static const char *camel(char out[64], const char *snake)
{
	u32 n = 0;

	for (; *snake && n < 63; snake++)
		out[n++] = (char)(*snake == '_' ? *++snake - 0x20 : *snake);
	out[n] = '\0';
	return out;
}

/* The source writes some as numbers and some as truths. */
static void claim_byte(struct claims *c, const char *name, u32 value)
{
	char number[128];

	snprintf(number, sizeof(number), "\"%s\":%u", name, value);
	if (strstr(c->json, number))
		claim(c, "%s", number);
	else
		claim(c, "\"%s\":%s", name, truth(value));
}

/* Two are spelt otherwise there. */
static void name_of(char out[64], const char *snake)
{
	camel(out, snake);
	if (!strcmp(out, "maximumQos"))
		snprintf(out, 64, "maximumQoS");
	if (!strcmp(out, "subscriptionIdentifierAvailable"))
		snprintf(out, 64, "subscriptionIdentifiersAvailable");
}

static void claim_props(struct claims *c, struct iotx_slice props)
{
	struct iotx_mqtt_prop p;
	char name[64];

	while (!iotx_mqtt_prop_next(&props, &p)) {
		name_of(name, p.def->name);
		if (p.def->kind == IOTX_MQTT_PROP_U16 || p.def->kind == IOTX_MQTT_PROP_U32)
			claim(c, "\"%s\":%u", name, p.number);
		if (p.def->kind != IOTX_MQTT_PROP_PAIR)
			claim(c, "\"%s\":", name);
		if (p.def->kind == IOTX_MQTT_PROP_VARINT)
			claim(c, "%u", p.number);
		if (p.def->kind == IOTX_MQTT_PROP_STR)
			claim_text(c, name, p.value);
		if (p.def->kind == IOTX_MQTT_PROP_BIN)
			claim_octets(c, name, p.value);
		if (p.def->kind == IOTX_MQTT_PROP_BYTE)
			claim_byte(c, name, p.number);
		if (p.def->kind != IOTX_MQTT_PROP_PAIR)
			continue;
		claim(c, "\"%.*s\":", (int)p.name.len, (const char *)p.name.data);
		claim(c, "\"%.*s\"", (int)p.value.len, (const char *)p.value.data);
	}
}

static void claim_connect(struct claims *c, const struct iotx_mqtt_connect *connect)
{
	claim_text(c, "protocolId", connect->protocol);
	claim(c, "\"protocolVersion\":%u", connect->level & ~IOTX_MQTT_LEVEL_BRIDGE);
	claim(c, "\"keepalive\":%u", connect->keep_alive_s);
	if (connect->level & IOTX_MQTT_LEVEL_BRIDGE)
		claim(c, "\"bridgeMode\":true");
	claim(c, "\"clean\":%s", truth(connect->flags & IOTX_MQTT_CONNECT_CLEAN));
	claim_octets(c, "clientId", connect->client_id);
	claim_octets(c, "username", connect->username);
	claim_octets(c, "password", connect->password);
	if (!connect->will.topic.data)
		return;
	claim(c, "\"will\":{\"retain\":%s,\"qos\":%u", truth(connect->will.retain),
	      connect->will.qos);
	claim_text(c, "topic", connect->will.topic);
	claim_octets(c, "payload", connect->will.payload);
	claim_props(c, connect->will.props);
}

static void claim_lists(struct claims *c, const struct iotx_mqtt_msg *msg)
{
	bool sub = msg->type == IOTX_MQTT_SUBSCRIBE;
	struct iotx_slice list = msg->list;
	struct iotx_mqtt_filter f;
	char codes[256] = "";
	size_t n = 0;
	u8 code;

	if (msg->type == IOTX_MQTT_SUBACK || msg->type == IOTX_MQTT_UNSUBACK) {
		while (iotx_mqtt_code_next(&list, &code))
			n += (size_t)snprintf(codes + n, sizeof(codes) - n, ",%u", code);
		if (n)
			claim(c, "\"granted\":[%s]", codes + 1);
		return;
	}
	while (iotx_mqtt_filter_next(msg->type, &list, &f)) {
		claim(c, sub ? "{\"topic\":\"%.*s\",\"qos\":%u" : "\"%.*s\"", (int)f.filter.len,
		      (const char *)f.filter.data, iotx_mqtt_sub_qos(f.options));
		if (sub && msg->version == IOTX_MQTT_V5)
			claim(c, "\"nl\":%s,\"rap\":%s,\"rh\":%u}",
			      truth(iotx_mqtt_sub_no_local(f.options)),
			      truth(iotx_mqtt_sub_retain_as_published(f.options)),
			      iotx_mqtt_sub_retain_handling(f.options));
	}
}

static void claim_all(struct claims *c, const struct iotx_mqtt_msg *msg)
{
	char title[IOTX_TITLE_MAX];
	const char *cmd = iotx_mqtt_event.title(msg, title);
	char lower[16] = "";

	for (u32 i = 0; cmd[i] && i < sizeof(lower) - 1; i++)
		lower[i] = (char)(cmd[i] | 0x20);
	claim(c, "\"cmd\":\"%s\"", lower);
	claim(c, "\"retain\":%s,\"qos\":%u", truth(msg->retain), msg->qos);
	claim(c, "\"dup\":%s", truth(msg->dup));
	if (msg->has_packet_id)
		claim(c, "\"messageId\":%u", msg->packet_id);
	if (msg->has_reason && !strstr(c->json, "returnCode"))
		claim(c, "\"reasonCode\":%u", msg->reason);
	else if (msg->has_reason)
		claim(c, "\"returnCode\":%u", msg->reason);
	if (msg->type == IOTX_MQTT_CONNACK)
		claim(c, "\"sessionPresent\":%s", truth(msg->session_present));
	if (msg->type == IOTX_MQTT_CONNECT)
		claim_connect(c, &msg->connect);
	claim_text(c, "topic", msg->publish.topic);
	claim_octets(c, "payload", msg->publish.payload);
	claim_lists(c, msg);
	claim_props(c, msg->props);
}

/* Names of what holds other things, or of what is not the decoder's to say. */
static bool is_frame(const char *key, size_t n)
{
	static const char *const frames[] = { "length", "properties", "userProperties",
					      "subscriptions", "unsubscriptions", "hex" };

	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++)
		if (strlen(frames[i]) == n && !memcmp(frames[i], key, n))
			return true;
	return false;
}

/* The other way round: every key of the file is one that the decoder has spoken of. */
static void check_keys(struct claims *c)
{
	for (const char *at = c->json; (at = strstr(at, "\":")); at++) {
		const char *key = at;
		char quoted[256];

		while (key > c->json && key[-1] != '"')
			key--;
		snprintf(quoted, sizeof(quoted), "\"%.*s\":", (int)(at - key), key);
		if (!strncmp(at + 2, "null", 4) || is_frame(key, (size_t)(at - key)) || strstr(c->said, quoted))
			continue;
		print_error("%s: the decoder says nothing of %s\n", c->name, quoted);
		c->missing++;
	}
}

static void contents(void **state)
{
	struct iotx_try *t = &scratch;
	u32 run = 0, skipped = 0, missing = 0, made = 0;
	struct iotx_vectors v;
	char **column = v.column;

	(void)state;
	iotx_vectors_open(&v, "mqtt_mqttjs.tsv");
	while (iotx_vectors_next(&v)) {
		static struct claims c;

		memset(&c, 0, sizeof(c));
		c.name = column[0];
		c.json = column[9];

		if (!strncmp(column[4], "LEN=", 4)) { /* 256 MiB; test_mqtt.c has its head */
			skipped++;
			continue;
		}
		iotx_try_init(t, column[4], column[2][0] == '-' ? 4 : (u8)(column[2][0] - '0'));
		iotx_try_run(t);
		/* Where the source is laxer than the standard, the decoder stops on the way. */
		if (!*c.json || (t->verdict != IOTX_OK && t->verdict != IOTX_E_RULE) ||
		    !t->msg.version) {
			if (*c.json)
				print_message("# %s: laxer than the standard: %s\n", c.name, t->diag.text);
			skipped++;
			continue;
		}
		claim_all(&c, &t->msg);
		check_keys(&c);
		run++;
		made += c.made;
		missing += c.missing;
	}
	print_message("mqtt_mqttjs.tsv: %u rows run (%u fields), %u skipped: errors, or too long\n",
		      run, made, skipped);
	iotx_vectors_close(&v);
	assert_true(run > 70);
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(variable_byte_integers),
		cmocka_unit_test(strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
