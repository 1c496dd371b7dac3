/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A visitor that writes down what it is shown, as compact JSON but for two things
 * that JSON has no form for: a number with a name is 135(Not authorized), octets are
 * <00ff>. What it checks itself: that opens and closes match.
 */
#ifndef IOTXDP_TESTS_RECORD_H
#define IOTXDP_TESTS_RECORD_H

#include <base/visitor.h>

#define IOTX_RECORD_MAX 65536

struct iotx_record {
	struct iotx_visitor visitor; /* show_secrets may be set */
	bool brief;                  /* leave out what has the weight IOTX_DETAIL */
	bool broken;                 /* did not fit, or a close without its open */
	bool comma;
	u32 depth;
	u32 len;
	char text[IOTX_RECORD_MAX];
};

void iotx_record_init(struct iotx_record *r);

/* What show() shows of msg. The text belongs to r and lives until the next call. */
typedef void (*iotx_record_fn)(const void *msg, struct iotx_visitor *v);
const char *iotx_record_show(struct iotx_record *r, iotx_record_fn show, const void *msg);

#endif
