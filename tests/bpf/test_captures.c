// SPDX-License-Identifier: GPL-2.0-only
/*
 * Captures made by others ($IOTXDP_SHARED/captures, by default ../shared), frame by frame
 * through the BPF object that ships, through the native build of the same headers, and
 * through the engine: the first two agree in every counter; what they count by type is what
 * the engine decodes, or less, and then a counter of the ledger says why.
 *
 * A frame of another link type gets an Ethernet header first, for all three alike.
 */
#include "bpf_run.h"

#include <cli/ports.h>
#include <core/engine.h>
#include <core/link.h>
#include <core/track.h>
#include <input/file.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FLOWS_MAX 65536
#define DRAIN_EVERY 64 /* frames: nobody reads the ring meanwhile */

static char folder[256];

/* One capture on its three ways. */
struct trial {
	const char *name;
	enum iotx_bpf_prog prog;
	struct iotx_bpf *kernel;
	struct iotx_tracker *native;
	struct iotx_engine *engine;
	u64 frames, refused; /* by the test run: too long, or no packet */
};

struct sums {
	u32 captures, equal, explained, skipped;
	u64 frames, refused;
};

static struct iotx_ports ports;

static void ignore(void *arg, const struct iotx_event *ev)
{
	(void)arg;
	(void)ev;
}

static void begin(struct trial *t, const char *name, enum iotx_bpf_prog prog)
{
	struct iotx_bpf_opts opts = { .prog = prog, .sample_one_in = 1 };
	struct iotx_engine_config config = {
		.ports = ports,
		.sample_one_in = 1,
		.message_max = 1 << 20,
		.reorder_max = 64 << 10,
		.flows_max = FLOWS_MAX,
		.held_max = 256 << 20,
		.learnt_max = 256 << 20,
	};

	*t = (struct trial){ .name = name, .prog = prog };
	t->kernel = iotx_bpf_open(&opts);
	t->native = iotx_tracker_new(&ports, FLOWS_MAX);
	t->engine = iotx_engine_new(&config, ignore, NULL);
	assert_non_null(t->kernel);
	assert_non_null(t->native);
	assert_non_null(t->engine);
}

static void end(struct trial *t)
{
	iotx_engine_free(t->engine);
	iotx_tracker_free(t->native);
	iotx_bpf_close(t->kernel);
}

/* The frame as it would have been on Ethernet, as far as it was captured; false: not IP. */
static bool on_ethernet(const struct iotx_frame *in, struct iotx_frame *out, u8 *room, u32 size)
{
	struct iotx_l4 l4 = {};
	struct iotx_cur c;
	u16 ethertype;
	u32 len;

	*out = *in;
	out->link = IOTX_LINK_ETHERNET;
	out->wire_len = in->cap_len;
	if (in->link == IOTX_LINK_ETHERNET)
		return true;
	if (iotx_link_read(in, &c, &l4, &ethertype) || in->cap_len - c.off > size - 14)
		return false;
	len = in->cap_len - c.off;
	memset(room, 0, 14);
	room[12] = ethertype >> 8;
	room[13] = (u8)ethertype;
	memcpy(room + 14, in->data + c.off, len);
	out->data = room;
	out->cap_len = out->wire_len = 14 + len;
	return true;
}

static void one_frame(struct trial *t, const struct iotx_frame *in)
{
	static u8 room[1 << 17];
	struct iotx_frame frame;
	struct iotx_track track;
	struct iotx_cur c;

	if (!on_ethernet(in, &frame, room, sizeof(room)) ||
	    !iotx_bpf_takes(t->prog, frame.data, frame.cap_len)) {
		t->refused++;
		return;
	}
	t->frames++;
	assert_int_equal(iotx_bpf_frame(t->kernel, frame.data, frame.cap_len),
			 iotx_bpf_pass(t->prog));
	iotx_tracker_frame(t->native, &frame, &c, &track);
	iotx_engine_frame(t->engine, &frame);
	if (t->frames % DRAIN_EVERY == 0)
		iotx_bpf_drain(t->kernel, NULL, NULL);
}

static void same(const struct trial *t, const char *what, u64 kernel, u64 native)
{
	if (kernel != native)
		fail_msg("%s, %s: %s: kernel %llu, native %llu", t->name, iotx_bpf_name(t->prog),
			 what, (unsigned long long)kernel, (unsigned long long)native);
}

static void compare_halves(const struct trial *t, const struct iotx_totals *totals,
			   const struct iotx_ledger *ledger)
{
	const u64 *native = (const u64 *)iotx_tracker_totals(t->native);
	char what[32];

	for (u32 i = 0; i < sizeof(*totals) / sizeof(u64); i++) {
		snprintf(what, sizeof(what), "totals[%u]", i);
		same(t, what, ((const u64 *)totals)[i], native[i]);
	}
#define X(name, sentence)                                                                       \
	if (strncmp(#name, "sample", 6)) /* the native side takes none */                       \
		same(t, #name, ledger->name, iotx_tracker_ledger(t->native)->name);
	IOTX_LEDGER(X)
#undef X
}

/* Reasons for which the kernel half may have counted less than was decoded. */
static u64 reasons(const struct iotx_ledger *l)
{
	return l->fragments + l->malformed + l->segments_gap + l->segments_lost + l->segments_far +
	       l->headers_bad + l->walks_limited + l->coap_ignored + l->recognised_late;
}

/* By type: how many were decoded and not counted. The other way round is never right. */
static u64 compare_one(const struct trial *t, const char *what, u64 counted, u64 decoded)
{
	if (counted > decoded)
		fail_msg("%s, %s: %s: counted %llu, decoded only %llu", t->name,
			 iotx_bpf_name(t->prog), what, (unsigned long long)counted,
			 (unsigned long long)decoded);
	return decoded - counted;
}

static u64 compare_decoded(const struct trial *t, const struct iotx_totals *totals)
{
	const struct iotx_engine_stats *stats = iotx_engine_stats(t->engine);
	const struct iotx_coap_count *coap = &totals->coap_messages;
	u64 missed = 0;

#define X(value, id, name)                                                                      \
	missed += compare_one(t, #name, totals->mqtt_messages.name, stats->mqtt_messages[value]);
	IOTX_MQTT_TYPES(X)
#undef X
#define X(value, id, name)                                                                      \
	missed += compare_one(t, #name, totals->mqttsn_messages.name,                           \
			      stats->mqttsn_messages.name);
	IOTX_MQTTSN_TYPES(X)
#undef X
	return missed + compare_one(t, "coap", coap->con + coap->non + coap->ack + coap->rst,
				    stats->coap_messages);
}

static void judge(const struct trial *t, struct sums *sums)
{
	struct iotx_totals totals;
	struct iotx_ledger ledger;
	u64 missed;

	iotx_bpf_totals(t->kernel, iotx_bpf_dir(t->prog), &totals);
	iotx_bpf_ledger(t->kernel, iotx_bpf_dir(t->prog), &ledger);
	compare_halves(t, &totals, &ledger);
	missed = compare_decoded(t, &totals);
	if (missed && !reasons(&ledger))
		fail_msg("%s, %s: %llu messages were not counted, and no counter says why",
			 t->name, iotx_bpf_name(t->prog), (unsigned long long)missed);
	if (missed)
		print_message("# %s, %s: %llu messages not counted: gap %llu, lost %llu, fragments "
			      "%llu, far %llu, bad %llu\n", t->name, iotx_bpf_name(t->prog),
			      (unsigned long long)missed, (unsigned long long)ledger.segments_gap,
			      (unsigned long long)ledger.segments_lost,
			      (unsigned long long)ledger.fragments,
			      (unsigned long long)ledger.segments_far,
			      (unsigned long long)ledger.headers_bad);
	sums->captures++;
	sums->equal += !missed;
	sums->explained += missed > 0;
	sums->frames += t->frames;
	sums->refused += t->refused;
}

static void try_capture(const char *name, enum iotx_bpf_prog prog, struct sums *sums)
{
	struct iotx_frame frame;
	struct iotx_file *file;
	struct trial t;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (iotx_file_open(&file, path, NULL)) { /* another link type: it has said so */
		sums->skipped++;
		return;
	}
	begin(&t, name, prog);
	while (iotx_file_next(file, &frame) > 0)
		one_frame(&t, &frame);
	iotx_file_close(file);
	iotx_engine_finish(t.engine);
	if (t.frames)
		judge(&t, sums);
	else
		sums->skipped++;
	end(&t);
}

static void kernel_native_and_decoders_agree(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct sums sums = {};

	(void)state;
	if (!dir) {
		print_message("captures: 0 run, all skipped: no such folder\n");
		skip();
	}
	iotx_ports_reset(&ports);
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, ".pcap"))
			for (enum iotx_bpf_prog p = IOTX_BPF_XDP_FRAGS; p <= IOTX_BPF_TC; p++)
				try_capture(entry->d_name, p, &sums);
	closedir(dir);
	print_message("# %u runs of captures, %u skipped (no frame of a known link type): %u equal, %u "
		      "short by a named reason; %llu frames, %llu not taken by the test run\n",
		      sums.captures, sums.skipped, sums.equal, sums.explained,
		      (unsigned long long)sums.frames, (unsigned long long)sums.refused);
	assert_true(sums.equal > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_native_and_decoders_agree),
	};
	const char *shared = getenv("IOTXDP_SHARED");

	snprintf(folder, sizeof(folder), "%s/captures", shared ? shared : "../shared");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
