// SPDX-License-Identifier: GPL-2.0-only
#include "rule.h"

/* What breaks the format weighs more than what breaks a rule, and both more than a note. */
static int weight(enum iotx_err verdict)
{
	if (verdict == IOTX_E_BAD)
		return 2;
	return verdict != IOTX_OK;
}

static bool is_known(const struct iotx_diag *d, const struct iotx_rule *rule)
{
	for (u32 i = 0; i < d->count; i++)
		if (d->breach[i].rule == rule)
			return true;
	return false;
}

void iotx_diag_breach(struct iotx_diag *d, const struct iotx_rule *rule, enum iotx_err verdict,
		      u32 off)
{
	const struct iotx_breach breach = { rule, off, verdict };
	bool worse = weight(verdict) > weight(d->verdict);

	if (is_known(d, rule))
		return;
	if (d->count < IOTX_BREACHES_MAX)
		d->breach[d->count++] = breach;
	else
		d->beyond++;
	if (!worse)
		return;
	if (d->beyond) /* what the verdict rests on is among them */
		d->breach[IOTX_BREACHES_MAX - 1] = breach;
	d->verdict = verdict;
	d->off = off;
	d->rule = rule->id;
	d->text = rule->text;
}
