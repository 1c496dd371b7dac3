/* SPDX-License-Identifier: GPL-2.0-only */
/* How often which rule was broken, for the summary. */
#ifndef IOTXDP_CLI_FINDINGS_H
#define IOTXDP_CLI_FINDINGS_H

#include "core/finding.h"

#include <stdio.h>

#define IOTX_FINDINGS_RULES 64 /* told apart */
#define IOTX_FINDINGS_SHOWN 16 /* in the summary: the most frequent */

struct iotx_findings {
	struct {
		const char *rule, *text;
		enum iotx_severity severity;
		u64 count;
	} row[IOTX_FINDINGS_RULES];
	u32 rows;
	u64 others; /* of rules that found no row */
};

/* Events that are no findings are passed over. */
void iotx_findings_count(struct iotx_findings *f, const struct iotx_event *ev);

/* Prints nothing when nothing was found. */
void iotx_findings_print(FILE *out, const struct iotx_findings *f);

#endif
