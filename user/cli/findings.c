// SPDX-License-Identifier: GPL-2.0-only
#include "findings.h"

/* Rules are constants: what is the same sentence is the same rule. */
void iotx_findings_count(struct iotx_findings *f, const struct iotx_event *ev)
{
	const struct iotx_finding *finding = ev->msg;
	u32 i = 0;

	if (ev->cls != &iotx_finding_event)
		return;
	while (i < f->rows && (f->row[i].text != ev->diag.text || f->row[i].rule != ev->diag.rule))
		i++;
	if (i == IOTX_FINDINGS_RULES) {
		f->others++;
		return;
	}
	if (i == f->rows) {
		f->row[i].rule = ev->diag.rule;
		f->row[i].text = ev->diag.text;
		f->row[i].severity = finding->severity;
		f->rows++;
	}
	f->row[i].count++;
}

/* The most frequent row below a count and a place; f->rows: there is none. */
static u32 next_row(const struct iotx_findings *f, u64 below, u32 after)
{
	u32 best = f->rows;

	for (u32 i = 0; i < f->rows; i++) {
		bool later = f->row[i].count < below || (f->row[i].count == below && i > after);

		if (later && (best == f->rows || f->row[i].count > f->row[best].count))
			best = i;
	}
	return best;
}

static void print_row(FILE *out, const struct iotx_findings *f, u32 i)
{
	fprintf(out, "  %-20s %12llu  %-7s  %s\n", f->row[i].rule,
		(unsigned long long)f->row[i].count, iotx_severity_name(f->row[i].severity),
		f->row[i].text);
}

void iotx_findings_print(FILE *out, const struct iotx_findings *f)
{
	u64 left = f->others, below = UINT64_MAX;
	u32 at = 0, shown = 0;

	if (!f->rows)
		return;
	fputs("findings\n", out);
	for (u32 i = 0; i < f->rows; i++)
		left += f->row[i].count;
	for (; shown < IOTX_FINDINGS_SHOWN && shown < f->rows; shown++) {
		at = next_row(f, below, at);
		below = f->row[at].count;
		left -= below;
		print_row(out, f, at);
	}
	if (left)
		fprintf(out, "  %-20s %12llu\n", "of other rules", (unsigned long long)left);
}
