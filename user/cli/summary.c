// SPDX-License-Identifier: GPL-2.0-only
#include "summary.h"

#include <string.h>

#define N(value) ((unsigned long long)(value))

/* All interfaces and both directions in one. */
struct sums {
	struct iotx_totals totals, dir_totals[IOTX_DIR_COUNT];
	struct iotx_ledger ledger, dir_ledger[IOTX_DIR_COUNT];
	u64 flows, flows_expired, flows_not_shown, flows_not_kept, records_bad;
};

/* Totals and ledgers are structs of nothing but u64. */
static void add_words(void *sum, const void *more, size_t size)
{
	u64 *to = sum;
	const u64 *from = more;

	for (size_t i = 0; i < size / sizeof(u64); i++)
		to[i] += from[i];
}

static void add_tally(struct sums *sum, const struct iotx_tally *t)
{
	for (u32 dir = 0; dir < IOTX_DIR_COUNT; dir++) {
		add_words(&sum->totals, &t->totals[dir], sizeof(sum->totals));
		add_words(&sum->dir_totals[dir], &t->totals[dir], sizeof(sum->totals));
		add_words(&sum->ledger, &t->ledger[dir], sizeof(sum->ledger));
		add_words(&sum->dir_ledger[dir], &t->ledger[dir], sizeof(sum->ledger));
	}
	sum->flows += t->flows;
	sum->flows_expired += t->flows_expired;
	sum->flows_not_shown += t->flows_not_shown;
	sum->flows_not_kept += t->flows_not_kept;
	sum->records_bad += t->records_bad;
}

static void print_head(FILE *f, const struct iotx_summary *s)
{
	fprintf(f, "\n--- %s ", s->live ? "watched" : "read");
	for (u32 i = 0; i < s->tally_count; i++)
		fprintf(f, "%s%s", i ? ", " : "", s->tallies[i].name);
	fprintf(f, "%s %llu.%03llu s ---\n", s->live ? " for" : ", which spans",
		N(s->duration_ns / 1000000000), N(s->duration_ns / 1000000 % 1000));
}

static void packet_row(FILE *f, bool live, const char *name, u64 in, u64 out)
{
	if (live)
		fprintf(f, "%-18s %12llu %12llu %12llu\n", name, N(in + out), N(in), N(out));
	else
		fprintf(f, "%-18s %12llu\n", name, N(in + out));
}

static void print_packets(FILE *f, bool live, const struct sums *sum)
{
	const struct iotx_totals *t = sum->dir_totals;
	const struct iotx_ledger *l = sum->dir_ledger;

	if (live)
		fprintf(f, "%-18s %12s %12s %12s\n", "", "all", "ingress", "egress");
	packet_row(f, live, "packets", l[INGRESS].seen, l[EGRESS].seen);
#define IOTX_PROTO(id, name)                                                    \
	packet_row(f, live, "  " #name, t[INGRESS].name.packets, t[EGRESS].name.packets);
#include <iotxdp/protos.def>
	packet_row(f, live, "  not IoT", l[INGRESS].not_iot, l[EGRESS].not_iot);
	packet_row(f, live, "  fragments", l[INGRESS].fragments, l[EGRESS].fragments);
	packet_row(f, live, "  malformed", l[INGRESS].malformed, l[EGRESS].malformed);
	packet_row(f, live, "bytes", l[INGRESS].seen_bytes, l[EGRESS].seen_bytes);
	fprintf(f, "%-18s %12llu\n", "flows", N(sum->flows));
}

static void message_row(FILE *f, const char *name, u64 counted, u64 decoded)
{
	if (counted || decoded)
		fprintf(f, "  %-16s %12llu %12llu\n", name, N(counted), N(decoded));
}

/* `name` is the member's: a word of C has a line behind it there. */
static void mqttsn_row(FILE *f, const char *name, u64 counted, u64 decoded)
{
	char text[24];

	snprintf(text, sizeof(text), "mqttsn %.*s", (int)strcspn(name, "_"), name);
	message_row(f, text, counted, decoded);
}

/* Of which there are no messages to decode. */
static void opaque_row(FILE *f, const char *name, u64 counted)
{
	if (counted)
		fprintf(f, "  %-16s %12llu %12s\n", name, N(counted), "-");
}

static void kind_row(FILE *f, const char *name, u64 counted)
{
	if (counted)
		fprintf(f, "    %-14s %12llu\n", name, N(counted));
}

/* What the header code has counted, beside what the decoders have made of it. */
static void print_messages(FILE *f, const struct iotx_totals *t, const struct iotx_engine_stats *e)
{
	const struct iotx_mqtt_count *m = &t->mqtt_messages;
	const struct iotx_coap_count *c = &t->coap_messages;

	fprintf(f, "%-18s %12s %12s\n", "messages", "counted", "decoded");
#define X(value, id, name) message_row(f, "mqtt " #name, m->name, e->mqtt_messages[value]);
	IOTX_MQTT_TYPES(X)
#undef X
	message_row(f, "coap", c->con + c->non + c->ack + c->rst, e->coap_messages);
	kind_row(f, "con", c->con);
	kind_row(f, "non", c->non);
	kind_row(f, "ack", c->ack);
	kind_row(f, "rst", c->rst);
#define X(id, name) kind_row(f, #name, c->name);
	IOTX_COAP_KINDS(X)
#undef X
#define X(value, id, name)                                                                      \
	mqttsn_row(f, #name, t->mqttsn_messages.name, e->mqttsn_messages.name);
	IOTX_MQTTSN_TYPES(X)
#undef X
	mqttsn_row(f, "reserved", t->mqttsn_messages.reserved, e->mqttsn_messages.reserved);
	opaque_row(f, "mqtt_tls records", t->mqtt_tls_records);
}

static void counter_row(FILE *f, const char *name, u64 value, const char *sentence)
{
	/* shown above */
	static const char *const shown[] = { "seen",	  "seen_bytes",	   "not_iot", "fragments",
					     "malformed", "flows_created", "events" };

	for (u32 i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (!strcmp(name, shown[i]))
			return;
	if (value)
		fprintf(f, "  %-20s %12llu  %s\n", name, N(value), sentence);
}

/* Every counter that is not zero, so that what was lost or limited is never silent. */
static void print_counters(FILE *f, const struct iotx_summary *s, const struct sums *sum)
{
	const struct iotx_ledger *l = &sum->ledger;
	const struct iotx_engine_stats *e = s->engine;

	fputs("in detail\n", f);
#define X(name, sentence) counter_row(f, #name, l->name, sentence);
	IOTX_LEDGER(X)
#undef X
#define X(name, sentence) counter_row(f, #name, e->name, sentence);
	IOTX_ENGINE_COUNTERS(X)
#undef X
	counter_row(f, "flows_expired", sum->flows_expired,
		    "flow entries taken out because nothing came any more");
	counter_row(f, "flows_not_shown", sum->flows_not_shown,
		    "live flows beyond what flows4 and flows6 show");
	counter_row(f, "flows_not_kept", sum->flows_not_kept,
		    "conversations whose counts had to make room after their entries had");
	counter_row(f, "records_bad", sum->records_bad, "samples of another version than this");
	counter_row(f, "events_beyond", s->events_beyond, "events beyond those asked for by -c");
	counter_row(f, "events_hidden", s->events_hidden,
		    "events of types that were not asked for");
}

struct term {
	const char *name;
	u64 value;
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "I1 eth0: packets seen 3 = mqtt 2 + coap 1 + ...: holds"; the first term is the left side. */
static void identity(FILE *f, const char *id, const char *of, const struct term *terms, size_t n)
{
	u64 right = 0;

	fprintf(f, "  %s%s%s: %s %llu =", id, of ? " " : "", of ? of : "", terms[0].name,
		N(terms[0].value));
	for (size_t i = 1; i < n; i++) {
		fprintf(f, "%s %s %llu", i > 1 ? " +" : "", terms[i].name, N(terms[i].value));
		right += terms[i].value;
	}
	fputs(right == terms[0].value ? ": holds\n" : ": DOES NOT HOLD\n", f);
}

static void packet_identity(FILE *f, const struct iotx_tally *tally, const struct sums *one)
{
	const struct iotx_totals *t = &one->totals;
	const struct iotx_ledger *l = &one->ledger;
	const struct term terms[] = {
		{ "packets", l->seen },
#define IOTX_PROTO(id, name) { #name, t->name.packets },
#include <iotxdp/protos.def>
		{ "not IoT", l->not_iot },
		{ "fragments", l->fragments },
		{ "malformed", l->malformed },
	};

	identity(f, "I1", tally->name, terms, COUNT(terms));
}

static void sample_identity(FILE *f, const struct iotx_tally *tally, const struct iotx_ledger *l)
{
	const struct term terms[] = {
		{ "samples wanted", l->samples_wanted },
		{ "delivered", tally->delivered },
		{ "ring full", l->samples_ring_full },
		{ "over budget", l->samples_over_budget },
		{ "unreadable", l->samples_unreadable },
		{ "of another version", tally->records_bad },
	};

	identity(f, "I2", tally->name, terms, COUNT(terms));
}

static void flow_identity(FILE *f, const struct iotx_tally *tally, const struct iotx_ledger *l)
{
	const struct term terms[] = {
		{ "flows created", l->flows_created },
		{ "live", tally->flows },
		{ "expired", tally->flows_expired },
		{ "evicted", l->flows_evicted },
	};

	identity(f, "I3", tally->name, terms, COUNT(terms));
}

/* Of the protocols that have flows. */
static void flow_packet_identity(FILE *f, const struct iotx_tally *tally, const struct sums *one)
{
	u64 packets = 0;
#define IOTX_PROTO(id, name) packets += id == DNS ? 0 : one->totals.name.packets;
#include <iotxdp/protos.def>
	const struct term terms[] = {
		{ "packets of flows", packets },
		{ "live", tally->packets_live },
		{ "left", tally->packets_left },
		{ "lost on the way", one->ledger.packets_evicted_lost },
		{ "of no entry", one->ledger.flows_refused },
	};

	identity(f, "I7", tally->name, terms, COUNT(terms));
}

static void byte_identity(FILE *f, const struct iotx_engine_stats *e)
{
	const struct term terms[] = {
		{ "stream bytes", e->stream_bytes },
		{ "decoded", e->bytes_decoded },
		{ "seen before", e->bytes_old },
		{ "boundaries unknown", e->bytes_lost },
		{ "message cut", e->bytes_cut },
		{ "limits", e->bytes_limit },
		{ "out of window", e->bytes_far },
		{ "held", e->bytes_held },
	};

	identity(f, "I4", NULL, terms, COUNT(terms));
}

/* The same of the streams that others carry. */
static void inner_identity(FILE *f, const struct iotx_engine_stats *e)
{
	const struct term terms[] = {
		{ "stream bytes", e->inner_bytes },
		{ "decoded", e->inner_decoded },
		{ "boundaries unknown", e->inner_lost },
		{ "message cut", e->inner_cut },
		{ "held", e->inner_held },
	};

	if (e->inner_bytes)
		identity(f, "I4", "websocket", terms, COUNT(terms));
}

/* Of what a sink takes, events or frames. */
static void sink_identity(FILE *f, const struct iotx_summary *s, const struct iotx_sink *sink)
{
	const u64 hidden = sink->cls->with_messages && s->findings_asked ? 0 : s->events_hidden;
	const u64 events = s->engine->events - s->events_beyond - hidden;
	const struct term terms[] = {
		{ sink->cls->frame ? "frames" : "events", sink->cls->frame ? s->frames : events },
		{ "written", sink->written },
		{ "dropped", sink->dropped },
		{ "not for it", sink->beside },
	};

	identity(f, "I5", sink->cls->name, terms, COUNT(terms) - !sink->beside);
}

static void print_identities(FILE *f, const struct iotx_summary *s)
{
	const struct iotx_sink *sink = s->sinks->list;

	fputs("adds up\n", f);
	for (u32 i = 0; i < s->tally_count; i++) {
		struct sums one = {};

		add_tally(&one, &s->tallies[i]);
		packet_identity(f, &s->tallies[i], &one);
		if (!s->live)
			continue;
		sample_identity(f, &s->tallies[i], &one.ledger);
		flow_identity(f, &s->tallies[i], &one.ledger);
		flow_packet_identity(f, &s->tallies[i], &one);
	}
	byte_identity(f, s->engine);
	inner_identity(f, s->engine);
	for (; sink < s->sinks->list + s->sinks->count; sink++)
		sink_identity(f, s, sink);
}

void iotx_summary_print(FILE *f, const struct iotx_summary *s)
{
	struct sums sum = {};

	for (u32 i = 0; i < s->tally_count; i++)
		add_tally(&sum, &s->tallies[i]);
	print_head(f, s);
	print_packets(f, s->live, &sum);
	print_messages(f, &sum.totals, s->engine);
	print_counters(f, s, &sum);
	iotx_findings_print(f, s->findings);
	print_identities(f, s);
}
