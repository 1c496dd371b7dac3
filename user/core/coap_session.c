// SPDX-License-Identifier: GPL-2.0-only
/*
 * CoAP over UDP: a datagram is a message. What is remembered is only what tells a
 * duplicate: a Message ID that its sender used not long ago for the same bytes.
 */
#include "core/session.h"
#include "wire/coap.h"
#include <iotxdp/sample.h>
#include <stdlib.h>

/* RFC 7252 4.8.2: how long a Message ID must not be used for another message. */
#define EXCHANGE_LIFETIME_NS (247 * 1000000000ull)

/* Message IDs remembered per sender: the most recent ones. */
#define RECENT_MAX 64

struct recent {
	u64 ts_ns;
	u64 digest; /* of the datagram */
};

struct session {
	struct recent recent[2][RECENT_MAX];
	u32 next[2];
};

static void *session_open(void)
{
	return calloc(1, sizeof(struct session));
}

static u64 digest_of(const struct iotx_piece *piece)
{
	u64 h = piece->len, word;
	u32 i = 0;

	for (; i + 8 <= piece->cap_len; i += 8) {
		memcpy(&word, piece->data + i, 8);
		h = iotx_mix64(h ^ word);
	}
	word = 0;
	memcpy(&word, piece->data + i, piece->cap_len - i);
	return iotx_mix64(h ^ word) | 1; /* 0 is an empty slot */
}

/* Is it one of the last messages of its sender? Remembers it if not. */
static bool seen_before(struct session *s, const struct iotx_delivery *d,
			const struct iotx_piece *piece)
{
	struct recent *recent = s->recent[d->side];
	u64 digest = digest_of(piece), now = d->ts_ns;

	for (u32 i = 0; i < RECENT_MAX; i++)
		if (recent[i].digest == digest && now - recent[i].ts_ns < EXCHANGE_LIFETIME_NS)
			return true;
	recent[s->next[d->side]++ % RECENT_MAX] = (struct recent){ now, digest };
	return false;
}

static void session_datagram(void *session, const struct iotx_delivery *d,
			     const struct iotx_piece *piece)
{
	struct iotx_coap_msg msg = {};
	struct iotx_event ev = { .cls = &iotx_coap_event, .msg = &msg };
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);

	ev.verdict = iotx_coap_decode(piece->data, piece->cap_len, piece->len, &msg, &ev.diag);
	if (ev.verdict == IOTX_E_ALIEN) /* another version: to be ignored, RFC 7252 3 */
		return;
	if (ev.verdict == IOTX_E_SHORT) {
		stats->messages_cut++;
		return;
	}
	if (piece->cap_len < piece->len)
		stats->messages_truncated++;
	ev.duplicate = seen_before(session, d, piece);
	stats->coap_messages++;
	iotx_delivery_emit(d, &ev);
}

const struct iotx_session_class iotx_session_coap = {
	.open = session_open,
	.close = free,
	.datagram = session_datagram,
};
