// SPDX-License-Identifier: GPL-2.0-only
#include "base/table.h"

#include <iotxdp/sample.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Entries live in blocks that never move; the buckets hold chains. */
#define BLOCK_ENTRIES 256u
#define BUCKETS_MIN 256u

struct entry {
	struct entry *next;          /* in its bucket, or among the free */
	struct entry *older, *newer; /* by use */
	u64 hash;
	/* the key, then the value, each aligned to 16 bytes */
};

struct block {
	struct block *next;
	_Alignas(16) u8 bytes[];
};

struct iotx_table {
	u32 key_size, key_room, entry_size, value_size;
	u32 count, max, buckets;
	struct entry **bucket;
	struct entry *oldest, *newest, *free;
	struct block *blocks;
	u64 seed[2];
};

#define ALIGNED(n) (((n) + 15u) & ~15u)
#define HEAD ALIGNED((u32)sizeof(struct entry))

static u8 *key_of(const struct entry *e)
{
	return (u8 *)e + HEAD;
}

static void *value_of(const struct iotx_table *t, const struct entry *e)
{
	return (u8 *)e + HEAD + t->key_room;
}

static struct entry *entry_of(const struct iotx_table *t, const void *value)
{
	return (struct entry *)((u8 *)value - t->key_room - HEAD);
}

/* Both halves of a product: every bit of the result depends on all of both factors. */
static u64 fold(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
}

/* What the factors are is not to be guessed by those who choose the keys. */
static u64 hash_of(const struct iotx_table *t, const void *key)
{
	u64 h = t->seed[0], words[2] = {};
	const u8 *p = key;
	u32 i = 0;

	for (; i + 16 <= t->key_size; i += 16) {
		memcpy(words, p + i, 16);
		h = fold(words[0] ^ h, words[1] ^ t->seed[1]);
	}
	if (i < t->key_size) {
		memcpy(words, p + i, 8);
		h = fold(words[0] ^ h, t->seed[1]);
	}
	return iotx_mix64(h);
}

/* Keys are a few whole words. */
static bool same_key(const struct iotx_table *t, const struct entry *e, const void *key)
{
	const u8 *mine = key_of(e), *other = key;
	u64 a, b, differ = 0;

	for (u32 i = 0; i < t->key_size; i += 8) {
		memcpy(&a, mine + i, 8);
		memcpy(&b, other + i, 8);
		differ |= a ^ b;
	}
	return !differ;
}

struct iotx_table *iotx_table_new(u32 key_size, u32 value_size, u32 max)
{
	struct iotx_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->key_size = key_size;
	t->key_room = ALIGNED(key_size);
	t->value_size = value_size;
	t->entry_size = HEAD + t->key_room + ALIGNED(value_size);
	t->max = max;
	t->buckets = BUCKETS_MIN;
	t->bucket = calloc(t->buckets, sizeof(*t->bucket));
	if (!t->bucket || getrandom(t->seed, sizeof(t->seed), 0) != sizeof(t->seed)) {
		iotx_table_free(t);
		return NULL;
	}
	return t;
}

void iotx_table_free(struct iotx_table *t)
{
	if (!t)
		return;
	while (t->blocks) {
		struct block *b = t->blocks;

		t->blocks = b->next;
		free(b);
	}
	free(t->bucket);
	free(t);
}

void *iotx_table_find(const struct iotx_table *t, const void *key)
{
	u64 hash = hash_of(t, key);

	for (struct entry *e = t->bucket[hash & (t->buckets - 1)]; e; e = e->next)
		if (e->hash == hash && same_key(t, e, key))
			return value_of(t, e);
	return NULL;
}

/* A failed growth only makes chains longer. */
static void grow(struct iotx_table *t)
{
	u32 buckets = t->buckets * 2;
	struct entry **bucket = calloc(buckets, sizeof(*bucket));

	if (!bucket)
		return;
	for (struct entry *e = t->oldest; e; e = e->newer) {
		struct entry **head = &bucket[e->hash & (buckets - 1)];

		e->next = *head;
		*head = e;
	}
	free(t->bucket);
	t->bucket = bucket;
	t->buckets = buckets;
}

static bool add_block(struct iotx_table *t)
{
	struct block *b = malloc(sizeof(*b) + (size_t)t->entry_size * BLOCK_ENTRIES);

	if (!b)
		return false;
	b->next = t->blocks;
	t->blocks = b;
	for (u32 i = BLOCK_ENTRIES; i-- > 0;) {
		struct entry *e = (struct entry *)(b->bytes + (size_t)i * t->entry_size);

		e->next = t->free;
		t->free = e;
	}
	return true;
}

static void link_newest(struct iotx_table *t, struct entry *e)
{
	e->newer = NULL;
	e->older = t->newest;
	if (t->newest)
		t->newest->newer = e;
	else
		t->oldest = e;
	t->newest = e;
}

static void unlink_use(struct iotx_table *t, struct entry *e)
{
	if (e->older)
		e->older->newer = e->newer;
	else
		t->oldest = e->newer;
	if (e->newer)
		e->newer->older = e->older;
	else
		t->newest = e->older;
}

void *iotx_table_add(struct iotx_table *t, const void *key)
{
	struct entry *e, **head;

	if (t->count >= t->max || (!t->free && !add_block(t)))
		return NULL;
	if (t->count >= t->buckets)
		grow(t);
	e = t->free;
	t->free = e->next;
	e->hash = hash_of(t, key);
	memcpy(key_of(e), key, t->key_size);
	memset(value_of(t, e), 0, t->value_size);
	head = &t->bucket[e->hash & (t->buckets - 1)];
	e->next = *head;
	*head = e;
	link_newest(t, e);
	t->count++;
	return value_of(t, e);
}

void iotx_table_touch(struct iotx_table *t, void *value)
{
	struct entry *e = entry_of(t, value);

	if (e == t->newest)
		return;
	unlink_use(t, e);
	link_newest(t, e);
}

void iotx_table_remove(struct iotx_table *t, void *value)
{
	struct entry *e = entry_of(t, value);
	struct entry **at = &t->bucket[e->hash & (t->buckets - 1)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	unlink_use(t, e);
	e->next = t->free;
	t->free = e;
	t->count--;
}

u32 iotx_table_count(const struct iotx_table *t)
{
	return t->count;
}

const void *iotx_table_key(const struct iotx_table *t, const void *value)
{
	return key_of(entry_of(t, value));
}

void *iotx_table_oldest(const struct iotx_table *t)
{
	return t->oldest ? value_of(t, t->oldest) : NULL;
}

void *iotx_table_newer(const struct iotx_table *t, const void *value)
{
	const struct entry *e = entry_of(t, value)->newer;

	return e ? value_of(t, e) : NULL;
}
