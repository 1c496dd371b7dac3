// SPDX-License-Identifier: GPL-2.0-only
#include "protobuf.h"

#define VARINT_MAX 10 /* bytes of one */

static enum iotx_err varint(struct iotx_cur *c, u64 *value)
{
	u64 sum = 0;

	for (u32 i = 0; i < VARINT_MAX; i++) {
		u8 b;
		enum iotx_err err = iotx_cur_u8(c, &b);

		if (err)
			return err;
		if (i == VARINT_MAX - 1 && b > 1) /* beyond 64 bits */
			return IOTX_E_BAD;
		sum |= (u64)(b & 0x7f) << 7 * i;
		if (b < 0x80) {
			*value = sum;
			return IOTX_OK;
		}
	}
	return IOTX_E_BAD;
}

/* Numbers of constant size have their lowest byte first. */
static enum iotx_err fixed(struct iotx_cur *c, u32 size, u64 *value)
{
	struct iotx_slice bytes;
	enum iotx_err err = iotx_cur_slice(c, size, &bytes);

	if (err)
		return err;
	*value = 0;
	for (u32 i = 0; i < size; i++)
		*value |= (u64)bytes.data[i] << 8 * i;
	return IOTX_OK;
}

static enum iotx_err length_delimited(struct iotx_cur *c, struct iotx_slice *bytes)
{
	u64 len;
	enum iotx_err err = varint(c, &len);

	if (err)
		return err;
	if (len > INT32_MAX) /* no protobuf is longer */
		return IOTX_E_BAD;
	return iotx_cur_slice(c, (u32)len, bytes);
}

static enum iotx_err value_of(struct iotx_cur *c, struct iotx_pb_field *f)
{
	switch (f->type) {
	case IOTX_PB_VARINT:
		return varint(c, &f->value);
	case IOTX_PB_64:
		return fixed(c, 8, &f->value);
	case IOTX_PB_BYTES:
		return length_delimited(c, &f->bytes);
	case IOTX_PB_32:
		return fixed(c, 4, &f->value);
	default:
		return IOTX_E_BAD;
	}
}

enum iotx_err iotx_pb_next(struct iotx_slice *rest, struct iotx_pb_field *f)
{
	struct iotx_cur c = iotx_cur_mem(rest->data, rest->len);
	u64 tag;
	enum iotx_err err = varint(&c, &tag);

	if (err)
		return err;
	*f = (struct iotx_pb_field){ .number = (u32)(tag >> 3), .type = tag & 7 };
	if (tag > UINT32_MAX || !f->number)
		return IOTX_E_BAD;
	err = value_of(&c, f);
	if (!err)
		*rest = iotx_slice(rest->data + c.off, iotx_cur_left(&c));
	return err;
}

enum iotx_err iotx_pb_packed(struct iotx_slice *rest, u64 *value)
{
	struct iotx_cur c = iotx_cur_mem(rest->data, rest->len);
	enum iotx_err err = varint(&c, value);

	if (!err)
		*rest = iotx_slice(rest->data + c.off, iotx_cur_left(&c));
	return err;
}
