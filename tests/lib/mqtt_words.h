/* SPDX-License-Identifier: GPL-2.0-only */
/* Statements for scripts, and the rules that scripts break, row by row. */
#ifndef IOTXDP_TESTS_MQTT_WORDS_H
#define IOTXDP_TESTS_MQTT_WORDS_H

#include "mqtt_script.h"
#include <wire/mqtt_duty.h>

struct iotx_script_row {
	const char *rules; /* in the order in which they are found */
	const char *breaks;
	const char *beside; /* breaks none */
};

/* Plays all rows; how many find something else, which is said. */
u32 iotx_script_wrong(const struct iotx_script_row *rows, u32 n);

/* In how many of its versions a rule was in no row; said too. */
u32 iotx_script_missing(enum iotx_mqtt_duty duty);

/* Has its rows in test_mqtt_clients.c. */
static inline bool iotx_script_of_clients(enum iotx_mqtt_duty duty)
{
	return (duty >= IOTX_MQTT_DUTY_UNMATCHED && duty <= IOTX_MQTT_DUTY_SUB_ID_OTHER) ||
	       (duty >= IOTX_MQTT_DUTY_RETAIN_KEPT && duty <= IOTX_MQTT_DUTY_ORDER_SUBSCRIBER) ||
	       duty == IOTX_MQTT_DUTY_ORDER_AGAIN || duty == IOTX_MQTT_DUTY_TAKEN_OVER;
}

/* CONNECT: client "a", Keep Alive 60 s unless said otherwise, clean. */
#define NAME5 "10 00044d51545405"
#define NAME4 "10 00044d51545404"
#define NAME31 "10 00064d514973647003"
#define CONNECT5 "c " NAME5 "02003c00000161;"
#define CONNECT4 "c " NAME4 "02003c000161;"
#define WITH5(props_len, props) "c " NAME5 "02003c" props_len props "000161;"
#define CONNACK5 "s 20 000000;"
#define CONNACK4 "s 20 0000;"
#define ANSWER5(props_len, props) "s 20 0000" props_len props ";"
#define OPEN5 CONNECT5 CONNACK5
#define OPEN4 CONNECT4 CONNACK4
/* Topic "t"; payload "x" */
#define PUB0 "30 00017400 78;"
#define PUB1(id) "32 000174 " id " 00 78;"
#define PUB2(id) "34 000174 " id " 00 78;"
#define PUB1_4(id) "32 000174 " id " 78;"
#define PUB2_4(id) "34 000174 " id " 78;"
#define SUB5(id) "82 " id "00 000174 01;"
#define SUB4(id) "82 " id "000174 01;"
#define SUBBED "c 82 7fff 00 00012302;" "s 90 7fff 00 02;"
#define SUBBED4 "c 82 7fff 00012302;" "s 90 7fff 02;"
#define AUTH_M "15 00016d"
#define OPEN_AUTH WITH5("04", AUTH_M) ANSWER5("04", AUTH_M)
#define MAX20 "27 00000014"
#define CLIENT_MAX20 WITH5("05", MAX20) CONNACK5
#define SERVER_MAX20 CONNECT5 ANSWER5("05", MAX20)
#define RS "1f 000a 61616161616161616161"     /* 13 bytes */
#define UP "26 0005 6161616161 0005 6161616161" /* 15 bytes */

#endif
