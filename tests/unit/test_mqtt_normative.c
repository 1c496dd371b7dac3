// SPDX-License-Identifier: GPL-2.0-only
/*
 * The numbered statements of MQTT 5.0 that one packet can break: a packet that does, and
 * one that nearly does. Which of all statements have a rule is in test_coverage.c.
 */
#include "mqtt_try.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

#define ANYONE IOTX_ROLE_UNKNOWN
#define CLIENT IOTX_ROLE_CLIENT
#define SERVER IOTX_ROLE_SERVER

/* CONNECT: the length, "MQTT" and 5; flags and what follows stand in the rows. */
#define HEAD(len) "10" len "00044d51545405"
#define REST "00000000 0163"       /* Keep Alive, no properties, "c" */
#define WILL "00 000174 0000"      /* no properties, "t", nothing */
#define NAME "000175"
#define SHARE "2473686172652f"     /* "$share/" */

static const struct statement {
	const char *id;
	u8 role, near_role; /* of the sender */
	const char *trip, *near;
} statements[] = {
	{ "MQTT-1.5.4-1", ANYONE, ANYONE, "30060003eda08000", "3006000365c3a900" },
	{ "MQTT-1.5.4-2", ANYONE, ANYONE, "a206000700000100", "a206000700000101" },
	{ "MQTT-1.5.5-1", ANYONE, ANYONE, "c08000", "c000" },
	{ "MQTT-1.5.7-1", ANYONE, ANYONE, "e0080006260001ff0000", "e0080006260001610000" },
	{ "MQTT-1.5.7-1", ANYONE, ANYONE, "e00800062600000001ff", "e0080006260000000161" },
	{ "MQTT-2.1.3-1", ANYONE, ANYONE, "2103000000", "2003000000" },
	{ "MQTT-2.1.3-1", ANYONE, ANYONE, "c800", "c000" },
	{ "MQTT-2.2.2-1", ANYONE, ANYONE, "20020000", "2003000000" },
	{ "MQTT-2.2.2-1", ANYONE, ANYONE, "3003000174", "300400017400" },
	{ "MQTT-3.1.2-1", ANYONE, ANYONE, "100e00044d5154580502" REST, HEAD("0e") "02" REST },
	{ "MQTT-3.1.2-3", ANYONE, ANYONE, HEAD("0e") "03" REST, HEAD("0e") "02" REST },
	{ "MQTT-3.1.2-9", ANYONE, ANYONE, HEAD("0e") "06" REST, HEAD("14") "06" REST WILL },
	{ "MQTT-3.1.2-9", ANYONE, ANYONE, HEAD("0f") "06" REST "00", HEAD("14") "06" REST WILL },
	{ "MQTT-3.1.2-9", ANYONE, ANYONE, HEAD("12") "06" REST "00000174", HEAD("14") "06" REST WILL },
	{ "MQTT-3.1.2-11", ANYONE, ANYONE, HEAD("0e") "0a" REST, HEAD("14") "0e" REST WILL },
	{ "MQTT-3.1.2-12", ANYONE, ANYONE, HEAD("14") "1e" REST WILL, HEAD("14") "16" REST WILL },
	{ "MQTT-3.1.2-13", ANYONE, ANYONE, HEAD("0e") "22" REST, HEAD("14") "26" REST WILL },
	{ "MQTT-3.1.2-16", ANYONE, ANYONE, HEAD("11") "02" REST NAME, HEAD("11") "82" REST NAME },
	{ "MQTT-3.1.2-16", ANYONE, ANYONE, HEAD("14") "02" REST NAME NAME,
	  HEAD("14") "c2" REST NAME NAME },
	{ "MQTT-3.1.2-17", ANYONE, ANYONE, HEAD("0e") "82" REST, HEAD("11") "82" REST NAME },
	{ "MQTT-3.1.2-18", ANYONE, ANYONE, HEAD("14") "82" REST NAME NAME,
	  HEAD("14") "c2" REST NAME NAME },
	{ "MQTT-3.1.2-18", ANYONE, ANYONE, HEAD("14") "02" REST NAME NAME,
	  HEAD("14") "c2" REST NAME NAME },
	{ "MQTT-3.1.2-19", ANYONE, ANYONE, HEAD("11") "c2" REST NAME, HEAD("14") "c2" REST NAME NAME },
	{ "MQTT-3.1.2-19", ANYONE, ANYONE, HEAD("0e") "42" REST, HEAD("11") "42" REST NAME },
	{ "MQTT-3.1.3-1", ANYONE, ANYONE, HEAD("0f") "02" REST "00", HEAD("0e") "02" REST },
	{ "MQTT-3.1.3-1", ANYONE, ANYONE, HEAD("0e") "02 000000 000263", HEAD("0e") "02" REST },
	{ "MQTT-3.1.3-3", ANYONE, ANYONE, HEAD("0b") "02 000000", HEAD("0d") "02 000000 0000" },
	{ "MQTT-3.1.3-4", ANYONE, ANYONE, HEAD("0e") "02 000000 0001ff", HEAD("0e") "02" REST },
	{ "MQTT-3.1.3-11", ANYONE, ANYONE, HEAD("14") "06" REST "00 0001ff 0000",
	  HEAD("14") "06" REST WILL },
	{ "MQTT-3.1.3-12", ANYONE, ANYONE, HEAD("11") "82" REST "0001ff", HEAD("11") "82" REST NAME },
	{ "MQTT-3.2.2-1", ANYONE, ANYONE, "2003800000", "2003010000" },
	{ "MQTT-3.2.2-1", ANYONE, ANYONE, "2003020000", "2003010000" },
	{ "MQTT-3.2.2-6", ANYONE, ANYONE, "2003018000", "2003008000" },
	{ "MQTT-3.2.2-8", ANYONE, ANYONE, "2003000100", "2003008000" },
	{ "MQTT-3.3.1-2", ANYONE, ANYONE, "380400017400", "3a06000174000700" },
	{ "MQTT-3.3.1-4", ANYONE, ANYONE, "3606000174000700", "3406000174000700" },
	{ "MQTT-3.3.2-1", ANYONE, ANYONE, "3000", "300400017400" },
	{ "MQTT-3.3.2-1", ANYONE, ANYONE, "30040001ff00", "300400017400" },
	{ "MQTT-3.3.2-2", ANYONE, ANYONE, "300400012b00", "300400012d00" },
	{ "MQTT-3.3.2-2", ANYONE, ANYONE, "30060003612f2300", "30060003612f2400" },
	{ "MQTT-3.3.2-8", ANYONE, ANYONE, "300700017403230000", "300700017403230001" },
	{ "MQTT-3.3.2-13", ANYONE, ANYONE, "300800017404080001ff", "30080001740408000161" },
	{ "MQTT-3.3.2-13", ANYONE, ANYONE, HEAD("18") "06" REST "04080001ff 000174 0000",
	  HEAD("18") "06" REST "0408000161 000174 0000" },
	{ "MQTT-3.3.2-14", ANYONE, ANYONE, "3008000174040800012b", "3008000174040800012d" },
	{ "MQTT-3.3.2-19", ANYONE, ANYONE, "300800017404030001ff", "30080001740403000161" },
	{ "MQTT-3.3.4-6", CLIENT, SERVER, "3006000174020b01", "3006000174020b01" },
	{ "MQTT-3.4.2-1", ANYONE, ANYONE, "4003000711", "4003000710" },
	{ "MQTT-3.5.2-1", ANYONE, ANYONE, "5003000792", "5003000791" },
	{ "MQTT-3.6.1-1", ANYONE, ANYONE, "60020007", "62020007" },
	{ "MQTT-3.6.2-1", ANYONE, ANYONE, "6203000710", "6203000792" },
	{ "MQTT-3.7.2-1", ANYONE, ANYONE, "7003000780", "7003000792" },
	{ "MQTT-3.8.1-1", ANYONE, ANYONE, "800700070000017400", "820700070000017400" },
	{ "MQTT-3.8.3-1", ANYONE, ANYONE, "82070007000001ff00", "820700070000017400" },
	{ "MQTT-3.8.3-2", ANYONE, ANYONE, "8203000700", "820700070000017400" },
	{ "MQTT-3.8.3-4", ANYONE, ANYONE, "8210000700000a" SHARE "672f7404",
	  "8210000700000a" SHARE "672f7428" },
	{ "MQTT-3.8.3-5", ANYONE, ANYONE, "820700070000017440", "82070007000001742e" },
	{ "MQTT-3.8.3-5", ANYONE, ANYONE, "820700070000017480", "82070007000001742e" },
	{ "MQTT-3.9.3-2", ANYONE, ANYONE, "900400070003", "900400070002" },
	{ "MQTT-3.10.1-1", ANYONE, ANYONE, "a006000700000174", "a206000700000174" },
	{ "MQTT-3.10.3-1", ANYONE, ANYONE, "a2060007000001ff", "a206000700000174" },
	{ "MQTT-3.10.3-2", ANYONE, ANYONE, "a203000700", "a206000700000174" },
	{ "MQTT-3.11.3-2", ANYONE, ANYONE, "b00400070001", "b00400070011" },
	{ "MQTT-3.14.1-1", ANYONE, ANYONE, "e100", "e000" },
	{ "MQTT-3.14.2-1", ANYONE, ANYONE, "e00105", "e00104" },
	{ "MQTT-3.14.2-2", SERVER, CLIENT, "e00700051100000001", "e00700051100000001" },
	{ "MQTT-3.15.1-1", ANYONE, ANYONE, "f106180415000161", "f006180415000161" },
	{ "MQTT-3.15.2-1", ANYONE, ANYONE, "f006170415000161", "f006190415000161" },
	{ "MQTT-4.3.1-1", ANYONE, ANYONE, "380400017400", "300400017400" },
	{ "MQTT-4.7.0-1", ANYONE, ANYONE, HEAD("14") "06" REST "00 000123 0000",
	  HEAD("14") "06" REST "00 000124 0000" },
	{ "MQTT-4.7.0-1", ANYONE, ANYONE, "300400012300", "300400012400" },
	{ "MQTT-4.7.1-1", ANYONE, ANYONE, "a2080007000003612323", "a2080007000003612f23" },
	{ "MQTT-4.7.1-1", ANYONE, ANYONE, "a2080007000003232f61", "a2080007000003612f23" },
	{ "MQTT-4.7.1-2", ANYONE, ANYONE, "a2080007000003612b2f", "a20800070000032b2f61" },
	{ "MQTT-4.7.3-1", ANYONE, ANYONE, "a2050007000000", "a206000700000174" },
	{ "MQTT-4.7.3-1", ANYONE, ANYONE, HEAD("13") "06" REST "00 0000 0000", HEAD("14") "06" REST WILL },
	{ "MQTT-4.7.3-2", ANYONE, ANYONE, "300400010000", "300400010100" },
	{ "MQTT-4.7.3-2", ANYONE, ANYONE, "a206000700000100", "a206000700000101" },
	{ "MQTT-4.8.2-1", ANYONE, ANYONE, "a20e0007000009" SHARE "2f74", "a20f000700000a" SHARE "672f74" },
	{ "MQTT-4.8.2-2", ANYONE, ANYONE, "a20f000700000a" SHARE "2b2f74",
	  "a20f000700000a" SHARE "672f2b" },
	{ "MQTT-4.8.2-2", ANYONE, ANYONE, "a20d0007000008" SHARE "67", "a20f000700000a" SHARE "672f74" },
};

static bool breaks(const struct iotx_diag *diag, const char *id)
{
	for (u32 i = 0; i < diag->count; i++)
		if (!strcmp(diag->breach[i].rule->id, id))
			return true;
	return false;
}

static const struct iotx_diag *run(const char *hex, u8 role)
{
	iotx_try_init(&scratch, hex, IOTX_MQTT_V5);
	scratch.in.role = role;
	iotx_try_run(&scratch);
	assert_int_equal(scratch.in.len, scratch.n); /* the row is one packet */
	return &scratch.diag;
}

static void trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		if (!breaks(run(statements[i].trip, statements[i].role), statements[i].id))
			fail_msg("%s does not break %s but %s", statements[i].trip, statements[i].id,
				 scratch.diag.rule ? scratch.diag.rule : "nothing");
}

static void near_misses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
		const struct iotx_diag *diag = run(statements[i].near, statements[i].near_role);

		if (scratch.verdict || diag->count)
			fail_msg("%s: %s breaks %s", statements[i].id, statements[i].near, diag->rule);
	}
}

/* A packet that breaks many rules: all of them are told, and the first of the worst first. */
static void many_at_once(void **state)
{
	const struct iotx_diag *diag;

	(void)state;
	/* DUP at QoS 0; a wildcard in the topic; alias 0; a response topic of the wrong kind */
	diag = run("38 0b 00012b 07 230000 080001 23", ANYONE);
	assert_int_equal(scratch.verdict, IOTX_E_RULE);
	assert_string_equal(diag->rule, "MQTT-3.3.1-2");
	assert_int_equal(diag->count, 6);
	assert_true(breaks(diag, "MQTT-4.3.1-1") && breaks(diag, "MQTT-3.3.2-2") &&
		    breaks(diag, "MQTT-4.7.0-1") && breaks(diag, "MQTT-3.3.2-8") &&
		    breaks(diag, "MQTT-3.3.2-14"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trips),
		cmocka_unit_test(near_misses),
		cmocka_unit_test(many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
