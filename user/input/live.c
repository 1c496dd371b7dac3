// SPDX-License-Identifier: GPL-2.0-only
#include "live.h"

#include "attach.h"
#include "base/log.h"
#include "base/time.h"
#include "feature.h"
#include "iotxdp.skel.h"
#include "leaving.h"
#include "netif.h"
#include "permit.h"
#include "pins.h"
#include "publish.h"
#include "readout.h"
#include "sampling.h"
#include "text_view.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How often flows are looked at that may be over. */
#define EXPIRE_NS 1000000000ull

/* Conversations whose counts are kept, though the table be small. */
#define KEPT_LEAST 65536

/* Records of one turn: between turns, signals and other interfaces are heard. */
#define TURN_RECORDS 1024

/*
 * Packets of an MTU up to this are in one piece with every driver that has native XDP. Generic
 * XDP makes one piece of all.
 */
#define ONE_PIECE_MTU 2048

struct iotx_live {
	struct iotx_target target;
	struct iotxdp_bpf *skel;
	struct bpf_program *on_ingress, *on_egress;
	bool in_pieces; /* may packets come so? */
	struct ring_buffer *ring, *gone;
	struct iotx_flow_table table;
	struct iotx_publish *publish;
	struct iotx_leaving *leaving;
	u64 expire_ns; /* when to look again */
	struct iotx_pins pins;
	struct iotx_xdp xdp;
	struct iotx_egress egress;
	iotx_frame_fn fn; /* of the turn */
	void *arg;
	u32 turn, turn_gone;
	u64 delivered, records_bad;
	struct iotx_flows flows;
};

static bool be_verbose;

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	return be_verbose && level != LIBBPF_DEBUG ? vfprintf(stderr, format, args) : 0;
}

/* One for each direction; the others are not loaded. */
static void choose_programs(struct iotx_live *l, bool egress)
{
	bool loop = iotx_feature(IOTX_FEATURE_LOOP);
	bool frags = l->in_pieces && loop && iotx_feature(IOTX_FEATURE_FRAGS);
	struct iotxdp_bpf *s = l->skel;
	struct bpf_program *p;

	l->on_ingress = frags ? s->progs.iotx_xdp_frags :
			loop  ? s->progs.iotx_xdp :
				s->progs.iotx_xdp_plain;
	l->on_egress = loop ? s->progs.iotx_tc : s->progs.iotx_tc_plain;
	bpf_object__for_each_program(p, s->obj)
		bpf_program__set_autoload(p, p == l->on_ingress || p == s->progs.iotx_clock ||
						     (egress && p == l->on_egress));
}

static void configure(const struct iotx_live *l, const struct iotx_live_config *c)
{
	struct iotx_cfg *cfg = &l->skel->rodata->cfg;
	u32 page = (u32)sysconf(_SC_PAGESIZE);

	cfg->clock_offset_ns = iotx_clock_ns(CLOCK_REALTIME) - iotx_clock_ns(CLOCK_MONOTONIC);
	cfg->sample_one_in = c->sample_one_in;
	cfg->snaplen = c->snaplen;
	iotx_sampling_set(cfg, c->ring_bytes, c->budget);
	cfg->ifindex = l->target.ifindex;
	l->skel->bss->ports = c->ports;
	iotx_flow_table_size(l->skel, c->flows_max, c->flows_max);
	bpf_map__set_max_entries(l->skel->maps.samples,
				 c->ring_bytes < page ? page : c->ring_bytes);
}

static int say_load_failed(const char *ifname, int err)
{
	if (err == -EPERM)
		iotx_error("%s: the kernel does not permit BPF here: lockdown, or a container",
			   ifname);
	else if (err == -ENOMEM)
		iotx_error("%s: not enough memory for the maps: try a smaller --flows or "
			   "--ring-size",
			   ifname);
	else
		iotx_error("%s: the kernel refuses the program: %s; -v shows why", ifname,
			   strerror(-err));
	return err;
}

static int load(struct iotx_live *l, const struct iotx_live_config *c, bool egress)
{
	int err;

	l->skel = iotxdp_bpf__open();
	if (!l->skel)
		return say_load_failed(l->target.ifname, -errno);
	choose_programs(l, egress);
	configure(l, c);
	err = iotxdp_bpf__load(l->skel);
	return err ? say_load_failed(l->target.ifname, err) : 0;
}

/* For people, where the kernel permits it: nothing else is missing without. */
static void pin_text(const struct iotx_live *l)
{
	const struct bpf_map *const maps[] = { l->skel->maps.flows4, l->skel->maps.flows6 };

	for (u32 i = 0; i < 2; i++) {
		int fd = iotx_text_view(bpf_map__fd(maps[i]), i);

		if (fd < 0)
			continue;
		iotx_pins_add(&l->pins, fd, i ? "text6" : "text4");
		close(fd);
	}
}

static int pin(const struct iotx_live *l)
{
	const struct iotxdp_bpf *s = l->skel;
	const struct bpf_map *const maps[] = { s->maps.flows4, s->maps.flows6, s->maps.flows,
					       s->maps.totals, s->maps.ledger };
	int err = 0;

	for (u32 i = 0; !err && i < sizeof(maps) / sizeof(maps[0]); i++)
		err = iotx_pins_add(&l->pins, bpf_map__fd(maps[i]), bpf_map__name(maps[i]));
	if (err)
		iotx_error("cannot pin the maps in %s: %s", l->pins.dir, strerror(-err));
	else
		pin_text(l);
	return err;
}

static int attach(struct iotx_live *l, enum iotx_mode mode, bool egress)
{
	int err = iotx_xdp_attach(&l->xdp, &l->target, bpf_program__fd(l->on_ingress), mode);

	if (!err && egress)
		err = iotx_egress_attach(&l->egress, &l->target, bpf_program__fd(l->on_egress));
	return err;
}

/* A record that is none of this version's has no meaning to us. */
static bool record_valid(const struct iotx_sample *r, size_t size)
{
	return size >= sizeof(*r) && r->abi_version == IOTX_ABI_VERSION &&
	       r->cap_len <= size - sizeof(*r) && r->cap_len <= r->wire_len &&
	       r->proto != NOT_IOT && r->proto < IOTX_PROTO_COUNT && r->dir < IOTX_DIR_COUNT;
}

static int on_record(void *arg, void *data, size_t size)
{
	struct iotx_live *l = arg;
	const struct iotx_sample *r = data;

	if (record_valid(r, size)) {
		const struct iotx_kernel_view view = {
			.proto = (enum iotx_proto)r->proto,
			.dir = (enum iotx_dir)r->dir,
			.start = r->start,
			.weight = r->weight,
			.flags = r->flags,
			.dropped = r->dropped,
		};
		const struct iotx_frame frame = {
			.data = r->data,
			.cap_len = r->cap_len,
			.wire_len = r->wire_len,
			.ts_ns = r->ts_ns,
			.link = IOTX_LINK_ETHERNET,
			.ifindex = l->target.ifindex,
			.iface = l->target.ifname,
			.kernel = &view,
		};

		l->delivered++;
		l->fn(l->arg, &frame);
	} else {
		l->records_bad++;
	}
	return ++l->turn < TURN_RECORDS ? 0 : -EAGAIN; /* ends the turn, not the record */
}

/* A flow that the kernel half has replaced by another. */
static int on_gone(void *arg, void *data, size_t size)
{
	struct iotx_live *l = arg;

	iotx_leaving_take(l->leaving, data, size);
	return ++l->turn_gone < TURN_RECORDS ? 0 : -EAGAIN;
}

static int open_ring(struct iotx_live *l)
{
	l->ring = ring_buffer__new(bpf_map__fd(l->skel->maps.samples), on_record, l, NULL);
	l->gone = ring_buffer__new(bpf_map__fd(l->skel->maps.gone), on_gone, l, NULL);
	if (l->ring && l->gone)
		return 0;
	iotx_error("%s: cannot map the ring buffer: %s", l->target.ifname, strerror(errno));
	return -errno;
}

static int open_table(struct iotx_live *l, const struct iotx_live_config *c)
{
	const int fds[] = { bpf_map__fd(l->skel->maps.flows4), bpf_map__fd(l->skel->maps.flows6) };
	int err = iotx_flow_table_map(&l->table, l->skel);
	const struct iotx_leaving_config leaving = {
		.table = &l->table,
		.idle = c->idle,
		.max = c->flows_max > KEPT_LEAST ? c->flows_max : KEPT_LEAST,
		.ifindex = l->target.ifindex,
		.iface = l->target.ifname,
		.ended = c->flow,
		.arg = c->flow_arg,
	};

	if (!err) {
		l->leaving = iotx_leaving_new(&leaving);
		l->publish = iotx_publish_new(&l->table, fds, iotx_leaving_give, l->leaving);
		err = l->publish && l->leaving ? 0 : -ENOMEM;
	}
	if (err)
		iotx_error("%s: cannot map the flow table: %s", l->target.ifname, strerror(-err));
	return err;
}

static void say_watching(const struct iotx_live *l)
{
	char mode[128];
	const char *egress = "not watched";

	if (l->egress.link_fd >= 0)
		egress = "tcx";
	else if (l->egress.filter)
		egress = "clsact";
	iotx_info("watching %s: ingress XDP %s, egress %s; maps in %s", l->target.ifname,
		  iotx_xdp_describe(&l->xdp, mode, sizeof(mode)), egress, l->pins.dir);
}

/* Nothing of another instance is disturbed until the interface is ours. */
static int start(struct iotx_live *l, const struct iotx_live_config *c, bool egress)
{
	int err = iotx_xdp_check_free(&l->target);

	if (!err)
		err = iotx_pins_open(&l->pins, c->pin_dir, l->target.ifname);
	if (!err)
		err = load(l, c, egress);
	if (!err)
		err = open_ring(l);
	if (!err)
		err = open_table(l, c);
	if (!err)
		err = attach(l, c->mode, egress);
	if (!err)
		err = pin(l);
	return err;
}

int iotx_live_open(struct iotx_live **out, const char *ifname, const struct iotx_live_config *c)
{
	struct iotx_netif netif;
	struct iotx_live *l;
	int err;

	be_verbose = c->verbose;
	libbpf_set_print(print);
	err = iotx_permitted(ifname);
	if (!err)
		err = iotx_netif_find(&netif, ifname);
	if (!err && !iotx_features_suffice())
		err = -EOPNOTSUPP;
	if (err)
		return err;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->in_pieces = c->mode != IOTX_MODE_GENERIC && !netif.loopback && netif.mtu > ONE_PIECE_MTU;
	l->target = (struct iotx_target){ .ifname = ifname, .ifindex = netif.index };
	l->pins.lock_fd = l->xdp.link_fd = l->egress.link_fd = -1;
	err = start(l, c, !c->ingress_only && !netif.loopback);
	if (err) {
		iotx_live_close(l);
		return err;
	}
	if (netif.loopback && !c->ingress_only)
		iotx_info("%s: what goes out comes back in: watching ingress only", ifname);
	say_watching(l);
	*out = l;
	return 0;
}

u32 iotx_live_consume(struct iotx_live *l, iotx_frame_fn fn, void *arg)
{
	l->fn = fn;
	l->arg = arg;
	l->turn = l->turn_gone = 0;
	ring_buffer__consume(l->ring);
	ring_buffer__consume(l->gone);
	return l->turn + l->turn_gone;
}

void iotx_live_tend(struct iotx_live *l, u64 now_ns)
{
	struct iotx_leaving_counts left;
	u32 zero = 0;

	if (now_ns >= l->expire_ns) {
		iotx_leaving_expire(l->leaving);
		l->expire_ns = now_ns + EXPIRE_NS;
	}
	if (iotx_leaving_late(l->leaving))
		iotx_publish_afresh(l->publish);
	if (!iotx_publish_tend(l->publish, now_ns))
		return;
	iotx_leaving_counts(l->leaving, &left);
	l->flows.expired = left.expired;
	iotx_publish_counts(l->publish, &l->flows.shown, &l->flows.not_shown);
	l->flows.as_of_ns = iotx_clock_ns(CLOCK_REALTIME);
	bpf_map_update_elem(bpf_map__fd(l->skel->maps.flows), &zero, &l->flows, BPF_ANY);
}

int iotx_live_fd(const struct iotx_live *l)
{
	return ring_buffer__epoll_fd(l->ring);
}

bool iotx_live_gone(const struct iotx_live *l)
{
	return iotx_xdp_gone(&l->xdp);
}

void iotx_live_detach(struct iotx_live *l)
{
	iotx_xdp_detach(&l->xdp);
	iotx_egress_detach(&l->egress);
	/* The kernel's grace period: after it, no CPU runs the programs any more. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	iotx_pins_close(&l->pins);
}

void iotx_live_finish(struct iotx_live *l)
{
	iotx_leaving_finish(l->leaving);
}

int iotx_live_read(const struct iotx_live *l, struct iotx_tally *t)
{
	const struct iotxdp_bpf *s = l->skel;
	struct iotx_leaving_counts left;
	int err = 0;

	memset(t, 0, sizeof(*t));
	t->name = l->target.ifname;
	t->delivered = l->delivered;
	t->records_bad = l->records_bad;
	for (u32 dir = 0; !err && dir < IOTX_DIR_COUNT; dir++) {
		err = iotx_readout_percpu(bpf_map__fd(s->maps.totals), dir, (u64 *)&t->totals[dir],
					  sizeof(t->totals[dir]) / sizeof(u64));
		if (!err)
			err = iotx_readout_percpu(bpf_map__fd(s->maps.ledger), dir,
						  (u64 *)&t->ledger[dir],
						  sizeof(t->ledger[dir]) / sizeof(u64));
	}
	iotx_leaving_counts(l->leaving, &left);
	t->records_bad += left.bad;
	t->flows = iotx_flow_table_live(&l->table, &t->packets_live);
	t->flows_expired = left.expired;
	t->flows_not_kept = left.limited;
	t->packets_left = left.packets;
	t->flows_not_shown = l->flows.not_shown;
	return err;
}

void iotx_live_close(struct iotx_live *l)
{
	iotx_live_detach(l);
	ring_buffer__free(l->ring);
	ring_buffer__free(l->gone);
	iotx_publish_free(l->publish);
	iotx_leaving_free(l->leaving);
	iotx_flow_table_unmap(&l->table);
	iotxdp_bpf__destroy(l->skel);
	free(l);
}
