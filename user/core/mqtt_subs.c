// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_subs.h"

#include "base/hash.h"
#include "wire/mqtt.h"
#include <stdlib.h>

#define ROOM_MIN 4u
#define INDEXED 16u /* so many and more are looked for by their hash */

/* The next level off the front; false behind the last one. */
static bool level(struct iotx_slice *rest, struct iotx_slice *out)
{
	const u8 *slash;

	if (!rest->data)
		return false;
	slash = rest->len ? memchr(rest->data, '/', rest->len) : NULL;
	*out = iotx_slice(rest->data, slash ? (u32)(slash - rest->data) : rest->len);
	*rest = slash ? iotx_slice(slash + 1, rest->len - out->len - 1) : iotx_slice(NULL, 0);
	return true;
}

static bool is_level(struct iotx_slice l, char wildcard)
{
	return l.len == 1 && l.data[0] == wildcard;
}

/* Before any wildcard there is a character in which they differ: mostly so, and soon seen. */
static bool differ_early(struct iotx_slice topic, struct iotx_slice filter)
{
	u32 least = topic.len < filter.len ? topic.len : filter.len;

	for (u32 i = 0; i < least; i++) {
		if (filter.data[i] == '+' || filter.data[i] == '#')
			return false;
		if (filter.data[i] != topic.data[i])
			return true;
	}
	return false;
}

bool iotx_mqtt_levels_match(struct iotx_slice topic, struct iotx_slice filter)
{
	struct iotx_slice t, f;

	if (differ_early(topic, filter))
		return false;
	while (level(&filter, &f)) {
		if (is_level(f, '#'))
			return true;
		if (!level(&topic, &t) || (!is_level(f, '+') && !iotx_slice_eq(f, t)))
			return false;
		if (!topic.data && is_level(filter, '#')) /* "a/#" matches "a" too */
			return true;
	}
	return !topic.data;
}

bool iotx_mqtt_topic_matches(struct iotx_slice topic, struct iotx_slice filter)
{
	if (!topic.len || !filter.len)
		return false;
	if (topic.data[0] == '$' && (filter.data[0] == '+' || filter.data[0] == '#'))
		return false;
	return iotx_mqtt_levels_match(topic, filter);
}

static bool has_wildcard(struct iotx_slice rest)
{
	struct iotx_slice l;

	while (level(&rest, &l))
		if (is_level(l, '+') || is_level(l, '#'))
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
