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

	v_text(v, "severity", iotx_severity_name(f->severity));
	v_text(v, "protocol", f->protocol);
	if (f->message)
		v_text(v, "message", f->message);
}

const struct iotx_event_class iotx_finding_event = {
	.name = "finding",
	.label = "FINDING",
	.title = title,
	.extra = extra,
};

bool iotx_finding_of(const struct iotx_event *ev, struct iotx_finding *f, struct iotx_event *out,
		     char buf[IOTX_TITLE_MAX])
{
	if (ev->cls == &iotx_finding_event || !ev->diag.rule ||
	    (ev->verdict != IOTX_E_BAD && ev->verdict != IOTX_E_RULE))
		return false;
	*f = (struct iotx_finding){
		.protocol = ev->cls->name,
		.message = ev->cls->title(ev->msg, buf),
		.severity = ev->verdict == IOTX_E_BAD ? IOTX_ERROR : IOTX_WARNING,
	};
	*out = *ev;
	out->cls = &iotx_finding_event;
	out->msg = f;
	out->raw = (struct iotx_slice){};
	return true;
}
