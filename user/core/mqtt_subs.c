// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_subs.h"

#include "base/hash.h"
#include "wire/mqtt.h"
#include <stdlib.h>

#define ROOM_MIN 4u
#define INDEXED 16u /* so many and more are looked for by their hash */

/* Is a level of the filter, which begins at i, this wildcard? */
static bool is_wildcard(struct iotx_slice filter, u32 i, u8 wildcard)
{
	return filter.data[i] == wildcard && (!i || filter.data[i - 1] == '/') &&
	       (i + 1 == filter.len || filter.data[i + 1] == '/');
}

/* "a/#" matches "a" too. */
static bool is_parent(struct iotx_slice filter, u32 i)
{
	return i + 1 < filter.len && filter.data[i] == '/' && is_wildcard(filter, i + 1, '#');
}

static u32 level_end(struct iotx_slice topic, u32 i)
{
	while (i < topic.len && topic.data[i] != '/')
		i++;
	return i;
}

bool iotx_mqtt_levels_match(struct iotx_slice topic, struct iotx_slice filter)
{
	u32 t = 0;

	for (u32 f = 0; f < filter.len; f++) {
		if (is_wildcard(filter, f, '#'))
			return true;
		if (is_wildcard(filter, f, '+'))
			t = level_end(topic, t);
		else if (t == topic.len)
			return is_parent(filter, f);
		else if (topic.data[t++] != filter.data[f])
			return false;
	}
	return t == topic.len;
}

bool iotx_mqtt_topic_matches(struct iotx_slice topic, struct iotx_slice filter)
{
	if (!topic.len || !filter.len)
		return false;
	if (topic.data[0] == '$' && (filter.data[0] == '+' || filter.data[0] == '#'))
		return false;
	return iotx_mqtt_levels_match(topic, filter);
}

static bool has_wildcard(struct iotx_slice filter)
{
	for (u32 i = 0; i < filter.len; i++)
		if (is_wildcard(filter, i, '+') || is_wildcard(filter, i, '#'))
			return true;
	return false;
}

/* Where the filter begins behind "$share/NAME/". Servers share for MQTT 3.1.1 too. */
static u16 bare_of(struct iotx_slice filter)
{
	const u32 prefix = sizeof("$share/") - 1;
	const u8 *slash;

	if (!iotx_mqtt_share_ok(filter))
		return 0;
	slash = memchr(filter.data + prefix, '/', filter.len - prefix);
	return slash ? (u16)(slash + 1 - filter.data) : 0;
}

/* --- looking for them ----------------------------------------------------------------------- */

static u32 hash_of(struct iotx_slice bare)
{
	return (u32)iotx_hash(IOTX_HASH_START, bare);
}

static struct iotx_mqtt_sub *at(const struct iotx_mqtt_subs *s, u32 place)
{
	return place ? &s->list[place - 1] : NULL;
}

static struct iotx_mqtt_sub *behind(const struct iotx_mqtt_subs *s, const struct iotx_mqtt_sub *sub)
{
	u32 i = sub ? (u32)(sub - s->list) + 1 : 0;

	return i < s->count ? &s->list[i] : NULL;
}

struct iotx_mqtt_sub *iotx_mqtt_subs_find(const struct iotx_mqtt_subs *s,
					  struct iotx_slice filter)
{
	u32 bare = bare_of(filter);
	u32 hash = hash_of(iotx_slice(filter.data + bare, filter.len - bare));
	struct iotx_mqtt_sub *sub;

	sub = s->heads ? at(s, s->heads[hash & (s->buckets - 1)]) : behind(s, NULL);
	while (sub && (sub->hash != hash || !iotx_slice_eq(iotx_mqtt_sub_filter(sub), filter)))
		sub = s->heads ? at(s, sub->next) : behind(s, sub);
	return sub;
}

struct iotx_mqtt_sub *iotx_mqtt_subs_next(const struct iotx_mqtt_subs *s, struct iotx_slice topic,
					  const struct iotx_mqtt_sub *sub)
{
	struct iotx_mqtt_sub *next;

	if (!s->heads)
		return behind(s, sub);
	if (sub && sub->wildcard)
		return at(s, sub->next_wild);
	next = at(s, sub ? sub->next : s->heads[hash_of(topic) & (s->buckets - 1)]);
	while (next && next->wildcard)
		next = at(s, next->next);
	return next ? next : at(s, s->wild);
}

/* --- keeping them --------------------------------------------------------------------------- */

static void link_in(struct iotx_mqtt_subs *s, u32 place)
{
	struct iotx_mqtt_sub *sub = at(s, place);
	u32 *head = &s->heads[sub->hash & (s->buckets - 1)];

	sub->next = *head;
	*head = place;
	if (!sub->wildcard)
		return;
	sub->next_wild = s->wild;
	s->wild = place;
}

/* Without memory for an index they are looked through, one by one. */
static void make_index(struct iotx_mqtt_subs *s)
{
	u32 buckets = s->buckets ? s->buckets : INDEXED;

	if (s->room < INDEXED)
		return;
	while (buckets < s->room)
		buckets *= 2;
	free(s->heads);
	s->heads = calloc(buckets, sizeof(*s->heads));
	s->buckets = buckets;
	s->wild = 0;
	for (u32 place = 1; s->heads && place <= s->count; place++)
		link_in(s, place);
}

static bool make_room(struct iotx_mqtt_subs *s)
{
	u32 room = s->room ? s->room + s->room / 2 : ROOM_MIN;
	struct iotx_mqtt_sub *list;

	if (s->count < s->room)
		return true;
	list = realloc(s->list, room * sizeof(*list));
	if (!list)
		return false;
	s->list = list;
	s->room = room;
	make_index(s);
	return true;
}

/* Its entry, twice because the list grows by half of it, and its place in the index. */
static u64 cost_of(struct iotx_slice filter)
{
	return 2 * (sizeof(struct iotx_mqtt_sub) + sizeof(u32)) + filter.len;
}

static bool put(struct iotx_mqtt_subs *s, struct iotx_slice filter)
{
	struct iotx_mqtt_sub *sub;
	u8 *copy = make_room(s) ? malloc(filter.len) : NULL;

	if (!copy)
		return false;
	memcpy(copy, filter.data, filter.len);
	sub = &s->list[s->count++];
	*sub = (struct iotx_mqtt_sub){ .filter = copy, .len = (u16)filter.len };
	sub->bare = bare_of(filter);
	sub->wildcard = has_wildcard(iotx_mqtt_sub_bare(sub));
	sub->hash = hash_of(iotx_mqtt_sub_bare(sub));
	s->bytes += filter.len;
	if (s->heads)
		link_in(s, s->count);
	return true;
}

static struct iotx_mqtt_sub *append(struct iotx_mqtt_subs *s, struct iotx_slice filter)
{
	if (s->count == IOTX_MQTT_SUBS_MAX || !filter.len ||
	    filter.len > IOTX_MQTT_SUBS_BYTES_MAX - s->bytes ||
	    !iotx_purse_take(s->purse, cost_of(filter)))
		return NULL;
	if (put(s, filter))
		return &s->list[s->count - 1];
	iotx_purse_give(s->purse, cost_of(filter));
	return NULL;
}

bool iotx_mqtt_subs_add(struct iotx_mqtt_subs *s, struct iotx_slice filter, u8 options, u32 sub_id)
{
	struct iotx_mqtt_sub *sub = iotx_mqtt_subs_find(s, filter);

	if (sub)
		sub->changed |= sub->options != options || sub->sub_id != sub_id;
	else
		sub = append(s, filter);
	if (!sub) {
		s->partial = true;
		return false;
	}
	sub->options = options;
	sub->sub_id = sub_id;
	sub->waiting = true;
	sub->gone = false;
	return true;
}

void iotx_mqtt_subs_free(struct iotx_mqtt_subs *s)
{
	for (u32 i = 0; i < s->count; i++) {
		iotx_purse_give(s->purse, cost_of(iotx_mqtt_sub_filter(&s->list[i])));
		free(s->list[i].filter);
	}
	free(s->heads);
	free(s->list);
	*s = (struct iotx_mqtt_subs){ .purse = s->purse };
}
