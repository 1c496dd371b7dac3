// SPDX-License-Identifier: GPL-2.0-only
#include "core/unpack.h"

#include <zlib.h>

#define ANY_FORMAT (15 + 32) /* zlib: the largest window, and a header of either format */
#define STEP 4096

static enum iotx_err err_of(int code, const z_stream *z)
{
	if (code == Z_BUF_ERROR && !z->avail_in)
		return IOTX_E_SHORT;
	return code == Z_MEM_ERROR ? IOTX_E_LIMIT : IOTX_E_BAD;
}

static enum iotx_err inflate_all(z_stream *z, size_t max, struct iotx_buf *out)
{
	int code;

	do {
		if (out->len >= max || iotx_buf_reserve(out, STEP))
			return IOTX_E_LIMIT;
		z->next_out = out->data + out->len;
		z->avail_out = STEP;
		code = inflate(z, Z_NO_FLUSH);
		out->len += STEP - z->avail_out;
	} while (code == Z_OK);
	if (code != Z_STREAM_END)
		return err_of(code, z);
	return out->len > max ? IOTX_E_LIMIT : IOTX_OK;
}

enum iotx_err iotx_unpack(struct iotx_slice packed, u32 max, struct iotx_buf *out)
{
	z_stream z = { .next_in = (u8 *)(uintptr_t)packed.data, .avail_in = packed.len };
	enum iotx_err err;

	if (inflateInit2(&z, ANY_FORMAT) != Z_OK)
		return IOTX_E_LIMIT;
	err = inflate_all(&z, out->len + max, out);
	inflateEnd(&z);
	return err;
}
