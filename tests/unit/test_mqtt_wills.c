// SPDX-License-Identifier: GPL-2.0-only
/* The life of a will, in every way that it can go, and one client at two places. */
#include "mqtt_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Client "a" with the will "bye" on "w"; Keep Alive 10 s. v5: with a delay, or without. */
#define NAME5 "10 00044d51545405"
#define WILL5 "c " NAME5 "06000a00 000161 00 000177 0003627965;" "s 20 000000;"
#define WILL4 "c 10 00044d5154540406000a 000161 000177 0003627965;" "s 20 0000;"
#define LASTS "05 1100000064"
#define DELAYED "c " NAME5 "06000a" LASTS "000161 05 1800000014 000177 0003627965;" "s 20 000000;"
/* Client "b", subscribed to "w", or to "+". */
#define OTHER "c2 " NAME5 "02000000 000162;" "s2 20 000000;"
#define PLAIN OTHER "c2 82 0001 00 000177 00;" "s2 90 0001 00 00;"
#define WILD OTHER "c2 82 0001 00 00012b 00;" "s2 90 0001 00 00;"
#define BYE "30 000177 00 627965;"

struct row {
	const char *script;
	const char *told; /* "action cause", by ", "; delivered: with the way */
};

static const struct row rows[] = {
	{ WILL4 "c e0;" "c fin;", "cancelled disconnect" },
	{ WILL5 "c e0;" "c fin;", "cancelled disconnect" },
	{ WILL5 "c e0 04;" "c fin;", "fired disconnect_with_will" },
	{ WILL5 "c e0 81;", "fired client_error" },
	{ WILL4 "c fin;" "s fin;", "fired client_closed" },
	{ WILL4 "c rst;", "fired client_reset" },
	{ WILL4 "s fin;" "c fin;", "fired server_closed" },
	{ WILL4 "s+16 fin;", "fired keep_alive" },
	{ WILL4 "c+9 c0;" "s d0;" "s+9 fin;", "fired server_closed" },
	{ WILL5 "s e0 8d;", "fired keep_alive" },
	{ WILL5 "s e0 8b;", "fired server_disconnect" },
	{ WILL5 "c3 " NAME5 "02003c00 000161;" "s3 20 000000;", "fired takeover" },
	{ WILL5 "s e0 8e;" "s fin;", "fired takeover" },
	/* the broker closes the one before it accepts the other */
	{ WILL5 "c3 " NAME5 "02003c00 000161;" "s fin;" "s3 20 000000;", "fired takeover" },
	{ WILL5 "c3 " NAME5 "02003c00 000162;" "s fin;" "s3 20 000000;", "fired server_closed" },
	/* nothing ended it */
	{ WILL4, "" },
	/* refused: never armed */
	{ "c " NAME5 "06000a00 000161 00 000177 0003627965;" "s 20 008700;" "s fin;", "" },
	/* the delay: over, cut short by a new connection, over at once with a new session */
	{ DELAYED "c fin;" "s+15 ack;", "" },
	{ DELAYED "c fin;" "c2+21 ack;" "c3 " NAME5 "02003c00 000162;", "fired client_closed" },
	{ DELAYED "c fin;" "c3+5 " NAME5 "00003c" LASTS "000161;" "s3 20 010000;", "cancelled reconnected" },
	{ DELAYED "c fin;" "c3+5 " NAME5 "02003c00 000161;" "s3 20 000000;", "fired client_closed" },
	{ DELAYED "c3+5 " NAME5 "00003c" LASTS "000161;" "s3 20 010000;", "cancelled reconnected" },
	/* the session ends with the connection: no delay */
	{ "c " NAME5 "06000a00 000161 05 1800000014 000177 0003627965;" "s 20 000000;" "c fin;",
	  "fired client_closed" },
	/* ... as the client says when it leaves */
	{ DELAYED "c e0 04 05 1100000000;" "c fin;", "fired disconnect_with_will" },
	{ DELAYED "c e0 04 05 1100000064;" "c fin;" "s+15 ack;", "" },
	/* to whom */
	{ PLAIN WILL4 "c fin;" "s2 " BYE, "fired client_closed, delivered client_closed plain" },
	{ WILD WILL4 "c fin;" "s2 " BYE, "fired client_closed, delivered client_closed wild" },
	{ PLAIN WILL4 "c fin;" "s2 30 000177 00 627966;" "s2 30 000178 00 627965;", "fired client_closed" },
	/* the broker was quicker than the capture */
	{ PLAIN WILL4 "s2 " BYE "c fin;", "fired client_closed, delivered client_closed plain" },
	{ PLAIN WILL4 "s2 " BYE "c+9 c0;" "s d0;" "c fin;", "fired client_closed" },
	{ PLAIN WILL4 "s2+17 " BYE, "fired keep_alive, delivered keep_alive plain" },
	/* somebody said the same */
	{ PLAIN WILL4 "c " "30 000177 627965;" "s2 " BYE "c fin;", "fired client_closed" },
	{ PLAIN WILL4 "c fin;" "c3 " NAME5 "02003c00 000163;" "s3 20 000000;" "c3 " BYE "s2 " BYE,
	  "fired client_closed" },
	/* of two with the same words */
	{ PLAIN WILL4 "c3 10 00044d5154540406000a 000164 000177 0003627965;" "s3 20 0000;" "c fin;" "s2 " BYE,
	  "fired client_closed, delivered client_closed plain" },
};

static void value(const char *from, const char *name, char *out, size_t room)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":\"", name);
	at = strstr(from, key);
	snprintf(out, room, "%.*s", at ? (int)strcspn(at + strlen(key), "\"") : 0,
		 at ? at + strlen(key) : "");
}

/* What a script tells of wills, in short. */
static const char *told(const char *script)
{
	static struct iotx_script s;
	static char text[1024];
	char action[32], cause[32];
	size_t len = 0;

	iotx_script_start(&s);
	s.want = "mqtt_will";
	iotx_script_play(&s, script);
	iotx_script_stop(&s);
	text[0] = '\0';
	for (const char *at = s.events; (at = strstr(at, "WILL ")); at++) {
		value(at, "action", action, sizeof(action));
		value(at, "cause", cause, sizeof(cause));
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s", len ? ", " : "",
					action, cause);
		if (!strcmp(action, "delivered"))
			len += (size_t)snprintf(text + len, sizeof(text) - len, " %s",
						strstr(at, "\"wildcard\":true") ? "wild" : "plain");
	}
	return text;
}

static void every_outcome(void **state)
{
	u32 wrong = 0;

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *text = told(rows[i].script);

		if (!strcmp(text, rows[i].told))
			continue;
		fprintf(stderr, "%u: \"%s\" instead of \"%s\"\n", i, text, rows[i].told);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void a_delivery_names_both(void **state)
{
	static struct iotx_script s;

	(void)state;
	iotx_script_start(&s);
	s.want = "mqtt_will";
	iotx_script_play(&s, PLAIN WILL4 "c fin;" "s2 " BYE);
	assert_non_null(strstr(s.events, "WILL delivered"));
	assert_non_null(strstr(s.events, "\"client_id\":\"a\",\"topic\":\"w\",\"message\":\"bye\""));
	assert_non_null(strstr(s.events, "\"receiver\":{\"client_id\":\"b\",\"ip\":\"10.9.0.1\",\"port\":40002"));
	iotx_script_stop(&s);
}

#define CLIENT_A(n) "c" n " 10 00044d5154540402003c 000161;" "s" n " 20 0000;"

static void one_client_at_two_places(void **state)
{
	static struct iotx_script s;

	(void)state;
	iotx_script_start(&s);
	s.want = "mqtt_takeover";
	iotx_script_play(&s, CLIENT_A("1") CLIENT_A("2"));
	assert_non_null(strstr(s.events, "TAKEOVER \"takeover\":{\"client_id\":\"a\",\"before\":{"
			       "\"ip\":\"10.9.0.1\",\"port\":40001"));
	s.events[0] = '\0';
	iotx_script_play(&s, "c4 10 00044d5154540402003c 000161;" "s2 fin;" "s4 20 0000;");
	assert_non_null(strstr(s.events, "\"port\":40002"));
	s.events[0] = '\0';
	iotx_script_play(&s, "c4 e0;" CLIENT_A("5") "c5 fin;" CLIENT_A("6"));
	assert_string_equal(s.events, "");
	iotx_script_stop(&s);
}

/* All that say the same are looked at when a message says it: there is an end to them. */
static void many_alike(void **state)
{
	static struct iotx_script s;

	(void)state;
	iotx_script_start(&s);
	for (u32 i = 0; i < 65; i++) {
		char script[160];

		assert_int_equal(iotx_engine_stats(s.engine)->mqtt_wills_limit, 0);
		snprintf(script, sizeof(script),
			 "c syn;c " NAME5 "06000a00 000261%02x 00 000177 0003627965;s 20 000000;c rst;",
			 0x30 + i);
		iotx_script_play(&s, script);
	}
	assert_int_equal(iotx_engine_stats(s.engine)->mqtt_wills_limit, 1);
	iotx_script_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome),
		cmocka_unit_test(a_delivery_names_both),
		cmocka_unit_test(one_client_at_two_places),
		cmocka_unit_test(many_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
