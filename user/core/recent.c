// SPDX-License-Identifier: GPL-2.0-only
#include "core/recent.h"

#include "base/hash.h"
#include "core/stream.h"

static u64 digest_of(const u8 *data, u32 len)
{
	return iotx_hash(IOTX_HASH_START, (struct iotx_slice){ data, len });
}

void iotx_recent_add(struct iotx_recent *r, const struct iotx_piece *piece)
{
	u32 i = r->next % IOTX_RECENT_MAX;

	if (piece->cap_len < piece->len)
		return;
	r->piece[i].digest = digest_of(piece->data, piece->len);
	r->piece[i].seq = piece->seq;
	r->piece[i].len = piece->len;
	r->next++;
}

bool iotx_recent_differs(const struct iotx_recent *r, const struct iotx_piece *again)
{
	for (u32 i = 0; i < IOTX_RECENT_MAX; i++) {
		u32 at = r->piece[i].seq - again->seq; /* huge if it began before */
		u32 len = r->piece[i].len;

		if (len && at < again->cap_len && len <= again->cap_len - at &&
		    digest_of(again->data + at, len) != r->piece[i].digest)
			return true;
	}
	return false;
}
