/* SPDX-License-Identifier: GPL-2.0-only */
/* Where tests put files: below TMPDIR, or /tmp. */
#ifndef IOTXDP_TESTS_TEMP_H
#define IOTXDP_TESTS_TEMP_H

#include <stdio.h>
#include <stdlib.h>

#define IOTX_TEMP_PATH_MAX 512

/* A template for mkstemp() and mkdtemp(). */
static inline void iotx_temp_template(char path[IOTX_TEMP_PATH_MAX], const char *name)
{
	const char *dir = getenv("TMPDIR");
	int n = snprintf(path, IOTX_TEMP_PATH_MAX, "%s/%s-XXXXXX", dir && *dir ? dir : "/tmp", name);

	if (n >= IOTX_TEMP_PATH_MAX) {
		fprintf(stderr, "TMPDIR is too long\n");
		abort();
	}
}

#endif
