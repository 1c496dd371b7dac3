// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated connections: MQTT cut into WebSocket messages, those into frames, with pings
 * between, some compressed, and everything into segments, at random. What went in comes out.
 */
#include "ws_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <zlib.h>

#include <cmocka.h>

#define SPAN 65536

static struct {
	struct iotx_rng rng;
	z_stream z[2];
	bool deflate, takeover;
	u64 sent[16]; /* MQTT messages, by type */
	u64 pings;
} run;

static bool chance(u32 percent)
{
	return iotx_rng_chance(&run.rng, percent);
}

static void begin(u32 round)
{
	char lines[200];

	run.rng.state = round + 1;
	run.deflate = chance(70);
	run.takeover = chance(60);
	run.pings = 0;
	memset(run.sent, 0, sizeof(run.sent));
	for (u32 side = 0; side < 2; side++) {
		memset(&run.z[side], 0, sizeof(run.z[side]));
		assert_int_equal(deflateInit2(&run.z[side], 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	}
	snprintf(lines, sizeof(lines), WS_MQTT "%s%s%s", run.deflate ? WS_DEFLATE : "",
		 run.deflate && !run.takeover ? "; client_no_context_takeover; server_no_context_takeover" : "",
		 run.deflate ? "\r\n" : "");
	ws_lab_setup(NULL);
	ws_lab_open(lines, lines);
}

static void end(void)
{
	deflateEnd(&run.z[0]);
	deflateEnd(&run.z[1]);
	lab_teardown(NULL);
}

/* In frames, with control frames between them. */
static void add_frames(struct iotx_buf *out, u32 side, u8 first, const u8 *data, u32 n)
{
	while (n > 1 && chance(30)) {
		u32 part = 1 + iotx_rng_below(&run.rng, n - 1);

		ws_frame(out, side, first & 0x7f, data, part);
		first = 0x80;
		data += part;
		n -= part;
		if (chance(20)) {
			ws_frame(out, side, 0x89, "ping", iotx_rng_below(&run.rng, 5));
			run.pings++;
		}
	}
	ws_frame(out, side, first, data, n);
}

static void add_message(struct iotx_buf *out, u32 side, const u8 *data, u32 n)
{
	static u8 packed[2 * SPAN];
	z_stream *z = &run.z[side];

	if (!run.deflate || chance(20)) {
		add_frames(out, side, 0x82, data, n);
		return;
	}
	if (!run.takeover)
		deflateReset(z);
	z->next_in = (Bytef *)data;
	z->avail_in = n;
	z->next_out = packed;
	z->avail_out = sizeof(packed);
	assert_int_equal(deflate(z, Z_SYNC_FLUSH), Z_OK);
	add_frames(out, side, 0xc2, packed, (u32)sizeof(packed) - z->avail_out - 4);
}

/* Some MQTT messages, in WebSocket messages that know nothing of their ends. */
static void add_mqtt(struct iotx_buf *out, u32 side, u32 messages)
{
	struct iotx_buf mqtt = {};

	for (u32 i = 0; i < messages; i++) {
		u8 type = (u8)(2 + iotx_rng_below(&run.rng, 13));

		iotx_msg_mqtt_typed(&mqtt, &run.rng, type, iotx_rng_below(&run.rng, chance(5) ? 20000 : 200));
		run.sent[type]++;
	}
	for (size_t i = 0; i < mqtt.len;) {
		u32 most = chance(30) ? 4 : 3000, left = (u32)(mqtt.len - i);
		u32 n = 1 + iotx_rng_below(&run.rng, left < most ? left : most);

		add_message(out, side, mqtt.data + i, n);
		i += n;
	}
	iotx_buf_free(&mqtt);
}

static void send(const struct iotx_buf *b, u32 side, u32 lost_percent)
{
	for (size_t i = 0; i < b->len;) {
		u32 most = chance(30) ? 5 : 1460, left = (u32)(b->len - i);
		u32 n = 1 + iotx_rng_below(&run.rng, left < most ? left : most);

		if (chance(lost_percent))
			lab.seq[side] += n; /* never captured */
		else
			lab_segment(side, b->data + i, n);
		i += n;
	}
}

static void converse(u32 lost_percent)
{
	ws_lab_connect();
	run.sent[1]++;
	for (u32 turn = 0; turn < 8; turn++) {
		struct iotx_buf out = {};

		add_mqtt(&out, turn & 1, 1 + iotx_rng_below(&run.rng, 12));
		send(&out, turn & 1, lost_percent);
		iotx_buf_free(&out);
		lab.log[0] = '\0';
	}
}

static void everything_comes_out(void **state)
{
	const struct iotx_engine_stats *stats;

	(void)state;
	for (u32 round = 0; round < 300; round++) {
		begin(round);
		converse(0);
		stats = iotx_engine_stats(lab.engine);
		for (u32 type = 0; type < 16; type++)
			if (stats->mqtt_messages[type] != run.sent[type])
				fail_msg("round %u: %llu of type %u, not %llu", round,
					 (unsigned long long)stats->mqtt_messages[type], type,
					 (unsigned long long)run.sent[type]);
		assert_int_equal(stats->inner_lost + stats->inner_cut + stats->bytes_lost + stats->bytes_cut, 0);
		end();
	}
}

/* With holes there are fewer, and never more: nothing is made up. */
static void holes_make_nothing_up(void **state)
{
	u64 seen = 0, sent = 0;

	(void)state;
	for (u32 round = 0; round < 300; round++) {
		const struct iotx_engine_stats *stats;

		begin(round);
		converse(2);
		iotx_engine_finish(lab.engine);
		stats = iotx_engine_stats(lab.engine);
		for (u32 type = 0; type < 16; type++) {
			seen += stats->mqtt_messages[type];
			sent += run.sent[type];
			if (stats->mqtt_messages[type] > run.sent[type])
				fail_msg("round %u: %llu of type %u, but %llu were sent", round,
					 (unsigned long long)stats->mqtt_messages[type], type,
					 (unsigned long long)run.sent[type]);
		}
		end();
	}
	print_message("# %llu of %llu messages\n", (unsigned long long)seen, (unsigned long long)sent);
	assert_true(seen > sent / 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_out),
		cmocka_unit_test(holes_make_nothing_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
