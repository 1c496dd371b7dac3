/* SPDX-License-Identifier: GPL-2.0-only */
#include "guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard {
	u8 *map;
	size_t size;
	u8 *end; /* first byte that must not be read */
};

static struct guard guard_new(u32 len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (len + page - 1) / page * page;
	struct guard g = { .size = room + page };

	g.map = mmap(NULL, g.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (g.map == MAP_FAILED || mprotect(g.map + room, page, PROT_NONE)) {
		perror("guard page");
		exit(1);
	}
	g.end = g.map + room;
	return g;
}

static void guard_run(const struct guard *g, const u8 *data, u32 n, iotx_guard_fn fn, void *arg)
{
	if (n)
		memcpy(g->end - n, data, n);
	fn(g->end - n, n, arg);
}

void iotx_guard_whole(const u8 *data, u32 len, iotx_guard_fn fn, void *arg)
{
	struct guard g = guard_new(len);

	guard_run(&g, data, len, fn, arg);
	munmap(g.map, g.size);
}

void iotx_guard_each_prefix(const u8 *data, u32 len, iotx_guard_fn fn, void *arg)
{
	struct guard g = guard_new(len);

	for (u32 n = 0; n <= len; n++)
		guard_run(&g, data, n, fn, arg);
	munmap(g.map, g.size);
}
