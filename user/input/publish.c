// SPDX-License-Identifier: GPL-2.0-only
#include "publish.h"

#include "base/time.h"

#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD_NS 900000000ull

/*
 * With more flows than are shown, what took t rests for COST_SHARE * t: together with all
 * else that is done for the tables it is a twentieth of a CPU.
 */
#define COST_SHARE 30

#define BATCH 1024

/*
 * How much a flow changes: its new packets in units of CHANGE_UNIT, halved each time, so
 * that the choice does not flicker between flows that are as busy as each other. Classes
 * of change: 0 for none, else one more than the logarithm.
 */
#define CHANGE_UNIT 16
#define CHANGE_MOST (1u << 30)
#define CLASSES 32
#define CLASS_FREE 0xff

/* One entry of flows4 or flows6. */
struct shown {
	u32 slot;
	u64 packets; /* that it says */
	union {
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	};
};

struct part {
	const struct iotx_flow_part *table;
	int fd;
	u32 key_size;
	u64 *seen;     /* by slot: its packets when it was last looked at */
	u32 *entry;    /* by slot: its place in `shown`, plus one; 0: none */
	u32 *change;   /* by slot */
	u8 *class;     /* by slot: of change, at this time */
	struct shown *shown;
	u32 count;
	u64 live;
};

struct iotx_publish {
	const struct iotx_flow_table *table;
	iotx_publish_give_fn give;
	void *arg;
	struct part part[2];
	u64 next_ns;
	u32 batched;
	u8 keys[BATCH * sizeof(struct iotx_key6)];
	struct iotx_flow flows[BATCH];
};

static bool part_open(struct part *p, const struct iotx_flow_part *table, int fd)
{
	p->table = table;
	p->fd = fd;
	p->key_size = table->six ? sizeof(struct iotx_key6) : sizeof(struct iotx_key4);
	p->seen = calloc(table->slots, sizeof(*p->seen));
	p->entry = calloc(table->slots, sizeof(*p->entry));
	p->change = calloc(table->slots, sizeof(*p->change));
	p->class = calloc(table->slots, sizeof(*p->class));
	p->shown = calloc(IOTX_FLOWS_SHOWN, sizeof(*p->shown));
	return p->seen && p->entry && p->change && p->class && p->shown;
}

struct iotx_publish *iotx_publish_new(const struct iotx_flow_table *table, const int fds[2],
				      iotx_publish_give_fn give, void *arg)
{
	struct iotx_publish *p = calloc(1, sizeof(*p));
	bool opened = p != NULL;

	for (u32 i = 0; opened && i < 2; i++)
		opened = part_open(&p->part[i], &table->part[i], fds[i]);
	if (opened) {
		p->table = table;
		p->give = give;
		p->arg = arg;
		return p;
	}
	iotx_publish_free(p);
	return NULL;
}

void iotx_publish_free(struct iotx_publish *p)
{
	if (!p)
		return;
	for (u32 i = 0; i < 2; i++) {
		free(p->part[i].seen);
		free(p->part[i].entry);
		free(p->part[i].change);
		free(p->part[i].class);
		free(p->part[i].shown);
	}
	free(p);
}

/* --- what is taken away ------------------------------------------------------------------- */

static void flush_deletes(struct iotx_publish *p, const struct part *part)
{
	u32 n = p->batched;

	if (n && bpf_map_delete_batch(part->fd, p->keys, &n, NULL))
		for (u32 i = 0; i < p->batched; i++) /* again, those that are gone already too */
			bpf_map_delete_elem(part->fd, p->keys + (size_t)i * part->key_size);
	p->batched = 0;
}

/*
 * The flow may have come back in another slot while the last round went on, and is shown from
 * there by the same key: that has to be written again.
 */
static void write_again(const struct iotx_publish *p, struct part *part, const void *key)
{
	long slot = iotx_flow_find(p->table, part->table, key);

	if (slot >= 0 && part->entry[slot])
		part->shown[part->entry[slot] - 1].packets = 0; /* no flow has none */
}

/* The last entry takes its place. */
static void withdraw(struct iotx_publish *p, struct part *part, u32 at)
{
	struct shown *s = &part->shown[at];

	memcpy(p->keys + (size_t)p->batched++ * part->key_size, &s->key6, part->key_size);
	write_again(p, part, &s->key6);
	part->entry[s->slot] = 0;
	if (at != --part->count) {
		*s = part->shown[part->count];
		part->entry[s->slot] = at + 1;
	}
	if (p->batched == BATCH)
		flush_deletes(p, part);
}

static bool is_gone(const struct part *part, const struct shown *s)
{
	return memcmp(iotx_flow_key(part->table, s->slot), &s->key6, part->key_size) != 0;
}

/* --- which are shown ------------------------------------------------------------------------ */

static u8 class_of(u32 change)
{
	return change ? (u8)(32 - __builtin_clz(change)) : 0;
}

static u32 change_of(const struct part *part, u32 slot, u64 packets)
{
	u64 seen = part->seen[slot];
	bool same = packets >= seen; /* else another has the slot */
	u64 more = same ? packets - seen : packets;
	u64 change = (same ? part->change[slot] / 2 : 0) + CHANGE_UNIT * more;

	return change < CHANGE_MOST ? (u32)change : CHANGE_MOST;
}

/* Looks at every slot once: how much has each changed since the last time? */
static void classify(struct part *part, u32 histogram[CLASSES])
{
	const struct iotx_flow_part *table = part->table;

	part->live = 0;
	for (u32 slot = 0; slot < table->slots; slot++) {
		u64 packets;

		part->class[slot] = CLASS_FREE;
		if (!iotx_flow_used(table, slot))
			continue;
		packets = *(const volatile u64 *)&iotx_flow_slot(table, slot)->packets;
		part->change[slot] = change_of(part, slot, packets);
		part->class[slot] = class_of(part->change[slot]);
		part->seen[slot] = packets;
		histogram[part->class[slot]]++;
		part->live++;
	}
}

/* How many of a class are shown already. */
static u32 count_shown(const struct part *part, u8 class)
{
	u32 n = 0;

	for (u32 at = 0; at < part->count; at++)
		n += part->class[part->shown[at].slot] == class;
	return n;
}

/*
 * Where there are too many, those that changed most are kept: the others become CLASS_FREE.
 * Of those that changed alike, the ones that are shown stay.
 */
static void choose(struct part *part, const u32 histogram[CLASSES])
{
	u32 least = CLASSES - 1, room = IOTX_FLOWS_SHOWN, stay;

	if (part->live <= IOTX_FLOWS_SHOWN)
		return;
	while (least && histogram[least] <= room)
		room -= histogram[least--];
	stay = count_shown(part, (u8)least);
	stay = stay < room ? stay : room;
	room -= stay;
	for (u32 slot = 0; slot < part->table->slots; slot++) {
		u8 *class = &part->class[slot];
		u32 *left = part->entry[slot] ? &stay : &room;

		if (*class == least && *left)
			--*left;
		else if (*class <= least)
			*class = CLASS_FREE;
	}
}

/* --- what is written ------------------------------------------------------------------------- */

void iotx_publish_afresh(struct iotx_publish *p)
{
	for (u32 i = 0; i < 2; i++)
		for (u32 at = 0; at < p->part[i].count; at++)
			p->part[i].shown[at].packets = 0; /* no flow has none */
}

static void flush_updates(struct iotx_publish *p, const struct part *part)
{
	u32 n = p->batched;

	if (n && bpf_map_update_batch(part->fd, p->keys, p->flows, &n, NULL))
		iotx_publish_afresh(p); /* who was written, and who not? Again next time */
	p->batched = 0;
}

static void show(struct iotx_publish *p, struct part *part, u32 slot)
{
	struct iotx_flow_record r;
	struct shown *s;

	if (!iotx_flow_read(p->table, part->table, slot, &r))
		return;
	if (!part->entry[slot]) {
		if (part->count == IOTX_FLOWS_SHOWN)
			return;
		part->entry[slot] = ++part->count;
		s = &part->shown[part->count - 1];
		s->slot = slot;
		memcpy(&s->key6, &r.key6, sizeof(s->key6));
	}
	s = &part->shown[part->entry[slot] - 1];
	if (memcmp(&s->key6, &r.key6, part->key_size))
		return; /* changed hands just now: next time */
	s->packets = r.flow.packets;
	if (p->give)
		p->give(p->arg, &r);
	memcpy(p->keys + (size_t)p->batched * part->key_size, &r.key6, part->key_size);
	p->flows[p->batched++] = r.flow;
	if (p->batched == BATCH)
		flush_updates(p, part);
}

static bool is_stale(const struct part *part, u32 slot)
{
	return part->class[slot] != CLASS_FREE &&
	       (!part->entry[slot] ||
		part->shown[part->entry[slot] - 1].packets !=
			*(const volatile u64 *)&iotx_flow_slot(part->table, slot)->packets);
}

static void publish_part(struct iotx_publish *p, struct part *part)
{
	u32 histogram[CLASSES] = {};

	classify(part, histogram);
	choose(part, histogram);
	for (u32 at = part->count; at-- > 0;)
		if (part->class[part->shown[at].slot] == CLASS_FREE ||
		    is_gone(part, &part->shown[at]))
			withdraw(p, part, at);
	flush_deletes(p, part);
	for (u32 slot = 0; slot < part->table->slots; slot++)
		if (is_stale(part, slot))
			show(p, part, slot);
	flush_updates(p, part);
}

void iotx_publish_now(struct iotx_publish *p)
{
	for (u32 i = 0; i < 2; i++)
		publish_part(p, &p->part[i]);
}

static bool shows_all(const struct iotx_publish *p)
{
	u64 shown, not_shown;

	iotx_publish_counts(p, &shown, &not_shown);
	return !not_shown;
}

bool iotx_publish_tend(struct iotx_publish *p, u64 now_ns)
{
	u64 cpu_ns, rest_ns;

	if (now_ns < p->next_ns)
		return false;
	cpu_ns = iotx_clock_ns(CLOCK_THREAD_CPUTIME_ID);
	iotx_publish_now(p);
	rest_ns = COST_SHARE * (iotx_clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns);
	if (rest_ns < PERIOD_NS || shows_all(p))
		rest_ns = PERIOD_NS;
	p->next_ns = now_ns + rest_ns;
	return true;
}

void iotx_publish_counts(const struct iotx_publish *p, u64 *shown, u64 *not_shown)
{
	*shown = *not_shown = 0;
	for (u32 i = 0; i < 2; i++) {
		*shown += p->part[i].count;
		*not_shown += p->part[i].live - p->part[i].count;
	}
}
