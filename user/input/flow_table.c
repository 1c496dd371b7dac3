// SPDX-License-Identifier: GPL-2.0-only
#include "flow_table.h"

#include "base/time.h"
#include "iotxdp.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define NS_PER_S 1000000000ull

/* A unit of age is about this long: enough of them fit 16 bits for hours. */
#define AGE_UNIT_NS 250000000ull

/* How often a slot that changes under the reader is read again. */
#define READ_TRIES 1000

/* --- size and mapping -------------------------------------------------------------------- */

static u64 tick_ns(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &ts) || !ts.tv_nsec)
		return 4000000;
	return (u64)ts.tv_nsec;
}

static u32 buckets_for(u32 flows)
{
	u64 slots = (u64)flows * 2;
	u32 buckets = 1;

	while ((u64)buckets * IOTX_WAYS < slots)
		buckets *= 2;
	return buckets;
}

static void choose_secret(struct iotx_secret *secret)
{
	if (getrandom(secret, sizeof(*secret), GRND_NONBLOCK) == sizeof(*secret))
		return;
	secret->start = iotx_clock_ns(CLOCK_MONOTONIC);
	secret->factor = secret->start * 0x9e3779b97f4a7c15ull;
}

void iotx_flow_table_size(struct iotxdp_bpf *skel, u32 flows4, u32 flows6)
{
	u32 n4 = buckets_for(flows4), n6 = buckets_for(flows6);
	struct iotx_cfg *cfg = &skel->rodata->cfg;

	cfg->bucket_mask4 = n4 - 1;
	cfg->bucket_mask6 = n6 - 1;
	bpf_map__set_max_entries(skel->maps.buckets4, n4);
	bpf_map__set_max_entries(skel->maps.buckets6, n6);
	bpf_map__set_max_entries(skel->maps.slots4, n4 * IOTX_WAYS);
	bpf_map__set_max_entries(skel->maps.slots6, n6 * IOTX_WAYS);
	bpf_map__set_max_entries(skel->maps.counts4, n4 * IOTX_WAYS);
	bpf_map__set_max_entries(skel->maps.counts6, n6 * IOTX_WAYS);
	bpf_map__set_max_entries(skel->maps.wide4, n4 * IOTX_WAYS);
	bpf_map__set_max_entries(skel->maps.wide6, n6 * IOTX_WAYS);
	for (cfg->age_shift = 0; tick_ns() << cfg->age_shift < AGE_UNIT_NS; cfg->age_shift++)
		;
	choose_secret(&cfg->secret);
}

static size_t map_len(const struct bpf_map *map)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = (size_t)bpf_map__max_entries(map) * bpf_map__value_size(map);

	return (len + page - 1) & ~(page - 1);
}

static void *map_array(const struct bpf_map *map)
{
	void *at = mmap(NULL, map_len(map), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map),
			0);

	return at == MAP_FAILED ? NULL : at;
}

/* What the tick is at this moment: a program tells. */
static int read_clock(struct iotx_ticks *ticks, const struct iotxdp_bpf *skel)
{
	u8 frame[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame));

	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.iotx_clock), &run))
		return -errno;
	ticks->tick_ns = tick_ns();
	ticks->at = skel->bss->clock_ticks;
	ticks->at_ns = skel->bss->clock_ns;
	ticks->offset_ns = skel->rodata->cfg.clock_offset_ns;
	return 0;
}

int iotx_flow_table_map(struct iotx_flow_table *t, const struct iotxdp_bpf *skel)
{
	int err;

	*t = (struct iotx_flow_table){
		.part = {
			{ .slots = bpf_map__max_entries(skel->maps.slots4),
			  .buckets = map_array(skel->maps.buckets4),
			  .records = map_array(skel->maps.slots4),
			  .counts = map_array(skel->maps.counts4),
			  .wide = map_array(skel->maps.wide4) },
			{ .six = true,
			  .slots = bpf_map__max_entries(skel->maps.slots6),
			  .buckets = map_array(skel->maps.buckets6),
			  .records = map_array(skel->maps.slots6),
			  .counts = map_array(skel->maps.counts6),
			  .wide = map_array(skel->maps.wide6) },
		},
		.secret = skel->rodata->cfg.secret,
	};
	err = read_clock(&t->ticks, skel);
	for (u32 i = 0; i < 2; i++)
		if (!t->part[i].buckets || !t->part[i].records || !t->part[i].counts ||
		    !t->part[i].wide)
			err = -ENOMEM;
	if (err)
		iotx_flow_table_unmap(t);
	return err;
}

static size_t record_size(const struct iotx_flow_part *p)
{
	return p->six ? sizeof(struct iotx_slot6) : sizeof(struct iotx_slot4);
}

static void unmap(void *at, size_t len)
{
	if (at)
		munmap(at, len);
}

void iotx_flow_table_unmap(struct iotx_flow_table *t)
{
	for (u32 i = 0; i < 2; i++) {
		struct iotx_flow_part *p = &t->part[i];

		unmap(p->buckets, sizeof(*p->buckets) * p->slots / IOTX_WAYS);
		unmap(p->records, record_size(p) * p->slots);
		unmap(p->counts, sizeof(*p->counts) * p->slots);
		unmap(p->wide, sizeof(*p->wide) * p->slots);
		*p = (struct iotx_flow_part){};
	}
}

/* --- time ---------------------------------------------------------------------------------- */

u32 iotx_ticks_now(const struct iotx_ticks *t)
{
	return t->at + (u32)((iotx_clock_ns(CLOCK_MONOTONIC) - t->at_ns) / t->tick_ns);
}

/* Of a tick of the past; it counts for months before it comes round. */
static u64 ticks_ns(const struct iotx_ticks *t, u32 tick)
{
	u64 now_ns = iotx_clock_ns(CLOCK_MONOTONIC);
	u32 past = t->at + (u32)((now_ns - t->at_ns) / t->tick_ns) - tick;

	if (past > UINT32_MAX - NS_PER_S / t->tick_ns) /* read before the packet came */
		past = 0;
	return now_ns - past * t->tick_ns + t->offset_ns;
}

/* --- one flow ------------------------------------------------------------------------------ */

const void *iotx_flow_key(const struct iotx_flow_part *p, u32 index)
{
	return p->records + (size_t)index * record_size(p);
}

struct iotx_slot *iotx_flow_slot(const struct iotx_flow_part *p, u32 index)
{
	u8 *record = p->records + (size_t)index * record_size(p);

	return p->six ? &((struct iotx_slot6 *)record)->slot : &((struct iotx_slot4 *)record)->slot;
}

static u32 key_words(const struct iotx_flow_part *p)
{
	return p->six ? IOTX_KEY6_WORDS : IOTX_KEY4_WORDS;
}

bool iotx_flow_used(const struct iotx_flow_part *p, u32 index)
{
	const void *key = iotx_flow_key(p, index);

	if (!p->buckets[index / IOTX_WAYS].tag[index % IOTX_WAYS]) /* more of them to a line */
		return false;
	return p->six ? ((const struct iotx_key6 *)key)->transport :
			((const struct iotx_key4 *)key)->transport;
}

/* What a slot says, in the kernel or on its way from it. */
struct raw {
	struct iotx_slot slot;
	struct iotx_counts counts;
	struct iotx_wide wide; /* IOTX_SLOT_WIDE */
};

/* A slot that is not locked, before and after, has not changed in between if it looks alike. */
static bool read_raw(const struct iotx_flow_part *p, u32 index, void *key, struct raw *raw)
{
	const struct iotx_slot *slot = iotx_flow_slot(p, index);
	u32 key_size = p->six ? sizeof(struct iotx_key6) : sizeof(struct iotx_key4);

	for (u32 i = 0; i < READ_TRIES; i++) {
		u32 word = __atomic_load_n(&slot->word, __ATOMIC_ACQUIRE);
		u64 packets = slot->packets;

		memcpy(key, iotx_flow_key(p, index), key_size);
		raw->slot = *slot;
		raw->counts = p->counts[index];
		raw->wide = p->wide[index];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (!(word & 0xff) && __atomic_load_n(&slot->word, __ATOMIC_RELAXED) == word &&
		    *(const volatile u64 *)&slot->packets == packets &&
		    !memcmp(key, iotx_flow_key(p, index), key_size))
			break;
	}
	return iotx_flow_used(p, index);
}

/* Those that the slot itself has counted, where nothing is framed. */
static void show_alike(const struct iotx_slot *slot, struct iotx_flow *flow, u64 n[IOTX_COUNTS])
{
	u32 kind = slot->first & 15, type = slot->first >> 4;

	memset(&flow->framing, 0, sizeof(flow->framing));
	n[kind] += slot->alike;
	if (type)
		n[(IOTX_COUNT_NON + type - 1) & (IOTX_COUNTS - 1)] += slot->alike;
}

static void show_counts(const struct raw *raw, struct iotx_flow *flow)
{
	u64 n[IOTX_COUNTS] = {}, all = 0;

	for (u32 i = 0; raw->slot.bits & IOTX_SLOT_COUNTED && i < IOTX_COUNTS; i++)
		n[i] = raw->counts.n[i] |
		       (raw->slot.bits & IOTX_SLOT_WIDE ? (u64)raw->wide.carry[i] << 32 : 0);
	if (flow->proto == COAP || flow->proto == MQTTSN)
		show_alike(&raw->slot, flow, n);
	if (flow->proto == MQTTSN) {
		flow->mqttsn_messages = n[0];
	} else if (flow->proto == MQTT_TLS) {
		flow->tls_records = n[0];
	} else if (flow->proto == COAP) {
		memcpy(&flow->coap.empty, n, IOTX_COUNT_NON * sizeof(u64));
		for (u32 i = 0; i < IOTX_COUNT_NON; i++)
			all += n[i];
		flow->coap.non = n[IOTX_COUNT_NON];
		flow->coap.ack = n[IOTX_COUNT_NON + 1];
		flow->coap.rst = n[IOTX_COUNT_NON + 2];
		flow->coap.con = all - flow->coap.non - flow->coap.ack - flow->coap.rst;
	} else {
		memcpy(&flow->mqtt, n, sizeof(flow->mqtt));
	}
}

static void show(const struct iotx_ticks *ticks, const struct raw *raw, struct iotx_flow_record *r)
{
	struct iotx_flow *flow = &r->flow;

	memset(flow, 0, sizeof(*flow));
	iotx_slot_load(&raw->slot, flow);
	if (flow->proto == WEBSOCKET && raw->slot.bits & IOTX_SLOT_WIDE)
		flow->ws = raw->wide.ws;
	flow->packets = raw->slot.packets;
	flow->bytes = raw->slot.bytes;
	flow->first_seen_ns = ticks_ns(ticks, raw->slot.first_seen);
	flow->last_seen_ns = ticks_ns(ticks, raw->slot.last_seen);
	show_counts(raw, flow);
	r->fin = raw->slot.proto & IOTX_SLOT_FIN;
	r->rst = raw->slot.proto & IOTX_SLOT_RST;
}

bool iotx_flow_read(const struct iotx_flow_table *t, const struct iotx_flow_part *p, u32 index,
		    struct iotx_flow_record *r)
{
	struct raw raw;

	memset(&r->key6, 0, sizeof(r->key6));
	if (!iotx_flow_used(p, index) || !read_raw(p, index, &r->key6, &raw))
		return false;
	r->ip_version = p->six ? 6 : 4;
	show(&t->ticks, &raw, r);
	return true;
}

void iotx_flow_from_gone(const struct iotx_flow_table *t, const void *record,
			 struct iotx_flow_record *r)
{
	struct iotx_gone g;
	struct raw raw;

	memcpy(&g, record, sizeof(g)); /* a ring aligns to eight bytes, a u128 wants sixteen */
	raw = (struct raw){ .slot = g.slot, .counts = g.counts };
	memcpy(raw.wide.carry, g.carry, sizeof(raw.wide.carry));
	memcpy(&r->key6, &g.key6, sizeof(r->key6));
	r->ip_version = g.ip_version;
	show(&t->ticks, &raw, r);
}

static long find_in(const struct iotx_flow_part *p, u32 bucket, u8 tag, const void *key)
{
	for (u32 way = 0; way < IOTX_WAYS; way++) {
		u32 index = bucket * IOTX_WAYS + way;

		if (p->buckets[bucket].tag[way] == tag &&
		    iotx_key_equal(iotx_flow_key(p, index), key, key_words(p)))
			return index;
	}
	return -1;
}

long iotx_flow_find(const struct iotx_flow_table *t, const struct iotx_flow_part *p,
		    const void *key)
{
	u32 mask = p->slots / IOTX_WAYS - 1;
	struct iotx_spot at = p->six ? iotx_key6_spot(key, &t->secret, mask) :
				       iotx_key4_spot(key, &t->secret, mask);
	long index = find_in(p, at.bucket, at.tag, key);

	return index < 0 ? find_in(p, at.other, at.tag, key) : index;
}

bool iotx_flow_remove(const struct iotx_flow_part *p, u32 index, const struct iotx_flow_record *r)
{
	struct iotx_slot *slot = iotx_flow_slot(p, index);
	u32 word = __atomic_load_n(&slot->word, __ATOMIC_RELAXED);
	u8 *record = p->records + (size_t)index * record_size(p);
	bool same;

	if (word & 0xff ||
	    !__atomic_compare_exchange_n(&slot->word, &word, word + IOTX_SLOT_LOCKED, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return false;
	same = slot->packets == r->flow.packets && iotx_key_equal(record, &r->key6, key_words(p));
	if (same) {
		memset(record, 0, key_words(p) * sizeof(u64));
		p->buckets[index / IOTX_WAYS].tag[index % IOTX_WAYS] = 0;
	}
	__atomic_fetch_sub(&slot->word, IOTX_SLOT_LOCKED, __ATOMIC_RELEASE);
	return same;
}

u64 iotx_flow_table_live(const struct iotx_flow_table *t, u64 *packets)
{
	u64 live = 0;

	*packets = 0;
	for (u32 i = 0; i < 2; i++) {
		const struct iotx_flow_part *p = &t->part[i];

		for (u32 index = 0; index < p->slots; index++) {
			if (!iotx_flow_used(p, index))
				continue;
			live++;
			*packets += iotx_flow_slot(p, index)->packets;
		}
	}
	return live;
}
