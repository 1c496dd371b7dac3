// SPDX-License-Identifier: GPL-2.0-only
#include "bpf_run.h"

#include "native.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cli/ports.h>
#include <errno.h>
#include <input/flow_table.h>
#include <input/sampling.h>
#include <stdlib.h>
#include <string.h>

#include "iotxdp.skel.h"

#define CPUS_MAX 1024
#define FLOWS6_MOST (1u << 18) /* no test needs more */
#define FRAME_MAX 3500 /* a page less what the kernel needs of it */
#define PIECES_MAX (FRAME_MAX + 17 * 4096) /* and the least number of pieces */

struct iotx_bpf {
	struct iotxdp_bpf *skel;
	struct bpf_program *prog;
	struct ring_buffer *ring, *gone;
	struct iotx_flow_table table;
	iotx_bpf_gone_fn gone_fn;
	void *gone_arg;
	u32 gones;
	iotx_bpf_sample_fn sample_fn;
	void *sample_arg;
	u32 samples;
	int cpus;
};

static const char *const names[IOTX_BPF_PROG_COUNT] = {
	[IOTX_BPF_XDP_FRAGS] = "iotx_xdp_frags",
	[IOTX_BPF_XDP] = "iotx_xdp",
	[IOTX_BPF_TC] = "iotx_tc",
	[IOTX_BPF_XDP_PLAIN] = "iotx_xdp_plain",
	[IOTX_BPF_TC_PLAIN] = "iotx_tc_plain",
};

const char *iotx_bpf_name(enum iotx_bpf_prog prog)
{
	return names[prog];
}

enum iotx_dir iotx_bpf_dir(enum iotx_bpf_prog prog)
{
	return prog == IOTX_BPF_TC || prog == IOTX_BPF_TC_PLAIN ? EGRESS : INGRESS;
}

int iotx_bpf_pass(enum iotx_bpf_prog prog)
{
	return iotx_bpf_dir(prog) == INGRESS ? 2 /* XDP_PASS */ : -1 /* TC_ACT_UNSPEC */;
}

static int on_record(void *arg, void *data, size_t size)
{
	struct iotx_bpf *b = arg;

	(void)size;
	b->samples++;
	if (b->sample_fn)
		b->sample_fn(b->sample_arg, data);
	return 0;
}

static int on_gone(void *arg, void *data, size_t size)
{
	struct iotx_bpf *b = arg;
	struct iotx_flow_record r;

	(void)size;
	b->gones++;
	iotx_flow_from_gone(&b->table, data, &r);
	if (b->gone_fn)
		b->gone_fn(b->gone_arg, &r);
	return 0;
}

static void configure(struct iotx_bpf *b, const struct iotx_bpf_opts *opts)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, b->skel->obj) {
		bool wanted = !strcmp(bpf_program__name(p), names[opts->prog]);

		bpf_program__set_autoload(p, wanted || p == b->skel->progs.iotx_clock);
		if (wanted)
			b->prog = p;
	}
	b->skel->rodata->cfg.sample_one_in = opts->sample_one_in;
	if (opts->snaplen)
		b->skel->rodata->cfg.snaplen = opts->snaplen;
	b->skel->rodata->cfg.ifindex = 7;
	iotx_sampling_set((struct iotx_cfg *)&b->skel->rodata->cfg,
			  opts->ring_bytes ? opts->ring_bytes : IOTX_RING_DEFAULT, opts->budget);
	iotx_ports_reset(&b->skel->bss->ports);
	if (opts->ring_bytes)
		bpf_map__set_max_entries(b->skel->maps.samples, opts->ring_bytes);
	if (opts->flows_max)
		iotx_flow_table_size(b->skel, opts->flows_max,
				     opts->flows_max < FLOWS6_MOST ? opts->flows_max : FLOWS6_MOST);
}

struct iotx_bpf *iotx_bpf_open(const struct iotx_bpf_opts *opts)
{
	struct iotx_bpf *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->cpus = libbpf_num_possible_cpus();
	b->skel = iotxdp_bpf__open();
	if (!b->skel || b->cpus < 1 || b->cpus > CPUS_MAX)
		goto fail;
	configure(b, opts);
	if (!b->prog)
		goto fail;
	if (opts->log) {
		bpf_program__set_log_buf(b->prog, opts->log, opts->log_size);
		bpf_program__set_log_level(b->prog, 4); /* statistics only */
	}
	if (iotxdp_bpf__load(b->skel))
		goto fail;
	b->ring = ring_buffer__new(bpf_map__fd(b->skel->maps.samples), on_record, b, NULL);
	b->gone = ring_buffer__new(bpf_map__fd(b->skel->maps.gone), on_gone, b, NULL);
	if (b->ring && b->gone && !iotx_flow_table_map(&b->table, b->skel))
		return b;
fail:
	iotx_bpf_close(b);
	return NULL;
}

void iotx_bpf_close(struct iotx_bpf *b)
{
	if (!b)
		return;
	iotx_flow_table_unmap(&b->table);
	ring_buffer__free(b->gone);
	ring_buffer__free(b->ring);
	iotxdp_bpf__destroy(b->skel);
	free(b);
}

int iotx_bpf_fd(const struct iotx_bpf *b)
{
	return bpf_program__fd(b->prog);
}

bool iotx_bpf_takes(enum iotx_bpf_prog prog, const u8 *frame, u32 len)
{
	u16 ethertype;

	if (len < 14 || len > (prog == IOTX_BPF_XDP_FRAGS ? PIECES_MAX : FRAME_MAX))
		return false;
	ethertype = iotx_be16(frame + 12);
	if (iotx_bpf_dir(prog) == INGRESS)
		return true;
	return len >= (ethertype == 0x0800 ? 14 + 20 : ethertype == 0x86dd ? 14 + 40 : 14);
}

int iotx_bpf_frame(const struct iotx_bpf *b, const void *frame, u32 len)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = len);
	int err = bpf_prog_test_run_opts(bpf_program__fd(b->prog), &run);

	return err ? -1000 + err : (int)run.retval;
}

/* All members of totals and ledger are u64: sums them up column by column. */
static void sum_up(const struct bpf_map *map, int cpus, u32 index, u64 *sum)
{
	static u64 values[CPUS_MAX * 128];
	u32 columns = bpf_map__value_size(map) / sizeof(u64);

	memset(sum, 0, columns * sizeof(u64));
	if (columns > 128 || bpf_map_lookup_elem(bpf_map__fd(map), &index, values))
		abort();
	for (int cpu = 0; cpu < cpus; cpu++)
		for (u32 i = 0; i < columns; i++)
			sum[i] += values[(u32)cpu * columns + i];
}

void iotx_bpf_totals(const struct iotx_bpf *b, enum iotx_dir dir, struct iotx_totals *sum)
{
	_Static_assert(sizeof(*sum) % sizeof(u64) == 0, "columns");
	sum_up(b->skel->maps.totals, b->cpus, dir, (u64 *)sum);
}

void iotx_bpf_ledger(const struct iotx_bpf *b, enum iotx_dir dir, struct iotx_ledger *sum)
{
	_Static_assert(sizeof(*sum) % sizeof(u64) == 0, "columns");
	sum_up(b->skel->maps.ledger, b->cpus, dir, (u64 *)sum);
}

bool iotx_bpf_flow(const struct iotx_bpf *b, const struct iotx_l4 *l4, struct iotx_flow *flow)
{
	const struct iotx_flow_part *p = &b->table.part[l4->ip_version != 4];
	struct iotx_flow_record r;
	struct iotx_key4 key4;
	struct iotx_key6 key6;
	long index;

	iotx_key4_set(&key4, l4);
	iotx_key6_set(&key6, l4);
	index = iotx_flow_find(&b->table, p, p->six ? (void *)&key6 : &key4);
	if (index < 0 || !iotx_flow_read(&b->table, p, (u32)index, &r))
		return false;
	*flow = r.flow;
	return true;
}

u32 iotx_bpf_flows(const struct iotx_bpf *b, iotx_bpf_flow_fn fn, void *arg)
{
	struct iotx_flow_record r;
	u32 n = 0;

	for (u32 i = 0; i < 2; i++) {
		const struct iotx_flow_part *p = &b->table.part[i];

		for (u32 index = 0; index < p->slots; index++) {
			if (!iotx_flow_read(&b->table, p, index, &r))
				continue;
			n++;
			if (fn)
				fn(arg, r.ip_version, &r.key6, &r.flow);
		}
	}
	return n;
}

u32 iotx_bpf_gone(struct iotx_bpf *b, iotx_bpf_gone_fn fn, void *arg)
{
	b->gone_fn = fn;
	b->gone_arg = arg;
	b->gones = 0;
	ring_buffer__consume(b->gone);
	return b->gones;
}

struct iotx_flow_table *iotx_bpf_table(struct iotx_bpf *b)
{
	return &b->table;
}

u32 iotx_bpf_drain(struct iotx_bpf *b, iotx_bpf_sample_fn fn, void *arg)
{
	b->sample_fn = fn;
	b->sample_arg = arg;
	b->samples = 0;
	ring_buffer__consume(b->ring);
	return b->samples;
}

u64 iotx_totals_packets(const struct iotx_totals *totals)
{
	u64 sum = 0;

#define IOTX_PROTO(id, name) sum += totals->name.packets;
#include <iotxdp/protos.def>
	return sum;
}
