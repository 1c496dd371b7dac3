/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays MQTT connections to an engine, and keeps the ids of the rules that were found
 * broken, one word each, in their order.
 *
 * A script is a list of statements, each ended by ';'. A statement begins with a word:
 * who sends ("c" or "s", followed by the number of a connection if it is not the first:
 * "c2"), and how many seconds have gone by before it ("c+45", "c2+1.5"). Behind it stand
 * the first byte of a message and its body in hexadecimal; the Remaining Length is put in
 * between. Other statements: "c syn", "c fin", "c rst", "c ack" (nothing but a segment),
 * "c lose HEX" (a message that nobody captures), "c raw HEX" (bytes as they stand).
 */
#ifndef IOTXDP_TESTS_MQTT_SCRIPT_H
#define IOTXDP_TESTS_MQTT_SCRIPT_H

#include <core/engine.h>

struct iotx_script {
	struct iotx_engine *engine;
	u64 ts_ns, frames;
	u32 seq[10][2];
	char found[4096];  /* ids of rules */
	char offsets[1024]; /* where in their messages, in the same order */
	char events[1 << 16]; /* title and fields of each event that is asked for */
	const char *want;  /* event class whose events are kept; NULL: none */
};

void iotx_script_start(struct iotx_script *s);
void iotx_script_play(struct iotx_script *s, const char *script);
/* Bytes of the first connection as they stand. */
void iotx_script_bytes(struct iotx_script *s, u32 side, const void *data, u32 len);
void iotx_script_stop(struct iotx_script *s);

/* From an engine of its own: the rules that a script breaks. Good until the next call. */
const char *iotx_script_rules(const char *script);

#endif
