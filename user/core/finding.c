// SPDX-License-Identifier: GPL-2.0-only
#include "core/finding.h"

static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_finding *f = msg;

	(void)buf;
	return f->protocol;
}

/* EVE has no object of this name: everything stands in "iotxdp", beside the verdict. */
static void extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_finding *f = msg;

	v_text(v, "protocol", f->protocol);
}

const struct iotx_event_class iotx_finding_event = {
	.name = "finding",
	.label = "FINDING",
	.title = title,
	.extra = extra,
};
