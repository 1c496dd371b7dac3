// SPDX-License-Identifier: GPL-2.0-only
#include "ng_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

struct iotx_ng_found iotx_ng_lab_found(void)
{
	return iotx_ng_found_in(iotx_lab_path);
}

void iotx_ng_lab_add(struct iotx_sinks *sinks, const char *name)
{
	char spec[IOTX_LAB_SPEC_MAX];

	unlink(iotx_lab_path);
	snprintf(spec, sizeof(spec), "%s:%s", name, iotx_lab_path);
	assert_int_equal(iotx_lab_add(sinks, spec), 0);
}

void iotx_ng_lab_check_sum(const struct iotx_sink *s)
{
	assert_int_equal(s->offered, s->written + s->dropped + s->beside);
}

static u8 bytes[300];

void iotx_ng_lab_frame(struct iotx_sinks *sinks, enum iotx_link link, const char *iface, int dir)
{
	const struct iotx_kernel_view view = { .dir = (enum iotx_dir)dir };
	const struct iotx_frame frame = {
		.data = bytes,
		.cap_len = 61,
		.wire_len = 1500,
		.ts_ns = 1714566896123456789ull,
		.number = iface ? 0 : 12345678901ull,
		.link = link,
		.iface = iface,
		.kernel = iface ? &view : NULL,
	};

	iotx_sinks_frame(sinks, &frame);
}

void iotx_ng_lab_limit(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
