// SPDX-License-Identifier: GPL-2.0-only
#include "core/ws_deflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CHUNK 4096

struct iotx_inflater {
	z_stream strm;
	u8 window_bits;
	bool between; /* what was taken ends where a block does */
};

struct iotx_inflater *iotx_inflater_new(u8 window_bits)
{
	struct iotx_inflater *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->window_bits = window_bits;
	if (inflateInit2(&z->strm, -window_bits) == Z_OK)
		return z;
	free(z);
	return NULL;
}

void iotx_inflater_free(struct iotx_inflater *z)
{
	if (!z)
		return;
	inflateEnd(&z->strm);
	free(z);
}

void iotx_inflater_reset(struct iotx_inflater *z)
{
	inflateReset(&z->strm);
}

/*
 * The room for one call. zlib lets a distance reach the window and what the call itself has
 * put out: with a byte a call, a window below the largest is held to its size.
 */
static uInt room(const struct iotx_inflater *z, u32 used)
{
	return z->window_bits < MAX_WBITS ? 1 : CHUNK - used;
}

static bool too_much(const struct iotx_inflated *to, u64 taken)
{
	return to->out > to->max || taken > to->max ||
	       (to->out > IOTX_INFLATE_FREE && to->out > IOTX_INFLATE_RATIO * taken);
}

/* A call that finds nothing to do, Z_BUF_ERROR, tells nothing of blocks. */
static enum iotx_err result(struct iotx_inflater *z, int r, struct iotx_inflated *to)
{
	if (r != Z_BUF_ERROR)
		z->between = z->strm.data_type & 128;
	if (r == Z_STREAM_END) /* a final block ends a DEFLATE stream, not the message: ... */
		inflateResetKeep(&z->strm); /* ... the window lives on, and is not copied */
	if (r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR)
		return IOTX_OK;
	to->far = r == Z_DATA_ERROR && z->strm.msg && strstr(z->strm.msg, "distance too far");
	return IOTX_E_BAD;
}

enum iotx_err iotx_inflater_push(struct iotx_inflater *z, const u8 *data, u32 n,
				 struct iotx_inflated *to)
{
	enum iotx_err err = IOTX_OK;
	u8 chunk[CHUNK];
	u32 used = 0;
	int r = Z_OK;

	z->strm.next_in = (Bytef *)data;
	z->strm.avail_in = n;
	while (!err && r != Z_BUF_ERROR) {
		uInt space = room(z, used);

		z->strm.next_out = chunk + used;
		z->strm.avail_out = space;
		r = inflate(&z->strm, Z_SYNC_FLUSH);
		used += space - z->strm.avail_out;
		to->out += space - z->strm.avail_out;
		err = result(z, r, to);
		if (!err && too_much(to, to->in + n - z->strm.avail_in))
			err = IOTX_E_LIMIT;
		if (used && (err || used == CHUNK || r == Z_BUF_ERROR)) {
			to->bytes(to->arg, chunk, used);
			used = 0;
		}
	}
	to->in += n;
	return err;
}

enum iotx_err iotx_inflater_end(struct iotx_inflater *z, struct iotx_inflated *to)
{
	static const u8 tail[] = { 0x00, 0x00, 0xff, 0xff }; /* section 7.2.2 */
	enum iotx_err err = iotx_inflater_push(z, tail, sizeof(tail), to);

	return !err && !z->between ? IOTX_E_BAD : err;
}
