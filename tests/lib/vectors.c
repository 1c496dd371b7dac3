// SPDX-License-Identifier: GPL-2.0-only
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void iotx_vectors_open(struct iotx_vectors *v, const char *name)
{
	const char *shared = getenv("IOTXDP_SHARED");
	char path[4096];

	memset(v, 0, sizeof(*v));
	snprintf(path, sizeof(path), "%s/vectors/%s", shared ? shared : "../shared", name);
	v->f = fopen(path, "r");
	if (!v->f) {
		print_message("%s: not there, skipped\n", name);
		skip();
	}
}

bool iotx_vectors_next(struct iotx_vectors *v)
{
	char *rest;

	do {
		if (getline(&v->line, &v->room, v->f) < 0)
			return false;
	} while (*v->line == '#');
	rest = v->line;
	rest[strcspn(rest, "\n")] = '\0';
	for (u32 i = 0; i < IOTX_VECTORS_COLUMNS; i++)
		v->column[i] = rest ? strsep(&rest, "\t") : (char *)"";
	return true;
}

void iotx_vectors_close(struct iotx_vectors *v)
{
	free(v->line);
	fclose(v->f);
}
