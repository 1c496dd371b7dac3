// SPDX-License-Identifier: GPL-2.0-only
#include "core/alias.h"

#include <errno.h>
#include <stdlib.h>

struct iotx_alias {
	u16 alias;
	u32 len;
	u8 *topic;
};

#define ENTRY_BYTES ((u32)sizeof(struct iotx_alias))

/* Index of the first entry not below `alias`. */
static u32 place_of(const struct iotx_aliases *a, u16 alias)
{
	u32 low = 0, high = a->count;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (a->list[middle].alias < alias)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct iotx_alias *find(const struct iotx_aliases *a, u16 alias)
{
	u32 i = place_of(a, alias);

	return i < a->count && a->list[i].alias == alias ? &a->list[i] : NULL;
}

static bool take(struct iotx_aliases *a, u32 n)
{
	if (n > IOTX_ALIAS_BYTES_MAX - a->bytes || !iotx_purse_take(a->purse, n))
		return false;
	a->bytes += n;
	return true;
}

static void give(struct iotx_aliases *a, u32 n)
{
	a->bytes -= n;
	iotx_purse_give(a->purse, n);
}

static struct iotx_alias *insert(struct iotx_aliases *a, u16 alias)
{
	u32 i = place_of(a, alias);

	if (a->count == a->room) {
		u32 room = a->room ? a->room * 2 : 8;
		struct iotx_alias *list = realloc(a->list, room * sizeof(*list));

		if (!list)
			return NULL;
		a->list = list;
		a->room = room;
	}
	memmove(&a->list[i + 1], &a->list[i], (a->count - i) * sizeof(*a->list));
	a->list[i] = (struct iotx_alias){ .alias = alias };
	a->count++;
	return &a->list[i];
}

/* It stays in its place, unbound. */
static struct iotx_alias *add(struct iotx_aliases *a, u16 alias)
{
	struct iotx_alias *entry;

	if (!take(a, ENTRY_BYTES))
		return NULL;
	entry = insert(a, alias);
	if (!entry)
		give(a, ENTRY_BYTES);
	return entry;
}

static void unbind(struct iotx_aliases *a, struct iotx_alias *entry)
{
	if (entry->topic)
		give(a, entry->len);
	free(entry->topic);
	entry->topic = NULL;
	entry->len = 0;
}

int iotx_aliases_set(struct iotx_aliases *a, u16 alias, struct iotx_slice topic)
{
	struct iotx_alias *entry = find(a, alias);

	if (entry)
		unbind(a, entry);
	else
		entry = add(a, alias);
	if (!entry || !take(a, topic.len))
		return -ENOSPC;
	entry->topic = malloc(topic.len ? topic.len : 1);
	if (!entry->topic) {
		give(a, topic.len);
		return -ENOMEM;
	}
	if (topic.len)
		memcpy(entry->topic, topic.data, topic.len);
	entry->len = topic.len;
	return 0;
}

struct iotx_slice iotx_aliases_get(const struct iotx_aliases *a, u16 alias)
{
	const struct iotx_alias *entry = find(a, alias);

	return entry ? iotx_slice(entry->topic, entry->len) : iotx_slice(NULL, 0);
}

void iotx_aliases_free(struct iotx_aliases *a)
{
	for (u32 i = 0; i < a->count; i++)
		free(a->list[i].topic);
	free(a->list);
	iotx_purse_give(a->purse, a->bytes);
	*a = (struct iotx_aliases){ .purse = a->purse };
}
