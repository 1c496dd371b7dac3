// SPDX-License-Identifier: GPL-2.0-only
#include "core/ws_accept.h"

#include "base/base64.h"

#include <sha1.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

bool iotx_ws_accept_ok(struct iotx_slice key, struct iotx_slice accept)
{
	u8 digest[SHA1_DIGEST_LENGTH], text[(SHA1_DIGEST_LENGTH + 2) / 3 * 4];
	SHA1_CTX ctx;

	SHA1Init(&ctx);
	if (key.len)
		SHA1Update(&ctx, key.data, key.len);
	SHA1Update(&ctx, (const u8 *)GUID, sizeof(GUID) - 1);
	SHA1Final(digest, &ctx);
	iotx_base64_put(text, iotx_slice(digest, sizeof(digest)));
	return iotx_slice_eq(accept, iotx_slice(text, sizeof(text)));
}
