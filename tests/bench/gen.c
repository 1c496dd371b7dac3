// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a capture of a known content, and beside it FILE.json, which says what is in it.
 * Of two sizes, the smaller file is the beginning of the larger one.
 */
#include "gen.h"
#include <string.h>

#define FLOWS 500
#define SEED 1

static const char *const kind_names[GEN_KINDS] = { "mqtt3", "mqtt5", "ws", "coap", "dense" };

static const char *const type_names[16] = {
	[1] = "connect",	"connack",  "publish",	"puback",  "pubrec",
	"pubrel",	"pubcomp",  "subscribe", "suback", "unsubscribe",
	"unsuback", "pingreq",	"pingresp",
};

static void name_topics(struct gen *g)
{
	static const char *const sites[] = { "north", "south", "east", "west" };
	static const char *const things[] = { "temp", "humidity", "power", "door/state" };

	for (u32 i = 0; i < GEN_TOPICS; i++)
		snprintf(g->topics[i], GEN_TOPIC_ROOM, "site/%s/room%02u/%s", sites[i % 4],
			 iotx_rng_below(&g->rng, 100), things[i / 4]);
}

/* 70 % of the writes hold one message, 20 % two to five, 10 % sixteen. */
static u32 messages_of_write(struct gen *g)
{
	u32 dice = iotx_rng_below(&g->rng, 100);

	if (dice < 70)
		return 1;
	return dice < 90 ? 2 + iotx_rng_below(&g->rng, 4) : 16;
}

/* Over WebSocket, half the writes have a frame for each message, half one for all. */
static void write_messages(struct gen *g, struct gen_flow *f, u32 side)
{
	bool one_frame = iotx_rng_chance(&g->rng, 50);
	u32 n = messages_of_write(g), start = 0;

	for (u32 i = 1; i <= n; i++) {
		gen_mqtt_message(g, f, side);
		if (g->kind == GEN_WS && (i == n || !one_frame))
			gen_ws_frame(g, start, side);
		if (!one_frame)
			start = (u32)g->write.len;
	}
	gen_send_tcp(g, f, side);
}

/* A message of two bytes, as often as a segment has room for it, and beyond. */
static void write_pings(struct gen *g, struct gen_flow *f)
{
	for (u32 n = iotx_rng_below(&g->rng, 1000); n; n--)
		gen_mqtt_ping(g);
	gen_send_tcp(g, f, 0);
}

static void open_connection(struct gen *g, struct gen_flow *f)
{
	gen_handshake(g, f);
	if (g->kind == GEN_WS) {
		gen_ws_request(g);
		gen_send_tcp(g, f, 0);
		gen_ws_response(g);
		gen_send_tcp(g, f, 1);
	}
	gen_mqtt_connect(g, f);
	if (g->kind == GEN_WS)
		gen_ws_frame(g, 0, 0);
	gen_send_tcp(g, f, 0);
	gen_mqtt_connack(g);
	if (g->kind == GEN_WS)
		gen_ws_frame(g, 0, 1);
	gen_send_tcp(g, f, 1);
}

static void go_on(struct gen *g, struct gen_flow *f)
{
	if (g->kind == GEN_COAP) {
		gen_send_udp(g, f, gen_coap_message(g, f));
		return;
	}
	if (!f->open)
		open_connection(g, f);
	f->open = true;
	if (g->kind == GEN_DENSE && iotx_rng_chance(&g->rng, 20))
		write_pings(g, f);
	else
		write_messages(g, f, iotx_rng_chance(&g->rng, 40));
}

static void generate(struct gen *g, u64 limit)
{
	static struct gen_flow flows[FLOWS];

	for (u32 i = 0; i < FLOWS; i++)
		flows[i].number = i;
	gen_file_header(g);
	while (g->bytes < limit)
		go_on(g, &flows[iotx_rng_below(&g->rng, FLOWS)]);
}

static void write_truth(const struct gen *g, const char *path)
{
	char name[4096];
	FILE *f;
	u64 sum = g->coap;

	snprintf(name, sizeof(name), "%s.json", path);
	f = fopen(name, "w");
	if (!f) {
		perror(name);
		exit(1);
	}
	for (u32 i = 0; i < 16; i++)
		sum += g->mqtt[i];
	fprintf(f, "{\"kind\":\"%s\",\"bytes\":%llu,\"packets\":%llu,\"messages\":%llu,\"types\":{",
		kind_names[g->kind], (unsigned long long)g->bytes, (unsigned long long)g->packets,
		(unsigned long long)sum);
	for (u32 i = 0; i < sizeof(type_names) / sizeof(*type_names); i++)
		if (g->mqtt[i] && type_names[i])
			fprintf(f, "\"mqtt %s\":%llu,", type_names[i], (unsigned long long)g->mqtt[i]);
	fprintf(f, "\"coap\":%llu}}\n", (unsigned long long)g->coap);
	fclose(f);
}

static int usage(void)
{
	fputs("usage: gen mqtt3|mqtt5|ws|coap|dense MEGABYTES FILE\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static struct gen g = { .rng.state = SEED, .ts_us = 1700000000000000ull };
	u64 megabytes = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;

	if (!megabytes)
		return usage();
	while (g.kind < GEN_KINDS && strcmp(kind_names[g.kind], argv[1]))
		g.kind++;
	if (g.kind == GEN_KINDS)
		return usage();
	g.out = fopen(argv[3], "w");
	if (!g.out) {
		perror(argv[3]);
		return 1;
	}
	name_topics(&g);
	generate(&g, megabytes * 1000000);
	if (fclose(g.out)) {
		perror(argv[3]);
		return 1;
	}
	write_truth(&g, argv[3]);
	return 0;
}
