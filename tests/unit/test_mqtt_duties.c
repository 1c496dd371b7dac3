// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every rule that takes more than one message: a short connection that breaks it and
 * nothing else, and one next to it that breaks nothing.
 */
#include "mqtt_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct iotx_script_row opening[] = {
	{ "MQTT-3.1.0-1", "c syn;" "c " PUB0, "c " PUB0 },
	{ "MQTT-3.1.0-2", OPEN5 CONNECT5, CONNACK5 CONNECT5 },
	{ "MQTT-3.1.0-2", OPEN4 CONNECT4, OPEN4 "c2 " NAME4 "02003c000162;" },
	{ "MQTT-3.2.0-1", CONNECT5 "s d0;", OPEN5 "c c0;" "s d0;" },
	{ "MQTT-3.2.0-1", CONNECT4 "s d0;", "s d0;" },
	{ "MQTT-3.2.0-2", OPEN5 CONNACK5, OPEN5 },
	{ "MQTT 3.1.1 3.2", OPEN4 CONNACK4, OPEN4 },
	{ "MQTT-3.1.4-5", CONNECT5 "s ack;" "s+40 ack;" "s+40 ack;", CONNECT5 "s+29 20 000000;" "s+40 ack;" },
	{ "MQTT-3.1.4-4", CONNECT4 "s ack;" "s+40 ack;" "s+40 ack;", CONNECT4 "s ack;" "s+40 fin;" "c+40 ack;" },
	{ "MQTT-3.14.0-1", CONNECT5 "s e0 8b;", OPEN5 "s e0 8b;" },
	{ "MQTT-3.2.2-2", CONNECT5 "s 20 010000;", "c " NAME5 "00003c00000161;" "s 20 010000;" },
	{ "MQTT-3.2.2-1", CONNECT4 "s 20 0100;", "c " NAME4 "00003c000161;" "s 20 0100;" },
	{ "MQTT-3.1.2-3 MQTT-3.1.4-1", "c " NAME5 "03003c00000161;" CONNACK5, OPEN5 },
	{ "MQTT-3.1.3-7 MQTT-3.1.3-8", "c " NAME4 "00003c0000;" CONNACK4, "c " NAME4 "02003c0000;" CONNACK4 },
	{ "MQTT-3.1.3-7 MQTT-3.2.2-16", "c " NAME5 "02003c000000;" CONNACK5,
	  "c " NAME5 "02003c000000;" ANSWER5("04", "12 00017a") },
	{ "MQTT-3.1.2-28", CONNECT5 ANSWER5("04", "1a 00017a"), WITH5("02", "1901") ANSWER5("04", "1a 00017a") },
	{ "MQTT-3.1.2-29", WITH5("02", "1700") CONNACK5 "c " PUB1("0001") "s 40 000100 04 1f000161;",
	  WITH5("02", "1701") CONNACK5 "c " PUB1("0001") "s 40 000100 04 1f000161;" },
	{ "MQTT-3.2.2-12", "c " NAME5 "16003c0000016100000174000178;" ANSWER5("02", "2401"),
	  "c " NAME5 "0e003c0000016100000174000178;" ANSWER5("02", "2401") },
	{ "MQTT-3.2.2-13", "c " NAME5 "26003c0000016100000174000178;" ANSWER5("02", "2500"),
	  "c " NAME5 "06003c0000016100000174000178;" ANSWER5("02", "2500") },
	{ "MQTT-3.2.2-7 MQTT-3.1.4-2 MQTT-4.13.2-1", CONNECT5 "s 20 008700;" "s+40 ack;" "c+40 ack;",
	  CONNECT5 "s 20 008700;" "s fin;" "c+40 ack;" },
	{ "MQTT-3.2.2-5",
	  CONNECT4 "s 20 0005;" "s+40 ack;" "c+40 ack;",
	  CONNECT4 "s 20 0005;" "s rst;" "c+40 ack;" },
	{ "MQTT-3.2.2-7 MQTT-3.1.2-2 MQTT-4.13.2-1", CONNECT5 "s 20 008400;" "s+40 ack;" "c+40 ack;",
	  CONNECT5 "s 20 008400;" },
	{ "MQTT-3.2.2-5 MQTT-3.1.2-2", CONNECT4 "s 20 0001;" "s+40 ack;" "c+40 ack;", CONNECT4 "s 20 0001;" },
	{ "MQTT-3.2.2-7 MQTT-3.1.3-8 MQTT-4.13.2-1", CONNECT5 "s 20 008500;" "s+40 ack;" "c+40 ack;",
	  CONNECT5 "s 20 008500;" "c fin;" },
	{ "MQTT-3.2.2-5 MQTT-3.1.3-9", CONNECT4 "s 20 0002;" "s+40 ack;" "c+40 ack;", CONNECT4 "s 20 0002;" },
	{ "MQTT-3.2.2-7 MQTT-4.12.0-1 MQTT-4.13.2-1",
	  WITH5("04", AUTH_M) "s 20 008c00;" "s+40 ack;" "c+40 ack;", WITH5("04", AUTH_M) "s 20 008c00;" },
	{ "MQTT-3.2.2-7 MQTT-4.12.0-4 MQTT-4.13.2-1",
	  WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" "c f0 18 04" AUTH_M ";" "s 20 008700;" "s+40 ack;"
	  "c+40 ack;",
	  WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" "c f0 18 04" AUTH_M ";" "s 20 008700;" "s fin;" },
	{ "MQTT-3.1.4-6 MQTT-3.2.2-7 MQTT-3.1.4-2 MQTT-4.13.2-1",
	  CONNECT5 "c " SUB5("0001") "s 20 008700;" "s 90 0001 00 01;", CONNECT5 "c " SUB5("0001") "s 20 008700;" },
};

static const struct iotx_script_row auth[] = {
	{ "MQTT-3.1.2-30", WITH5("04", AUTH_M) "c c0;", WITH5("04", AUTH_M) "c e0;" },
	{ "MQTT-4.12.0-2",
	  WITH5("04", AUTH_M) "s f0 00 04" AUTH_M ";",
	  WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" },
	{ "MQTT-4.12.0-3", WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" "c f0 19 04" AUTH_M ";",
	  WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" "c f0 18 04" AUTH_M ";" },
	{ "MQTT-4.12.0-5",
	  WITH5("04", AUTH_M) "s f0 18 04" "15 00016e" ";",
	  WITH5("04", AUTH_M) "s f0 18 04" AUTH_M ";" },
	{ "MQTT-4.12.0-5", WITH5("04", AUTH_M) CONNACK5, OPEN_AUTH },
	{ "MQTT-4.12.0-6", CONNECT5 ANSWER5("04", AUTH_M), OPEN_AUTH },
	{ "MQTT-4.12.0-6", CONNECT5 "s f0 18 04" AUTH_M ";", OPEN5 },
	{ "MQTT-4.12.0-7", OPEN5 "c f0 19 04" AUTH_M ";", OPEN_AUTH "c f0 19 04" AUTH_M ";" "s f0;" },
	{ "MQTT-4.12.1-1", OPEN_AUTH "c f0 19 04 15 00016e;", OPEN_AUTH "c f0 19 04" AUTH_M ";" },
	{ "MQTT-4.12.1-1",
	  OPEN_AUTH "s f0 19 04" AUTH_M ";",
	  OPEN_AUTH "c f0 19 04" AUTH_M ";" "s f0 18 04" AUTH_M ";" },
	{ "MQTT-3.14.4-2 MQTT-4.13.2-1 MQTT-4.12.1-2",
	  OPEN_AUTH "c f0 19 04" AUTH_M ";" "s e0 87;" "s+40 ack;" "c+40 ack;",
	  OPEN_AUTH "c f0 19 04" AUTH_M ";" "s e0 87;" "s fin;" "c+40 ack;" },
};

static const struct iotx_script_row limits[] = {
	{ "MQTT-3.1.2-24", CLIENT_MAX20 SUBBED "s 30 00017400 61616161616161616161616161616161;",
	  CLIENT_MAX20 SUBBED "s 30 00017400 6161616161616161616161616161;" },
	{ "MQTT-3.2.2-15", SERVER_MAX20 "c 30 00017400 61616161616161616161616161616161;",
	  SERVER_MAX20 "c 30 00017400 6161616161616161616161616161;" },
	{ "MQTT-3.1.2-24 MQTT-3.2.2-19", WITH5("05", MAX20) ANSWER5("10", RS "13 000a"),
	  WITH5("05", MAX20) ANSWER5("0d", RS) },
	{ "MQTT-3.1.2-24 MQTT-3.2.2-20", WITH5("05", MAX20) ANSWER5("12", UP "13 000a"),
	  WITH5("05", MAX20) ANSWER5("0f", UP) },
#define PUBACKED(prop) SERVER_MAX20 SUBBED "s " PUB1("0001") "c 40 000100" prop ";"
	{ "MQTT-3.2.2-15 MQTT-3.4.2-2",
	  PUBACKED("13 1f 0010 61616161616161616161616161616161"),
	  PUBACKED("0d" RS) },
	{ "MQTT-3.2.2-15 MQTT-3.4.2-3", PUBACKED("0f" UP), PUBACKED("0d 26 0004 61616161 0004 61616161") },
#define PUBRECED(prop) SERVER_MAX20 SUBBED "s " PUB2("0001") "c 50 000100" prop ";"
	{ "MQTT-3.2.2-15 MQTT-3.5.2-2",
	  PUBRECED("13 1f 0010 61616161616161616161616161616161"),
	  PUBRECED("0d" RS) },
	{ "MQTT-3.2.2-15 MQTT-3.5.2-3", PUBRECED("0f" UP), PUBRECED("0d 26 0004 61616161 0004 61616161") },
#define PUBRELED(prop) SERVER_MAX20 "c " PUB2("0001") "s 50 0001;" "c 62 000100" prop ";"
	{ "MQTT-3.2.2-15 MQTT-3.6.2-2",
	  PUBRELED("13 1f 0010 61616161616161616161616161616161"),
	  PUBRELED("0d" RS) },
	{ "MQTT-3.2.2-15 MQTT-3.6.2-3", PUBRELED("0f" UP), PUBRELED("0d 26 0004 61616161 0004 61616161") },
#define PUBCOMPED(prop) SERVER_MAX20 SUBBED "s " PUB2("0001") "c 50 0001;" "s 62 0001;" "c 70 000100" prop ";"
	{ "MQTT-3.2.2-15 MQTT-3.7.2-2",
	  PUBCOMPED("13 1f 0010 61616161616161616161616161616161"),
	  PUBCOMPED("0d" RS) },
	{ "MQTT-3.2.2-15 MQTT-3.7.2-3", PUBCOMPED("0f" UP), PUBCOMPED("0d 26 0004 61616161 0004 61616161") },
#define SUBACKED(prop) CLIENT_MAX20 "c " SUB5("0001") "s 90 0001" prop "01;"
	{ "MQTT-3.1.2-24 MQTT-3.9.2-1",
	  SUBACKED("13 1f 0010 61616161616161616161616161616161"),
	  SUBACKED("0d" RS) },
	{ "MQTT-3.1.2-24 MQTT-3.9.2-2", SUBACKED("0f" UP), SUBACKED("0d 26 0004 61616161 0004 61616161") },
#define UNSUBACKED(prop) CLIENT_MAX20 "c a2 000100 000174;" "s b0 0001" prop "00;"
	{ "MQTT-3.1.2-24 MQTT-3.11.2-1",
	  UNSUBACKED("13 1f 0010 61616161616161616161616161616161"),
	  UNSUBACKED("0d" RS) },
	{ "MQTT-3.1.2-24 MQTT-3.11.2-2", UNSUBACKED("0f" UP), UNSUBACKED("0d 26 0004 61616161 0004 61616161") },
#define DISCONNECTED(prop) CLIENT_MAX20 "s e0 8b" prop ";"
	{ "MQTT-3.1.2-24 MQTT-3.14.2-3",
	  DISCONNECTED("13 1f 0010 61616161616161616161616161616161"),
	  DISCONNECTED("0d" RS) },
	{ "MQTT-3.1.2-24 MQTT-3.14.2-4",
	  DISCONNECTED("11 26 0006 616161616161 0006 616161616161"),
	  DISCONNECTED("0f" UP) },
#define AUTHED(len, prop)                                                                       \
	WITH5("09", MAX20 AUTH_M) ANSWER5("04", AUTH_M) "c f0 19 04" AUTH_M ";"                 \
	"s f0 18" len AUTH_M prop ";"
	{ "MQTT-3.1.2-24 MQTT-3.15.2-2",
	  AUTHED("13", "1f 000c 616161616161616161616161"),
	  AUTHED("0e", "1f 0007 61616161616161") },
	{ "MQTT-3.1.2-24 MQTT-3.15.2-3", AUTHED("13", UP), AUTHED("0d", "26 0002 6161 0002 6161") },
	{ "MQTT-3.1.2-26 MQTT-3.3.2-11", WITH5("03", "22 0002") CONNACK5 SUBBED "s 30 000174 03 230003 78;",
	  WITH5("03", "22 0002") CONNACK5 SUBBED "s 30 000174 03 230002 78;" },
	{ "MQTT-3.1.2-27", OPEN5 SUBBED "s 30 000174 03 230001 78;", OPEN5 SUBBED "s " PUB0 },
	{ "MQTT-3.2.2-17 MQTT-3.3.2-9", CONNECT5 ANSWER5("03", "22 0002") "c 30 000174 03 230003 78;",
	  CONNECT5 ANSWER5("03", "22 0002") "c 30 000174 03 230002 78;" "c 30 0000 03 230002 78;" },
	{ "MQTT-3.2.2-18", OPEN5 "c 30 000174 03 230001 78;", OPEN5 "c " PUB0 },
	{ "MQTT-3.3.2-7",
	  CONNECT5 ANSWER5("03", "22 0002") "c 30 0000 03 230002 78;",
	  CONNECT5 ANSWER5("03", "22 0002") "c 30 000174 03 230002 78;" "c 30 000175 03 230002 78;"
	  "c 30 0000 03 230002 78;" },
	/* The other direction has aliases of its own. */
	{ "MQTT-3.3.2-7",
	  WITH5("03", "22 0002") ANSWER5("03", "22 0002") SUBBED "c 30 000174 03 230002 78;"
	  "s 30 0000 03 230002 78;",
	  WITH5("03", "22 0002") ANSWER5("03", "22 0002") SUBBED "s 30 000174 03 230002 78;"
	  "c 30 000175 03 230002 78;" "s 30 0000 03 230002 78;" },
	{ "MQTT-3.2.2-11",
	  CONNECT5 ANSWER5("02", "2401") "c " PUB2("0001"),
	  CONNECT5 ANSWER5("02", "2401") "c " PUB1("0001") },
	{ "MQTT-3.2.2-14",
	  CONNECT5 ANSWER5("02", "2500") "c 31 00017400 78;",
	  CONNECT5 ANSWER5("02", "2501") "c 31 00017400 78;" },
	{ "MQTT 5.0 3.2.2.3.11", CONNECT5 ANSWER5("02", "2800") "c 82 000100 00012300;",
	  CONNECT5 ANSWER5("02", "2800") "c " SUB5("0001") },
	{ "MQTT 5.0 3.2.2.3.12", CONNECT5 ANSWER5("02", "2900") "c 82 0001020b01 00017400;",
	  CONNECT5 ANSWER5("02", "2901") "c 82 0001020b01 00017400;" },
	{ "MQTT 5.0 3.2.2.3.13", CONNECT5 ANSWER5("02", "2a00") "c 82 000100 000a2473686172652f672f74 00;",
	  CONNECT5 ANSWER5("02", "2a00") "c " SUB5("0001") },
	{ "MQTT 5.0 3.14.2.2.2",
	  OPEN5 "c e0 00 05 1100000001;",
	  WITH5("05", "1100000009") CONNACK5 "c e0 00 05 1100000001;" },
	{ "MQTT-3.3.4-7 MQTT-4.9.0-1",
	  CONNECT5 ANSWER5("03", "21 0001") "c " PUB1("0001") "c " PUB1("0002") "c " PUB1("0003"),
	  CONNECT5 ANSWER5("03", "21 0001") "c " PUB1("0001") "s 40 0001;" "c " PUB2("0002") "s 50 0002 80;"
	  "c " PUB1("0003") },
	{ "MQTT-3.3.4-7 MQTT-4.9.0-2",
	  CONNECT5 ANSWER5("03", "21 0001") "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" "c "
	  PUB1("0002") "c " PUB1("0003"),
	  CONNECT5 ANSWER5("03", "21 0001") "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" "c "
	  PUB1("0002") },
	{ "MQTT-3.3.4-9 MQTT-4.9.0-2",
	  /* the SUBSCRIBE does not count */ WITH5("03", "21 0001") CONNACK5 SUBBED "s " PUB1("0001")
	  "c 40 0001;" "s " PUB2("0002") "c 50 0002;" "s " PUB1("0003"),
	  WITH5("03", "21 0001") CONNACK5 SUBBED "s " PUB1("0001") "c 40 0001;" "s " PUB2("0002") "c 50 0002;"
	  "s " PUB0 },
};

static const struct iotx_script_row handshakes[] = {
	{ "MQTT-2.2.1-3", OPEN5 "c " SUB5("0001") "c a2 000100 000174;",
	  OPEN5 "c " SUB5("0001") "s 90 00010001;" "c a2 000100 000174;" },
	{ "MQTT-2.3.1-2",
	  OPEN4 "c " SUB4("0001") "c a2 0001 000174;",
	  OPEN4 "c " SUB4("0001") "s 90 000101;" "c a2 0001 000174;" },
	{ "MQTT-2.2.1-3 MQTT-4.3.2-1", OPEN5 "c " PUB1("0001") "c 32 000174 0001 00 79;",
	  OPEN5 "c " PUB1("0001") "s 40 0001;" "c 32 000174 0001 00 79;" },
	{ "MQTT-2.3.1-2 MQTT-4.3.2-1", OPEN4 "c " PUB1_4("0001") "c 32 000174 0001 79;",
	  OPEN4 "c " PUB1_4("0001") "c 32 000174 0002 79;" },
	{ "MQTT-2.2.1-3 MQTT-4.3.3-1", OPEN5 "c " PUB2("0001") "s 50 0001;" "c 34 000174 0001 00 79;",
	  OPEN5 "c " PUB2("0001") "s 50 0001 80;" "c 34 000174 0001 00 79;" },
	{ "MQTT-2.3.1-2 MQTT-4.3.3-1", OPEN4 "c " PUB2_4("0001") "c 34 000174 0001 79;",
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" "c 34 000174 0001 79;" },
	/* The same number in the other direction is another one. */
	{ "MQTT-2.2.1-4 MQTT-4.3.2-1", OPEN5 SUBBED "s " PUB1("0001") "s 32 000174 0001 00 79;",
	  OPEN5 SUBBED "s " PUB1("0001") "c 32 000174 0001 00 79;" "s 40 0001;" "c 40 0001;" },
	{ "MQTT-2.3.1-4 MQTT-4.3.2-1", OPEN4 SUBBED4 "s " PUB1_4("0001") "s 32 000174 0001 79;",
	  OPEN4 SUBBED4 "s " PUB1_4("0001") "c 32 000174 0001 79;" "c 40 0001;" "s 40 0001;" },
	{ "MQTT-4.3.2-2",
	  OPEN5 "c 3a 000174 0001 00 78;",
	  OPEN5 "c " PUB1("0001") "s 40 0001;" "c 3a 000174 0001 00 78;" },
	{ "MQTT-4.3.3-2",
	  OPEN5 "c 3c 000174 0001 00 78;",
	  "c " NAME5 "00003c00000161;" "s 20 010000;" "c 3c 000174 0001 00 78;" },
	{ "MQTT 3.1.1 4.3.2", OPEN4 "c 3a 000174 0001 78;", OPEN4 "c " PUB1_4("0001") "c 3a 000174 0001 78;" },
	{ "MQTT 3.1.1 4.3.3", OPEN4 "c 3c 000174 0001 78;", OPEN4 "c " PUB2_4("0001") "c 3c 000174 0001 78;" },
	{ "MQTT-3.3.1-1",
	  OPEN4 "c " PUB1_4("0001") "c " PUB1_4("0001"),
	  OPEN4 "c " PUB1_4("0001") "c " PUB1_4("0002") },
	{ "MQTT-3.3.1-1", OPEN5 "c " PUB1("0001") "c " PUB1("0001"), OPEN5 "c " PUB1("0001") "c " PUB1("0002") },
	{ "MQTT-4.4.0-1",
	  OPEN5 "c " PUB1("0001") "c 3a 000174 0001 00 78;",
	  OPEN4 "c " PUB1_4("0001") "c 3a 000174 0001 78;" },
	{ "MQTT-4.3.3-6", OPEN5 "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "c 3c 000174 0001 00 78;",
	  OPEN5 "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" "c 34 000174 0001 00 78;" },
	{ "MQTT 3.1.1 4.3.3", OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 62 0001;" "c 3c 000174 0001 78;",
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 3c 000174 0001 78;" "s 50 0001;" "c 62 0001;" },
	{ "MQTT-4.4.0-2", OPEN5 "c " PUB1("0001") "s 40 0001 97;" "c 3a 000174 0001 00 78;",
	  OPEN5 "c " PUB1("0001") "s 40 0001 97;" "c 32 000174 0001 00 78;" },
	{ "MQTT-2.2.1-5", OPEN5 "s 40 0007;", OPEN5 "c " PUB1("0007") "s 40 0007;" },
	{ "MQTT-2.2.1-5",
	  OPEN5 "c 62 0007;" "s 70 0007 92;",
	  OPEN5 "c " PUB2("0007") "s 50 0007;" "c 62 0007;" "s 70 0007;" },
	{ "MQTT-2.2.1-5", OPEN5 "c " SUB5("0007") "s 50 0007;", OPEN5 "c " SUB5("0007") "s 90 00070001;" },
	{ "MQTT-2.3.1-6", OPEN4 "s 50 0007;", OPEN4 "c " PUB2_4("0007") "s 50 0007;" },
	{ "MQTT-3.3.4-1", OPEN5 "c " PUB2("0001") "s 40 0001;", OPEN5 "c " PUB1("0001") "s 40 0001;" },
	{ "MQTT-3.3.4-1", OPEN4 "c " PUB1_4("0001") "s 50 0001;", OPEN4 "c " PUB2_4("0001") "s 50 0001;" },
	{ "MQTT-2.2.1-6 MQTT-3.8.4-2",
	  OPEN5 "c " SUB5("0001") "s 90 00020001;",
	  OPEN5 "c " SUB5("0001") "s 90 00010001;" },
	{ "MQTT-2.3.1-7 MQTT-3.8.4-2",
	  OPEN4 "c " SUB4("0001") "s 90 000201;",
	  OPEN4 "c " SUB4("0001") "s 90 000101;" },
	{ "MQTT-2.2.1-6 MQTT-3.10.4-5",
	  OPEN5 "c a2 000100 000174;" "s b0 00020000;",
	  OPEN5 "c a2 000100 000174;" "s b0 00010011;" },
	{ "MQTT-2.3.1-7 MQTT 3.1.1 3.10.4",
	  OPEN4 "c a2 0001 000174;" "s b0 0002;",
	  OPEN4 "c a2 0001 000174;" "s b0 0001;" },
	{ "MQTT-3.8.4-5", OPEN5 "c " SUB5("0001") "s 90 00010001;" "s 90 00010001;",
	  OPEN5 "c " SUB5("0001") "s 90 00010001;" "c " SUB5("0001") "s 90 00010001;" },
	{ "MQTT-3.8.4-4",
	  OPEN4 "c " SUB4("0001") "s 90 000101;" "s 90 000101;",
	  OPEN4 "c " SUB4("0001") "s 90 000101;" },
	{ "MQTT-3.10.4-6", OPEN5 "c a2 000100 000174 000175;" "s b0 00010000 00;" "s b0 00010000 00;",
	  OPEN5 "c a2 000100 000174 000175;" "s b0 00010000 00;" },
	{ "MQTT-3.8.4-6",
	  OPEN5 "c " SUB5("0001") "s 90 0001000101;",
	  OPEN5 "c 82 0001 00 00017401 00017501;" "s 90 0001000101;" },
	{ "MQTT-3.8.4-5", OPEN4 "c " SUB4("0001") "s 90 00010101;", OPEN4 "c " SUB4("0001") "s 90 000101;" },
	{ "MQTT 5.0 3.11.3",
	  OPEN5 "c a2 000100 000174 000175;" "s b0 00010000;",
	  OPEN4 "c a2 0001 000174 000175;" "s b0 0001;" },
	{ "MQTT-3.8.4-7", OPEN5 "c " SUB5("0001") "s 90 00010002;", OPEN5 "c " SUB5("0001") "s 90 00010000;" },
	{ "MQTT-3.8.4-6", OPEN4 "c " SUB4("0001") "s 90 000102;", OPEN4 "c " SUB4("0001") "s 90 000180;" },
	{ "MQTT-4.6.0-2", OPEN5 SUBBED "s " PUB1("0001") "s " PUB1("0002") "c 40 0002;" "c 40 0001;",
	  OPEN5 SUBBED "s " PUB1("0001") "s " PUB1("0002") "c 40 0001;" "c 40 0002;" },
	{ "MQTT-4.6.0-2", OPEN4 SUBBED4 "s " PUB1_4("0001") "s " PUB1_4("0002") "c 40 0002;" "c 40 0001;",
	  OPEN4 "c " PUB1_4("0001") "c " PUB1_4("0002") "s 40 0002;" "s 40 0001;" },
	{ "MQTT-4.6.0-3", OPEN5 SUBBED "s " PUB2("0001") "s " PUB2("0002") "c 50 0002;" "c 50 0001;",
	  OPEN5 SUBBED "s " PUB2("0001") "s " PUB1("0002") "c 40 0002;" "c 50 0001;" },
	{ "MQTT-4.6.0-4",
	  OPEN5 "c " PUB2("0001") "c " PUB2("0002") "s 50 0001;" "s 50 0002;" "c 62 0002;" "c 62 0001;",
	  OPEN5 "c " PUB2("0001") "c " PUB2("0002") "s 50 0002;" "s 50 0001;" "c 62 0002;" "c 62 0001;" },
#define LATER "c+20 c0;" "s d0;" "c+20 c0;" "s d0;" "c+20 c0;" "s d0;"
	{ "MQTT-4.3.2-4",
	  OPEN5 "c " PUB1("0001") LATER,
	  OPEN5 "c " PUB1("0001") "c+20 c0;" "s d0;" "s+9 40 0001;" LATER },
	{ "MQTT-4.3.2-2", OPEN4 "c " PUB1_4("0001") LATER, OPEN4 "c " PUB1_4("0001") "s 40 0001;" LATER },
	{ "MQTT-4.3.3-8", OPEN5 "c " PUB2("0001") LATER, OPEN5 "c " PUB2("0001") "s 50 0001 80;" LATER },
	{ "MQTT-4.3.3-2", OPEN4 "c " PUB2_4("0001") LATER, OPEN4 "c " PUB2_4("0001") },
	{ "MQTT-4.4.0-1 MQTT-4.3.3-10", OPEN5 "c " PUB2("0001") "s 50 0001;" "c 3c 000174 0001 00 78;" LATER,
	  OPEN5 "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" LATER },
	{ "MQTT 3.1.1 4.3.3",
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 3c 000174 0001 78;" LATER,
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 3c 000174 0001 78;" "s 50 0001;" "c 62 0001;" "s 70 0001;"
	  LATER },
	{ "MQTT-4.3.3-4",
	  OPEN5 "c " PUB2("0001") "s 50 0001;" LATER,
	  OPEN5 "c " PUB2("0001") "s 50 0001 80;" LATER },
	{ "MQTT-4.3.3-1",
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" LATER,
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" LATER },
	{ "MQTT-4.3.3-11", OPEN5 "c " PUB2("0001") "s 50 0001;" "c 62 0001;" LATER,
	  OPEN5 "c " PUB2("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" LATER },
	{ "MQTT 3.1.1 4.3.3", OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 62 0001;" LATER,
	  OPEN4 "c " PUB2_4("0001") "s 50 0001;" "c 62 0001;" "s 70 0001;" LATER },
	{ "MQTT-4.3.2-4 MQTT-4.5.0-2",
	  OPEN5 SUBBED "s " PUB1("0001") LATER,
	  OPEN5 SUBBED "s " PUB1("0001") "c 40 0001 83;" LATER },
	{ "MQTT-4.3.3-2 MQTT-4.5.0-2", OPEN4 SUBBED4 "s " PUB2_4("0001") LATER,
	  OPEN4 SUBBED4 "s " PUB2_4("0001") "c 50 0001;" "s 62 0001;" "c 70 0001;" LATER },
	{ "MQTT-3.8.4-1", OPEN5 "c " SUB5("0001") LATER, OPEN5 "c " SUB5("0001") "s 90 00010080;" LATER },
	{ "MQTT-3.8.4-1", OPEN4 "c " SUB4("0001") LATER, OPEN4 "c " SUB4("0001") "s lose 90 000101;" LATER },
	{ "MQTT-3.10.4-4", OPEN5 "c a2 000100 000174;" LATER, OPEN5 "c a2 000100 000174;" "s b0 00010000;" LATER },
	{ "MQTT-3.10.4-4", OPEN4 "c a2 0001 000174;" LATER, OPEN4 "c a2 0001 000174;" "s b0 0001;" LATER },
	{ "MQTT-3.12.4-1",
	  OPEN5 "c c0;" "c+20 " PUB0 "c+20 " PUB0 "c+20 " PUB0,
	  OPEN5 "c c0;" "s d0;" "c+20 " PUB0 "c+20 " PUB0 },
};

static const struct iotx_script_row ending[] = {
	{ "MQTT-3.14.4-1 MQTT-3.14.4-2", OPEN5 "c e0;" "c c0;", OPEN5 "c c0;" "c e0;" "s d0;" },
	{ "MQTT-3.14.4-2 MQTT-3.14.4-1", OPEN4 "c e0;" "c c0;", OPEN4 "c e0;" "s d0;" "c fin;" "s fin;" },
	{ "MQTT-3.14.4-2", OPEN5 "c e0;" "c+40 ack;" "c+40 ack;", OPEN5 "c e0;" "c fin;" "s+40 ack;" "s+40 ack;" },
	{ "MQTT-3.14.4-1",
	  OPEN4 "c e0;" "c+40 ack;" "c+40 ack;",
	  OPEN4 "c e0;" "s+9 fin;" "c+40 ack;" "c+40 ack;" },
	{ "MQTT-3.14.4-2 MQTT-4.13.2-1",
	  OPEN5 "s e0 8b;" "s+40 ack;" "c+40 ack;",
	  OPEN5 "s e0 8b;" "s fin;" "c+40 ack;" },
	{ "MQTT-2.1.3-1 MQTT-4.13.1-1", OPEN5 "c c1;" "c c0;" "s d0;", OPEN5 "c c0;" "s d0;" },
	{ "MQTT-2.2.2-1 MQTT-4.8.0-1", OPEN4 "c c1;" "c c0;" "s d0;", OPEN4 "c c0;" "s d0;" },
#define QUIET(n) "c " NAME5 "02" n "00000161;" CONNACK5
#define QUIET4(n) "c " NAME4 "02" n "000161;" CONNACK4
	{ "MQTT-3.1.2-20", QUIET("000a") "c+14 c0;" "s d0;", QUIET("000a") "c+11 c0;" "s d0;" },
	{ "MQTT-3.1.2-23", QUIET4("000a") "c+14 c0;" "s d0;", QUIET4("0000") "c+90 c0;" "s d0;" },
	{ "MQTT-3.1.2-20", QUIET("000a") "s+14 fin;", QUIET("000a") "c+10 fin;" },
	{ "MQTT-3.1.2-20 MQTT-3.1.2-22 MQTT-3.2.2-22",
	  QUIET("000a") "c+17 c0;" "s d0;",
	  QUIET("0010") "c+17 c0;" "s d0;" },
	{ "MQTT-3.1.2-23 MQTT-3.1.2-24", QUIET4("000a") "c+17 c0;" "s d0;", QUIET4("0010") "c+17 c0;" "s d0;" },
	{ "MQTT-3.1.2-21 MQTT-3.2.2-21",
	  CONNECT5 ANSWER5("03", "13 000a") "c+14 c0;" "s d0;",
	  CONNECT5 ANSWER5("03", "13 000a") "c+11 c0;" "s d0;" },
	{ "MQTT-3.1.2-21 MQTT-3.2.2-21 MQTT-3.1.2-22", CONNECT5 ANSWER5("03", "13 000a") "c+17 c0;" "s d0;",
	  CONNECT5 ANSWER5("03", "13 0000") "c+90 c0;" "s d0;" },
	{ "MQTT-3.2.2-22",
	  OPEN5 "c+10 c0;" "s d0;" "s+30 e0 8d;" "s fin;",
	  OPEN5 "c+10 c0;" "s d0;" "s+65 e0 8d;" "s fin;" },
};

/* --- running them --------------------------------------------------------------------------- */

#define RUN(name)                                                                               \
	static void name##_rows(void **state)                                                   \
	{                                                                                       \
		(void)state;                                                                    \
		assert_int_equal(iotx_script_wrong(name, sizeof(name) / sizeof(*name)), 0);     \
	}

RUN(opening)
RUN(auth)
RUN(limits)
RUN(handshakes)
RUN(ending)

/* Runs last. */
static void every_rule_has_a_row(void **state)
{
	u32 missing = 0;

	(void)state;
	for (u32 i = 0; i < IOTX_MQTT_DUTY_COUNT; i++)
		if (!iotx_script_of_clients((enum iotx_mqtt_duty)i))
			missing += iotx_script_missing((enum iotx_mqtt_duty)i);
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_rows),
		cmocka_unit_test(auth_rows),
		cmocka_unit_test(limits_rows),
		cmocka_unit_test(handshakes_rows),
		cmocka_unit_test(ending_rows),
		cmocka_unit_test(every_rule_has_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
