// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each program costs the verifier, far enough below its limit of a million
 * instructions that other kernels, which count a little differently, load it too.
 */
#include "bpf_run.h"

#include <input/feature.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CEILING 300000

static u32 processed(enum iotx_bpf_prog prog)
{
	static char log[1 << 16];
	struct iotx_bpf_opts opts = { .prog = prog, .sample_one_in = 1, .budget = IOTX_BUDGET_DEFAULT,
				      .log = log, .log_size = sizeof(log) };
	struct iotx_bpf *b = iotx_bpf_open(&opts);
	const char *line = strstr(log, "processed ");
	u32 n = 0;

	if (!b || !line || sscanf(line, "processed %u insns", &n) != 1)
		print_message("%s: %s\n", iotx_bpf_name(prog), log);
	iotx_bpf_close(b);
	return n;
}

/* Is it loaded here? */
static bool has_its_means(enum iotx_bpf_prog prog)
{
	if (prog == IOTX_BPF_XDP_PLAIN || prog == IOTX_BPF_TC_PLAIN)
		return true;
	return iotx_feature(IOTX_FEATURE_LOOP) &&
	       (prog != IOTX_BPF_XDP_FRAGS || iotx_feature(IOTX_FEATURE_FRAGS));
}

static void programs_stay_below_the_ceiling(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		u32 n;

		if (!has_its_means(prog))
			continue;
		n = processed(prog);
		print_message("# %u of %u instructions: %s\n", n, CEILING, iotx_bpf_name(prog));
		assert_in_range(n, 1, CEILING);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_stay_below_the_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
