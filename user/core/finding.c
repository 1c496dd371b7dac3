// SPDX-License-Identifier: GPL-2.0-only
#include "core/finding.h"

/* Writes a word and a space behind it, as far as there is room; how much stands then. */
static u32 add_word(char buf[IOTX_TITLE_MAX], u32 at, const char *word)
{
	u32 n = (u32)strlen(word);

	if (n + 2 > IOTX_TITLE_MAX - at)
		return at;
	memcpy(buf + at, word, n);
	buf[at + n] = ' ';
	return at + n + 1;
}

/* "error mqtt PUBLISH" */
static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_finding *f = msg;
	u32 n = add_word(buf, 0, iotx_severity_name(f->severity));

	n = add_word(buf, n, f->protocol);
	if (f->message)
		n = add_word(buf, n, f->message);
	buf[n - 1] = '\0';
	return buf;
}

/* EVE has no object of this name: everything stands in "iotxdp", beside the verdict. */
static void extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_finding *f = msg;

	v->weight = IOTX_DETAIL; /* the title says it */
	v_text(v, "severity", iotx_severity_name(f->severity));
	v_text(v, "protocol", f->protocol);
	if (f->message)
		v_text(v, "message", f->message);
}

const struct iotx_event_class iotx_finding_event = {
	.name = "finding",
	.label = "FINDING",
	.of_rules = true,
	.title = title,
	.extra = extra,
};

static u32 count_of(const struct iotx_event *ev)
{
	if (ev->cls->of_rules)
		return 0;
	if (ev->diag.count)
		return ev->diag.count;
	return ev->diag.rule && (ev->verdict == IOTX_E_BAD || ev->verdict == IOTX_E_RULE);
}

/* A decoder that records no breaches has its one rule in the verdict. */
static struct iotx_event one_of(const struct iotx_event *ev, u32 i, struct iotx_finding *f)
{
	struct iotx_event out = *ev;

	out.cls = &iotx_finding_event;
	out.msg = f;
	out.raw = (struct iotx_slice){};
	out.of_last = true;
	f->severity = ev->verdict == IOTX_E_BAD ? IOTX_ERROR : IOTX_WARNING;
	if (i < ev->diag.count) {
		const struct iotx_breach *b = &ev->diag.breach[i];

		out.verdict = b->verdict;
		out.diag = (struct iotx_diag){
			.off = b->off, .rule = b->rule->id, .text = b->rule->text
		};
		f->severity = b->rule->severity;
	}
	return out;
}

void iotx_findings_of(const struct iotx_event *ev,
		      void (*take)(void *arg, const struct iotx_event *found), void *arg)
{
	struct iotx_finding f = { .protocol = ev->cls->name };
	u32 n = count_of(ev);
	char buf[IOTX_TITLE_MAX];

	if (n)
		f.message = ev->cls->title(ev->msg, buf);
	for (u32 i = 0; i < n; i++) {
		const struct iotx_event found = one_of(ev, i, &f);

		take(arg, &found);
	}
}
