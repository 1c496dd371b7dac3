// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of what conversations have said: all of it is bounded together, what finds
 * no room is counted, and what is forgotten is given back.
 */
#include "coap_hex.h"
#include "engine_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A will, aliases both ways, subscriptions, a PUBLISH and a SUBSCRIBE that wait. */
#define MQTT_STEPS                                                                              \
	"c 101b00044d5154540506003c03220010000161000001770004676f6e65; s 2006000003220010; c 820f" \
	"0001000003612f2b010003622f6301; c 32120009746f7069632f6f6e6500020323000178; s 300a000361" \
	"2f780323000279"

#define WS_STEPS                                                                                \
	"c 474554202f6368617420485454502f312e310d0a486f73743a20680d0a557067726164653a20776562736f" \
	"636b65740d0a436f6e6e656374696f6e3a20557067726164650d0a5365632d576562536f636b65742d4b6579" \
	"3a206447686c49484e68625842735a5342756232356a5a513d3d0d0a5365632d576562536f636b65742d5665" \
	"7273696f6e3a2031330d0a0d0a"

/* Exchanges with a path, a body in blocks of which one is missing. */
#define COAP_STEPS                                                                              \
	"c 41010001 01 b474696d65; c 41030002 02 b175 d103 08 ff 61*16; "                         \
	"c 41030003 02 b175 d103 28 ff 62*16"

#define SN_STEPS                                                                                \
	"c 0704040100 3c61; s 030500; c 0a0a 0000 0001 74657374; s 070b 0005 0001 00; "         \
	"c 0a0a 0000 0002 74657375"

/* Steps as in script.h: who says it, then hex; between semicolons. */
struct kind {
	const char *name;
	const char *steps;
	u16 port;
	bool udp;
	u64 (*limit)(const struct iotx_engine_stats *s); /* what says that it was not kept */
};

static void say(const struct kind *k, const char *step)
{
	u8 data[COAP_TEST_MAX];
	u32 side = *step == 's';
	int n = coap_bytes(step + 1, data);

	assert_true(n >= 0);
	if (!k->udp) {
		lab.port = k->port;
		lab_segment(side, data, (u32)n);
		return;
	}
	lab_frame(&(struct iotx_pkt){
		.transport = 17, .src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? k->port : LAB_CLIENT, .dst_port = side ? LAB_CLIENT : k->port,
		.payload = data, .payload_len = (u32)n,
	});
}

static void play(const struct kind *k)
{
	char text[8192], *rest = text, *step;

	assert_true(strlen(k->steps) < sizeof(text));
	strncpy(text, k->steps, sizeof(text) - 1);
	while ((step = strsep(&rest, ";")))
		say(k, step + strspn(step, " "));
}

/* Another conversation, for which the one before has to go. */
static void make_way(void)
{
	lab_frame(&(struct iotx_pkt){
		.transport = 17, .src_host = 3, .dst_host = 4, .src_port = 4000, .dst_port = 5683,
		.payload = "\x70\x00\x00\x01", .payload_len = 4,
	});
}

static u64 of_mqtt(const struct iotx_engine_stats *s)
{
	return s->mqtt_wills_limit && s->mqtt_inflight_limit ? s->aliases_limit : 0;
}

static u64 of_websocket(const struct iotx_engine_stats *s)
{
	return s->ws_heads_limit;
}

static u64 of_coap(const struct iotx_engine_stats *s)
{
	return s->coap_exchanges_limit ? s->coap_transfers_limit : 0;
}

static u64 of_mqttsn(const struct iotx_engine_stats *s)
{
	return s->learnt_limited;
}

static const struct kind kinds[] = {
	{ "MQTT", MQTT_STEPS, LAB_BROKER, false, of_mqtt },
	{ "WebSocket", WS_STEPS, LAB_WEB, false, of_websocket },
	{ "CoAP", COAP_STEPS, 5683, true, of_coap },
	{ "MQTT-SN", SN_STEPS, 1884, true, of_mqttsn },
};

static const struct iotx_engine_stats *start(u64 max)
{
	iotx_engine_free(lab.engine);
	lab_learnt_max = max;
	lab_start(1, 1 << 20);
	return iotx_engine_stats(lab.engine);
}

static void given_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct iotx_engine_stats *s = start(1 << 20);

		play(&kinds[i]);
		if (!s->memory_learnt || s->learnt_limited || kinds[i].limit(s))
			fail_msg("%s: nothing is kept, or not all", kinds[i].name);
		make_way();
		assert_int_equal(s->conversations_evicted, 1);
		if (s->memory_learnt)
			fail_msg("%s: %llu bytes are not given back", kinds[i].name,
				 (unsigned long long)s->memory_learnt);
	}
}

/* However much there is, it is never more; what it was too little for says so. */
static void bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (u64 max = 0; max < 4096; max += 13) {
			const struct iotx_engine_stats *s = start(max);

			play(&kinds[i]);
			assert_true(s->memory_learnt <= max);
			if (!max && (!s->learnt_limited || !kinds[i].limit(s)))
				fail_msg("%s: nobody says that there is no room", kinds[i].name);
			make_way();
			assert_int_equal(s->memory_learnt, 0);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(given_back, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(bounded, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
