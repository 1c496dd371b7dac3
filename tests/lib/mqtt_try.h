/* SPDX-License-Identifier: GPL-2.0-only */
/* Puts MQTT messages, written in hexadecimal, through the decoder. */
#ifndef IOTXDP_TESTS_MQTT_TRY_H
#define IOTXDP_TESTS_MQTT_TRY_H

#include "record.h"
#include <wire/mqtt.h>

#define IOTX_TRY_MAX 8192

/* Spaces are skipped. Returns the number of bytes; a text that is no hex ends the test. */
u32 iotx_try_hex(const char *hex, u8 out[IOTX_TRY_MAX]);

struct iotx_try {
	u8 bytes[IOTX_TRY_MAX];
	u32 n;
	struct iotx_mqtt_in in; /* version, role, connected as the test wants them */
	enum iotx_err measured;
	enum iotx_err verdict;
	struct iotx_mqtt_msg msg;
	struct iotx_diag diag;
	struct iotx_record record;
	char fields[IOTX_RECORD_MAX];
	char extra[IOTX_RECORD_MAX];
};

void iotx_try_init(struct iotx_try *t, const char *hex, u8 version);

/*
 * The first message in t->bytes: whole and at every prefix, flush against a guard page,
 * shown both times. The results of the whole one stay in t; a prefix that is taken for
 * more than it is fails the test.
 */
void iotx_try_run(struct iotx_try *t);

#endif
