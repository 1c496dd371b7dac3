// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_subs.h"

#include "wire/mqtt.h"
#include <stdlib.h>

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

struct iotx_mqtt_sub *iotx_mqtt_subs_find(const struct iotx_mqtt_subs *s,
					  struct iotx_slice filter)
{
	for (u32 i = 0; i < s->count; i++)
		if (iotx_slice_eq(iotx_mqtt_sub_filter(&s->list[i]), filter))
			return &s->list[i];
	return NULL;
}

static struct iotx_mqtt_sub *make_room(struct iotx_mqtt_subs *s)
{
	u32 room = s->room ? s->room + s->room / 2 : 4;
	struct iotx_mqtt_sub *list;

	if (s->count == IOTX_MQTT_SUBS_MAX)
		return NULL;
	if (s->count < s->room)
		return &s->list[s->count];
	list = realloc(s->list, room * sizeof(*list));
	if (!list)
		return NULL;
	s->list = list;
	s->room = room;
	return &s->list[s->count];
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

static struct iotx_mqtt_sub *append(struct iotx_mqtt_subs *s, struct iotx_slice filter)
{
	struct iotx_mqtt_sub *sub = make_room(s);

	if (!sub || !filter.len || filter.len > IOTX_MQTT_SUBS_BYTES_MAX - s->bytes)
		return NULL;
	memset(sub, 0, sizeof(*sub));
	sub->filter = malloc(filter.len);
	if (!sub->filter)
		return NULL;
	memcpy(sub->filter, filter.data, filter.len);
	sub->len = (u16)filter.len;
	sub->bare = bare_of(filter);
	sub->wildcard = has_wildcard(iotx_mqtt_sub_bare(sub));
	s->bytes += filter.len;
	s->count++;
	return sub;
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
	for (u32 i = 0; i < s->count; i++)
		free(s->list[i].filter);
	free(s->list);
	memset(s, 0, sizeof(*s));
}
