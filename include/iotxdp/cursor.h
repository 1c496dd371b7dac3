/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one bounds-checked cursor. Every decoder, in the kernel and in user space,
 * reads untrusted bytes through it and through nothing else.
 *
 * A cursor is a source of bytes, the offset of the next byte and the offset where
 * the layer being read ends. Offsets count from the start of the source, so a
 * cursor can be stored, copied and compared; the pointer is formed anew at every
 * read, after the check. Multi-byte reads convert from network to host order.
 *
 * In the kernel the source is the program's context. A read is a direct packet
 * access where the bytes are linear, else a helper call: tc egress sees GSO
 * packets of which only the headers are linear, and xdp.frags packets continue in
 * fragments. Natively the source is a plain address.
 */
#ifndef IOTXDP_CURSOR_H
#define IOTXDP_CURSOR_H

#include "err.h"
#include "port.h"

#ifdef __bpf__

enum iotx_src_kind { IOTX_SRC_XDP, IOTX_SRC_SKB };

struct iotx_src {
	void *ctx;               /* struct xdp_md or struct __sk_buff */
	enum iotx_src_kind kind; /* a constant at every call site: folds away */
	bool brief; /* so is this: reads what is linear; what takes more is for another cursor */
};

/* Direct packet access: an offset the verifier must see bounded, in sum below 65,535. */
#define IOTX_DIRECT_MAX 0x7fff

/*
 * The bounds test of the kernel: base + offset + size against the end of the linear part. The
 * bytes are read by the word, as if they were aligned: the CPUs that BPF is compiled for do not
 * mind, and the verifier refuses it on others.
 */
#define IOTX_SRC_LINEAR(type, src, off, dst, n)                                                 \
	({                                                                                      \
		type *md_ = (src)->ctx;                                                         \
		u64 o_ = (off);                                                                 \
		bool read_ = false;                                                             \
		if (o_ <= IOTX_DIRECT_MAX) {                                                    \
			if (!__builtin_constant_p(o_)) {                                        \
				IOTX_OPAQUE(o_);                                                \
				o_ &= IOTX_DIRECT_MAX;                                          \
			}                                                                       \
			const u8 *p_ = (const u8 *)(long)md_->data + o_;                        \
			if (p_ + (n) <= (const u8 *)(long)md_->data_end) {                      \
				__builtin_memcpy(dst, __builtin_assume_aligned(p_, 8), n);      \
				read_ = true;                                                   \
			}                                                                       \
		}                                                                               \
		read_;                                                                          \
	})

IOTX_FN bool iotx_has_xdp_load_bytes(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_xdp_load_bytes);
}

/* Copies n bytes (a constant) at off; the caller has checked off + n against its layer. */
IOTX_FN enum iotx_err iotx_src_read(const struct iotx_src *src, u32 off, void *dst, u32 n)
{
	if (src->kind == IOTX_SRC_XDP) {
		if (IOTX_SRC_LINEAR(struct xdp_md, src, off, dst, n))
			return IOTX_OK;
		if (src->brief || !iotx_has_xdp_load_bytes()) /* before 5.18 */
			return IOTX_E_LIMIT;
		return bpf_xdp_load_bytes(src->ctx, off, dst, n) ? IOTX_E_SHORT : IOTX_OK;
	}
	if (IOTX_SRC_LINEAR(struct __sk_buff, src, off, dst, n))
		return IOTX_OK;
	if (src->brief)
		return IOTX_E_LIMIT;
	return bpf_skb_load_bytes(src->ctx, off, dst, n) ? IOTX_E_SHORT : IOTX_OK;
}

#else

struct iotx_src {
	const u8 *base;
};

IOTX_FN enum iotx_err iotx_src_read(const struct iotx_src *src, u32 off, void *dst, u32 n)
{
	__builtin_memcpy(dst, src->base + off, n);
	return IOTX_OK;
}

#endif

struct iotx_cur {
	struct iotx_src src;
	u32 off; /* of the next byte */
	u32 end; /* one past the last byte of this layer that was captured */
};

IOTX_FN u32 iotx_cur_left(const struct iotx_cur *c)
{
	return c->off < c->end ? c->end - c->off : 0;
}

/* Copies the n (constant) bytes at absolute offset `at` without moving. */
IOTX_FN enum iotx_err iotx_cur_peek(const struct iotx_cur *c, u32 at, void *dst, u32 n)
{
	if (at > c->end || c->end - at < n)
		return IOTX_E_SHORT;
	return iotx_src_read(&c->src, at, dst, n);
}

/* Copies the next n (constant) bytes and moves past them. */
IOTX_FN enum iotx_err iotx_cur_read(struct iotx_cur *c, void *dst, u32 n)
{
	enum iotx_err err = iotx_cur_peek(c, c->off, dst, n);

	if (!err)
		c->off += n;
	return err;
}

IOTX_FN enum iotx_err iotx_cur_skip(struct iotx_cur *c, u32 n)
{
	if (n > c->end || c->off > c->end - n)
		return IOTX_E_SHORT;
	c->off += n;
	return IOTX_OK;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define IOTX_FROM_BE(bits, v) __builtin_bswap##bits(v)
#else
#define IOTX_FROM_BE(bits, v) (v)
#endif

/* By the word, where the compiler knows that it may. */
IOTX_FN u16 iotx_be16(const u8 *p)
{
	u16 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return IOTX_FROM_BE(16, v);
}

IOTX_FN u32 iotx_be32(const u8 *p)
{
	u32 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return IOTX_FROM_BE(32, v);
}

IOTX_FN enum iotx_err iotx_cur_u8(struct iotx_cur *c, u8 *value)
{
	return iotx_cur_read(c, value, 1);
}

IOTX_FN enum iotx_err iotx_cur_be16(struct iotx_cur *c, u16 *value)
{
	u8 b[2];
	enum iotx_err err = iotx_cur_read(c, b, 2);

	if (!err)
		*value = iotx_be16(b);
	return err;
}

IOTX_FN enum iotx_err iotx_cur_be32(struct iotx_cur *c, u32 *value)
{
	u8 b[4];
	enum iotx_err err = iotx_cur_read(c, b, 4);

	if (!err)
		*value = iotx_be32(b);
	return err;
}

/*
 * The first bytes of a layer, copied once: what tells protocols apart lies within
 * them, and a small buffer of constant size is cheap to look at again and again.
 */
#define IOTX_HEAD_MAX 16

struct iotx_head {
	__attribute__((aligned(8)))
	u8 b[IOTX_HEAD_MAX];
	u8 len; /* bytes present; the rest is zero */
};

/* *head must be zero. */
IOTX_FN void iotx_head_read(const struct iotx_cur *c, struct iotx_head *head)
{
	if (!iotx_cur_peek(c, c->off, head->b, IOTX_HEAD_MAX)) {
		head->len = IOTX_HEAD_MAX;
		return;
	}
	for (u32 i = 0; i < IOTX_HEAD_MAX; i++) {
		if (iotx_cur_peek(c, c->off + i, &head->b[i], 1))
			break;
		head->len = (u8)(i + 1);
	}
}

/*
 * Forgets what is known of the offset, so that all paths that meet here look
 * alike and the verifier prunes instead of multiplying them. To be called at loop
 * heads and between layers; header offsets are far below the bound.
 */
IOTX_FN enum iotx_err iotx_cur_join(struct iotx_cur *c)
{
	u32 off = c->off;

	if (off > 0x7fff)
		return IOTX_E_LIMIT;
	IOTX_OPAQUE(off);
	c->off = off & 0x7fff;
	return IOTX_OK;
}

#endif
