/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table that the kernel half keeps and user space reads where it lies: arrays
 * that both map. A flow is one slot, of one cache line for IPv4 and two for IPv6; eight
 * slots are a bucket, whose header tells by a byte per slot which of them may be meant.
 * Messages by type have a line of their own, touched when one is counted.
 *
 * Who changes a slot holds its lock; who makes one or takes one over holds the lock of
 * the bucket that the key names first, wherever the flow goes, and then that of the slot.
 * The lock of a second bucket is tried, not waited for, and nobody waits for a bucket who
 * holds a slot.
 */
#ifndef IOTXDP_SLOT_H
#define IOTXDP_SLOT_H

#include "abi.h"

#define IOTX_WAYS 8 /* slots of a bucket */

struct iotx_bucket {
	u8 tag[IOTX_WAYS];  /* of the slot's hash; 0: the slot is free */
	u16 age[IOTX_WAYS]; /* when its flow was last seen, in units of cfg.age_shift */
	u32 lock;
	u32 rsv;
};
_Static_assert(sizeof(struct iotx_bucket) == 32, "two to a line");

#define IOTX_SLOT_LOCKED 1u /* in `word`; the byte counts who wants the lock, before 5.12 */

/* In `proto`, beside the protocol. */
#define IOTX_SLOT_PROTO 0x1f
#define IOTX_SLOT_FIN 0x40
#define IOTX_SLOT_RST 0x80

/* In `bits`. */
#define IOTX_SLOT_EGRESS 0x01
#define IOTX_SLOT_PEER 0x02 /* peer_seq is known */
#define IOTX_SLOT_STATE_SHIFT 2
#define IOTX_SLOT_FAR_SHIFT 4
#define IOTX_SLOT_COUNTED 0x40 /* the slot's counts are this flow's */
#define IOTX_SLOT_WIDE 0x80    /* so is the slot's wide part */

/* What is kept of a flow but for its key. Times are in ticks of the kernel's clock. */
struct iotx_slot {
	union {
		struct {
			u8 lock;
			u8 proto;
			u8 bits;
			u8 first; /* framing.header.first, or which messages are `alike` */
		};
		u32 word;
	};
	union {
		u32 next_seq;
		u32 alike; /* of datagrams: messages like the flow's first, which no line counts */
	};
	u32 seen_seq, far_seq;
	u32 length; /* framing.header.length, and in the upper four bits header.read */
	u32 peer_seq;
	u32 first_seen, last_seen;
	u64 packets;
	u64 bytes;
};
_Static_assert(sizeof(struct iotx_slot) == 48, "leaves room for an IPv4 key in a line");

struct iotx_slot4 {
	struct iotx_key4 key; /* transport 0: free */
	struct iotx_slot slot;
};
_Static_assert(sizeof(struct iotx_slot4) == 64, "one line");

struct iotx_slot6 {
	struct iotx_key6 key;
	struct iotx_slot slot;
	u64 rsv[4];
};
_Static_assert(sizeof(struct iotx_slot6) == 128, "two lines");

/*
 * Messages of a flow: MQTT by type, from CONNECT on; CoAP by kind, then NON, ACK and
 * RST (the rest are CON); MQTT-SN in the first. What 32 bits do not hold is carried.
 */
#define IOTX_COUNTS 16
#define IOTX_COUNT_NON 13

struct iotx_counts {
	u32 n[IOTX_COUNTS];
};
_Static_assert(sizeof(struct iotx_counts) == 64, "one line");

/* What few flows need. */
struct iotx_wide {
	u8 carry[IOTX_COUNTS]; /* of the counts, above their 32 bits */
	struct iotx_ws_framing ws;
};
_Static_assert(sizeof(struct iotx_wide) == 64, "one line");

/* A flow that had to make room for another: what its slot said last. */
struct iotx_gone {
	u16 abi_version;
	u8 ip_version;
	u8 rsv[5];
	u64 rsv2;
	union {
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	};
	struct iotx_slot slot;
	struct iotx_counts counts; /* IOTX_SLOT_COUNTED */
	u8 carry[IOTX_COUNTS];     /* IOTX_SLOT_WIDE */
};
_Static_assert(sizeof(struct iotx_gone) == 192, "no padding");

/* --- a flow in its slot ---------------------------------------------------------------- */

/* What a packet needs to know of its flow. */
IOTX_FN void iotx_slot_load(const struct iotx_slot *slot, struct iotx_flow *flow)
{
	struct iotx_framing *f = &flow->framing;

	flow->proto = (enum iotx_proto)(slot->proto & IOTX_SLOT_PROTO);
	flow->dir = slot->bits & IOTX_SLOT_EGRESS ? EGRESS : INGRESS;
	flow->peer_seq = slot->peer_seq;
	flow->peer_known = (slot->bits & IOTX_SLOT_PEER) != 0;
	f->state = (enum iotx_framing_state)(slot->bits >> IOTX_SLOT_STATE_SHIFT & 3);
	f->far = (enum iotx_far)(slot->bits >> IOTX_SLOT_FAR_SHIFT & 3);
	f->next_seq = slot->next_seq;
	f->seen_seq = slot->seen_seq;
	f->far_seq = slot->far_seq;
	f->header.length = slot->length & 0x0fffffff;
	f->header.read = (u8)(slot->length >> 28);
	f->header.first = slot->first;
}

/* What a packet has changed of it. */
IOTX_FN void iotx_slot_store_framing(struct iotx_slot *slot, const struct iotx_framing *f)
{
	u8 kept = slot->bits & ~(3u << IOTX_SLOT_STATE_SHIFT | 3u << IOTX_SLOT_FAR_SHIFT);

	slot->bits = (u8)(kept | (u32)f->state << IOTX_SLOT_STATE_SHIFT |
			  (u32)f->far << IOTX_SLOT_FAR_SHIFT);
	slot->next_seq = f->next_seq;
	slot->seen_seq = f->seen_seq;
	slot->far_seq = f->far_seq;
	slot->length = (f->header.length & 0x0fffffff) | (u32)f->header.read << 28;
	slot->first = f->header.first;
}

/* A slot that is free, or whose flow has been taken leave of; its lock is held. */
IOTX_FN void iotx_slot_open(struct iotx_slot *slot, const struct iotx_flow *flow, u32 now)
{
	slot->proto = (u8)flow->proto;
	slot->bits = (u8)((flow->dir == EGRESS ? IOTX_SLOT_EGRESS : 0) |
			  (flow->peer_known ? IOTX_SLOT_PEER : 0));
	slot->peer_seq = flow->peer_seq;
	slot->first_seen = now;
	slot->last_seen = now;
	slot->packets = 0;
	slot->bytes = 0;
	iotx_slot_store_framing(slot, &flow->framing);
}

IOTX_FN bool iotx_slot_closed(const struct iotx_slot *slot)
{
	return slot->proto & (IOTX_SLOT_FIN | IOTX_SLOT_RST);
}

/*
 * Most flows of datagrams have messages of one kind: they are counted where nothing is framed,
 * and the line of counts is left alone. False: the message is to be counted there.
 */
IOTX_FN bool iotx_slot_count_alike(struct iotx_slot *slot, u32 kind, u32 type)
{
	u8 which = (u8)(kind | type << 4);

	if (!slot->alike)
		slot->first = which;
	if (slot->first != which || slot->alike == 0xffffffff)
		return false;
	slot->alike++;
	return true;
}

/* Adds n; returns the bit of the count that ran over, or 0. */
IOTX_FN u32 iotx_counts_add(struct iotx_counts *c, u32 which, u32 n)
{
	u64 sum = (u64)c->n[which] + n;

	c->n[which] = (u32)sum;
	return (u32)(sum >> 32) << which;
}

/* --- where a flow belongs ---------------------------------------------------------------- */

/* Of a key, all that is not zero in every key. */
#define IOTX_KEY4_WORDS 2
#define IOTX_KEY6_WORDS 5

IOTX_FN u64 iotx_key_word(const void *key, u32 i)
{
	u64 word;

	__builtin_memcpy(&word, (const u8 *)key + 8 * i, sizeof(word));
	return word;
}

IOTX_FN bool iotx_key_equal(const void *a, const void *b, u32 words)
{
	u64 differ = 0;

	for (u32 i = 0; i < words; i++)
		differ |= iotx_key_word(a, i) ^ iotx_key_word(b, i);
	return !differ;
}

/*
 * Where the flow of a key belongs. Both directions of a conversation have the same buckets:
 * to look for one is to have looked for the other. A flow whose first bucket is full goes to
 * its other one, or buckets would overflow long before the table.
 */
struct iotx_spot {
	u32 bucket;
	u32 other;
	u8 home; /* way to try first */
	u8 tag;  /* never 0 */
	u8 back; /* the tag of the other direction */
};

/* With secret numbers, so that nobody can aim at a bucket. */
IOTX_FN u64 iotx_slot_mix(u64 h, u64 word, const struct iotx_secret *secret)
{
	h = (h + word) * (secret->factor | 1);
	return h ^ h >> 32;
}

/* Without branches, which the verifier would follow. */
IOTX_FN u8 iotx_spot_tag(u64 hash, u64 way)
{
	u32 tag = (u8)(hash >> 56) ^ 0x55 * (u32)way;

	return (u8)(tag + ((tag - 1) >> 31));
}

/* `src` and `dst` are those of the hash of each end: their sum does not know which is which. */
IOTX_FN struct iotx_spot iotx_slot_spot(u64 src, u64 dst, const struct iotx_secret *secret,
					u32 bucket_mask)
{
	u64 hash = iotx_slot_mix(src + dst, 0, secret), way = (src - dst) >> 63;

	return (struct iotx_spot){
		.bucket = (u32)(hash >> 24) & bucket_mask,
		.other = (u32)hash & bucket_mask,
		.home = (u8)((hash >> 53) + way) & (IOTX_WAYS - 1),
		.tag = iotx_spot_tag(hash, way),
		.back = iotx_spot_tag(hash, !way),
	};
}

IOTX_FN struct iotx_spot iotx_key4_spot(const void *key, const struct iotx_secret *secret,
					u32 bucket_mask)
{
	u64 ips = iotx_key_word(key, 0), rest = iotx_key_word(key, 1);
	u64 transport = rest >> 32 << 48;
	u64 src = (u32)ips | (rest & 0xffff) << 32 | transport;
	u64 dst = ips >> 32 | (rest >> 16 & 0xffff) << 32 | transport;

	return iotx_slot_spot(iotx_slot_mix(secret->start, src, secret),
			      iotx_slot_mix(secret->start, dst, secret), secret, bucket_mask);
}

IOTX_FN struct iotx_spot iotx_key6_spot(const void *key, const struct iotx_secret *secret,
					u32 bucket_mask)
{
	u64 rest = iotx_key_word(key, 4), transport = rest >> 32 << 48;
	u64 src = iotx_slot_mix(secret->start, (rest & 0xffff) | transport, secret);
	u64 dst = iotx_slot_mix(secret->start, (rest >> 16 & 0xffff) | transport, secret);

	for (u32 i = 0; i < 2; i++) {
		src = iotx_slot_mix(src, iotx_key_word(key, i), secret);
		dst = iotx_slot_mix(dst, iotx_key_word(key, 2 + i), secret);
	}
	return iotx_slot_spot(src, dst, secret, bucket_mask);
}

/*
 * Which slots of the bucket may hold the tag: the upper bit of byte i says so of the
 * way `home` + i. A bit may be set in vain, none is missing.
 */
IOTX_FN u64 iotx_bucket_match(const struct iotx_bucket *b, u8 tag, u8 home)
{
	u64 tags, low = 0x0101010101010101ull, high = low << 7;
	u32 turn = home * 8u;

	__builtin_memcpy(&tags, b->tag, sizeof(tags));
	tags = tags >> turn | tags << ((64 - turn) & 63);
	tags ^= low * tag;
	return (tags - low) & ~tags & high;
}

IOTX_FN bool iotx_bucket_full(const struct iotx_bucket *b)
{
	u64 tags;

	__builtin_memcpy(&tags, b->tag, sizeof(tags));
	return !((tags - 0x0101010101010101ull) & ~tags & 0x8080808080808080ull);
}

/*
 * The way for a new flow: a free one, the first from `home` on, or the one whose flow
 * was idle for longest; never `spare`. Without branches: the verifier would follow each on its own.
 */
IOTX_FN u32 iotx_bucket_choose(const struct iotx_bucket *b, u8 home, u32 spare, u16 now)
{
	u64 best = 0;

	for (u32 i = 0; i < IOTX_WAYS; i++) {
		u32 way = (home + i) & (IOTX_WAYS - 1);
		u64 idle = (u16)(now - b->age[way]);
		u64 free = 1 & ((u64)b->tag[way] - 1) >> 63;
		u64 rank = free << 20 | idle << 4 | (IOTX_WAYS - 1 - i);
		u64 not_spare = -(u64)(way ^ spare); /* its uppermost bit */
		u64 less = -(((best - rank) & not_spare) >> 63); /* all ones if best < rank */

		best ^= (best ^ rank) & less;
	}
	return (home + (IOTX_WAYS - 1 - (u32)(best & 15))) & (IOTX_WAYS - 1);
}

/*
 * What ages are set back by: a closed flow is the next to go, then one of which a single
 * packet was seen, so that a flood of those does not drive out connections that rest.
 */
#define IOTX_AGE_CLOSED 0x8000
#define IOTX_AGE_NEW 0x4000

#endif
