/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of a file of $IOTXDP_SHARED/vectors, by default ../shared/vectors. Where it is not
 * there, the test is skipped and says so.
 */
#ifndef IOTXDP_TESTS_VECTORS_H
#define IOTXDP_TESTS_VECTORS_H

#include <iotxdp/port.h>
#include <stdio.h>

#define IOTX_VECTORS_COLUMNS 12

struct iotx_vectors {
	FILE *f;
	char *line;
	size_t room;
	char *column[IOTX_VECTORS_COLUMNS]; /* of the row; those that it lacks are empty */
};

void iotx_vectors_open(struct iotx_vectors *v, const char *name);

/* The next row that is no comment; false at the end. */
bool iotx_vectors_next(struct iotx_vectors *v);
void iotx_vectors_close(struct iotx_vectors *v);

#endif
