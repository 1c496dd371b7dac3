// SPDX-License-Identifier: GPL-2.0-only
#include "stream.h"
#include <string.h>

void iotx_stream_add(struct iotx_stream *s, struct iotx_rng *r, u8 type, u32 body_len)
{
	size_t from = s->bytes.len, end;
	u8 *marks;

	iotx_msg_mqtt_typed(&s->bytes, r, type, body_len);
	if (iotx_buf_reserve(&s->marks, s->bytes.len - from) ||
	    iotx_buf_reserve(&s->types, s->bytes.len - from))
		abort();
	marks = s->marks.data;
	memset(marks + from, 0, s->bytes.len - from);
	memset(s->types.data + from, type, s->bytes.len - from);
	s->marks.len = s->types.len = s->bytes.len;
	for (end = from + 1; s->bytes.data[end] & 0x80;)
		end++;
	marks[from] = IOTX_MARK_START;
	marks[end] |= type;
	s->count[type]++;
}

u32 iotx_stream_body_len(struct iotx_rng *r, u32 max)
{
	static const u32 limits[] = { 0, 1, 2, 126, 127, 128, 129, 16382, 16383, 16384, 16385,
				      2097151, 2097152 };
	u32 len = iotx_rng_chance(r, 30) ? IOTX_PICK(r, limits) :
		  iotx_rng_chance(r, 80) ? iotx_rng_below(r, 200) : iotx_rng_below(r, max + 1);

	return len > max ? iotx_rng_below(r, max + 1) : len;
}

void iotx_stream_fill(struct iotx_stream *s, struct iotx_rng *r, u32 n, u32 body_max)
{
	while (n--) {
		u8 type = (u8)(1 + iotx_rng_below(r, 15));

		iotx_stream_add(s, r, type, iotx_stream_body_len(r, body_max));
	}
}

void iotx_stream_free(struct iotx_stream *s)
{
	iotx_buf_free(&s->bytes);
	iotx_buf_free(&s->marks);
	iotx_buf_free(&s->types);
	memset(s, 0, sizeof(*s));
}
