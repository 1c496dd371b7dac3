// SPDX-License-Identifier: GPL-2.0-only
#include "ng_found.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, STATISTICS = 5, PACKET = 6 };

static u8 file[1 << 20];
static u32 get32(const u8 *p)
{
	u32 value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Calls take for each option of a block, which must end with one of code 0. */
static void walk_options(const u8 *at, const u8 *end, struct iotx_ng_found *f,
			 void (*take)(struct iotx_ng_found *f, u16 code, const u8 *data, u16 len))
{
	u16 head[2] = { 1, 0 };

	while (head[0]) {
		assert_true(at + 4 <= end);
		memcpy(head, at, 4);
		assert_true(at + 4 + (head[1] + 3) / 4 * 4 <= end);
		take(f, head[0], at + 4, head[1]);
		at += 4 + (head[1] + 3) / 4 * 4;
	}
	assert_ptr_equal(at, end);
}

static void take_name(struct iotx_ng_found *f, u16 code, const u8 *data, u16 len)
{
	if (code == 2)
		memcpy(f->names[f->interfaces], data, len);
	if (code == 9)
		assert_int_equal(*data, 9);
}

static void take_packet_option(struct iotx_ng_found *f, u16 code, const u8 *data, u16 len)
{
	if (code == 1) {
		f->comments++;
		snprintf(f->comment, sizeof(f->comment), "%.*s", len, (const char *)data);
	}
	if (code == 2)
		f->flags = get32(data);
	if (code == 5)
		memcpy(&f->id, data, len);
}

static void take_count(struct iotx_ng_found *f, u16 code, const u8 *data, u16 len)
{
	if (code == 4)
		memcpy(&f->seen, data, len);
	if (code == 7)
		memcpy(&f->lost, data, len);
}

static void take_packet(struct iotx_ng_found *f, const u8 *body, const u8 *end)
{
	f->interface = get32(body);
	f->ts_ns = (u64)get32(body + 4) << 32 | get32(body + 8);
	f->cap_len = get32(body + 12);
	f->wire_len = get32(body + 16);
	f->id = f->flags = 0;
	assert_in_range(f->interface, 0, f->interfaces - 1);
	memcpy(f->data, body + 20, f->cap_len < sizeof(f->data) ? f->cap_len : sizeof(f->data));
	walk_options(body + 20 + (f->cap_len + 3) / 4 * 4, end, f, take_packet_option);
	f->packets++;
}

static void take_block(struct iotx_ng_found *f, u32 type, const u8 *body, const u8 *end)
{
	switch (type) {
	case SECTION:
		assert_int_equal(get32(body), 0x1a2b3c4d);
		f->sections++;
		f->interfaces = 0;
		break;
	case INTERFACE:
		memcpy(&f->link[f->interfaces], body, 2);
		walk_options(body + 8, end, f, take_name);
		f->interfaces++;
		break;
	case PACKET:
		take_packet(f, body, end);
		break;
	case STATISTICS:
		assert_in_range(get32(body), 0, f->interfaces - 1);
		walk_options(body + 12, end, f, take_count);
		f->statistics++;
		break;
	default:
		fail_msg("block of type %u", type);
	}
}

struct iotx_ng_found iotx_ng_found_in(const char *path)
{
	struct iotx_ng_found f = {};
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, file, sizeof(file));
	const u8 *at = file, *end = file + n;

	close(fd);
	assert_true(n >= 0);
	while (at < end && get32(at)) {
		u32 len = get32(at + 4);

		assert_true(len >= 12 && len <= (size_t)(end - at) && len % 4 == 0);
		assert_int_equal(get32(at + len - 4), len);
		assert_true(f.sections || get32(at) == SECTION);
		take_block(&f, get32(at), at + 8, at + len - 4);
		at += len;
	}
	return f;
}
