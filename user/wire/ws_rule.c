// SPDX-License-Identifier: GPL-2.0-only
#include "ws_rule.h"

static const struct {
	struct iotx_rule rule;
	enum iotx_err verdict;
} rules[] = {
#define X(id, verdict, severity, statement, text)                                               \
	[IOTX_WS_RULE_##id] = { { statement, IOTX_##severity, text }, IOTX_##verdict },
	IOTX_WS_RULES(X)
#undef X
};

const struct iotx_rule *iotx_ws_rule(enum iotx_ws_rule rule)
{
	return &rules[rule].rule;
}

void iotx_ws_breach(struct iotx_diag *diag, enum iotx_ws_rule rule, u32 off)
{
	iotx_diag_breach(diag, &rules[rule].rule, rules[rule].verdict, off);
}
