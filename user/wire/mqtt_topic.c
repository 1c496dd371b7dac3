/* SPDX-License-Identifier: GPL-2.0-only */
/* Topic names and topic filters: MQTT 3.1.1 and 5.0, section 4.7; shared ones 5.0, 4.8.2. */
#include "base/word.h"
#include "mqtt_read.h"

#define SHARE_PREFIX "$share/"
#define SHARE_PREFIX_LEN 7

static bool block_has_wildcard(const u8 *p)
{
	iotx_block x = iotx_block_load(p);

	return iotx_block_first((iotx_block)(x == '+') | (iotx_block)(x == '#')) < IOTX_BLOCK;
}

/* Sixteen bytes at a time; the last ones may overlap those before. */
static bool has_wildcard(struct iotx_slice s)
{
	u32 at = 0;

	for (; s.len - at >= IOTX_BLOCK; at += IOTX_BLOCK)
		if (block_has_wildcard(s.data + at))
			return true;
	if (at && at < s.len)
		return block_has_wildcard(s.data + s.len - IOTX_BLOCK);
	for (; at < s.len; at++)
		if (s.data[at] == '+' || s.data[at] == '#')
			return true;
	return false;
}

bool iotx_mqtt_topic_ok(struct iotx_slice topic)
{
	return topic.len && !has_wildcard(topic);
}

/* Which rule a wildcard or the want of characters breaks. */
static enum iotx_mqtt_rule filter_fault(struct iotx_slice f)
{
	for (u32 i = 0; i < f.len; i++) {
		bool first = !i || f.data[i - 1] == '/';
		bool last = i + 1 == f.len;

		if (f.data[i] == '#' && !(first && last))
			return IOTX_MQTT_RULE_FILTER_HASH;
		if (f.data[i] == '+' && !(first && (last || f.data[i + 1] == '/')))
			return IOTX_MQTT_RULE_FILTER_PLUS;
	}
	return f.len ? IOTX_MQTT_RULE_NONE : IOTX_MQTT_RULE_FILTER_EMPTY;
}

static enum iotx_mqtt_rule share_fault(struct iotx_slice f)
{
	struct iotx_slice name = iotx_slice(f.data + SHARE_PREFIX_LEN, f.len - SHARE_PREFIX_LEN);
	const u8 *slash = name.len ? memchr(name.data, '/', name.len) : NULL;
	u32 behind;

	if (!name.len || slash == name.data)
		return IOTX_MQTT_RULE_SHARE_NAME;
	if (!slash)
		return IOTX_MQTT_RULE_SHARE_FILTER;
	behind = name.len - (u32)(slash - name.data) - 1;
	name.len = (u32)(slash - name.data);
	if (has_wildcard(name) || !behind)
		return IOTX_MQTT_RULE_SHARE_FILTER;
	return filter_fault(iotx_slice(slash + 1, behind));
}

bool iotx_mqtt_filter_ok(struct iotx_slice filter)
{
	return filter_fault(filter) == IOTX_MQTT_RULE_NONE;
}

bool iotx_mqtt_is_shared(struct iotx_slice filter)
{
	return filter.len >= SHARE_PREFIX_LEN &&
	       !memcmp(filter.data, SHARE_PREFIX, SHARE_PREFIX_LEN);
}

bool iotx_mqtt_share_ok(struct iotx_slice filter)
{
	return iotx_mqtt_is_shared(filter) && share_fault(filter) == IOTX_MQTT_RULE_NONE;
}

void iotx_mqtt_check_filter(struct iotx_mqtt_reader *r, struct iotx_slice filter)
{
	/* Before MQTT 5, "$share/" is a topic level like any other. */
	bool shared = iotx_mqtt_is_v5(r) && iotx_mqtt_is_shared(filter);
	enum iotx_mqtt_rule fault = shared ? share_fault(filter) : filter_fault(filter);

	if (fault)
		iotx_mqtt_blame(r, fault, iotx_mqtt_off(r, filter));
}
