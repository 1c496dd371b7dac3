// SPDX-License-Identifier: GPL-2.0-only
/* What a message breaks: recorded, made events of, counted by rule. */
#include "cli/findings.h"
#include "fake_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RULES 80

static struct iotx_rule rule[RULES];
static char ids[RULES][8];

static int rules_make(void **state)
{
	(void)state;
	for (u32 i = 0; i < RULES; i++) {
		snprintf(ids[i], sizeof(ids[i]), "R-%u", i);
		rule[i] = (struct iotx_rule){ ids[i], IOTX_ERROR, ids[i] };
	}
	rule[1].severity = IOTX_NOTE;
	return 0;
}

/* --- the record ----------------------------------------------------------------------------- */

static void the_first_of_the_worst_is_the_verdict(void **state)
{
	struct iotx_diag d;

	(void)state;
	memset(&d, 0xa5, sizeof(d));
	iotx_diag_clear(&d);
	iotx_diag_breach(&d, &rule[1], IOTX_OK, 1);
	assert_int_equal(d.verdict, IOTX_OK);
	assert_null(d.rule);
	iotx_diag_breach(&d, &rule[2], IOTX_E_RULE, 2);
	iotx_diag_breach(&d, &rule[3], IOTX_E_RULE, 3);
	assert_string_equal(d.rule, "R-2");
	iotx_diag_breach(&d, &rule[4], IOTX_E_BAD, 4);
	iotx_diag_breach(&d, &rule[5], IOTX_E_BAD, 5);
	iotx_diag_breach(&d, &rule[6], IOTX_E_RULE, 6);
	assert_int_equal(d.verdict, IOTX_E_BAD);
	assert_string_equal(d.rule, "R-4");
	assert_int_equal(d.off, 4);
	assert_int_equal(d.count, 6);
}

static void a_rule_is_recorded_once(void **state)
{
	struct iotx_diag d = {};

	(void)state;
	for (u32 i = 0; i < 1000; i++)
		iotx_diag_breach(&d, &rule[2], IOTX_E_RULE, i);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.beyond, 0);
	assert_int_equal(d.breach[0].off, 0);
}

/* What is beyond the room is counted; what the verdict rests on finds a place. */
static void full(void **state)
{
	struct iotx_diag d = {};

	(void)state;
	for (u32 i = 0; i < IOTX_BREACHES_MAX; i++)
		iotx_diag_breach(&d, &rule[10 + i], IOTX_E_RULE, i);
	assert_int_equal(d.beyond, 0);
	iotx_diag_breach(&d, &rule[30], IOTX_E_RULE, 30);
	assert_int_equal(d.beyond, 1);
	assert_ptr_equal(d.breach[IOTX_BREACHES_MAX - 1].rule, &rule[10 + IOTX_BREACHES_MAX - 1]);
	iotx_diag_breach(&d, &rule[31], IOTX_E_BAD, 31);
	assert_int_equal(d.beyond, 2);
	assert_int_equal(d.count, IOTX_BREACHES_MAX);
	assert_ptr_equal(d.breach[IOTX_BREACHES_MAX - 1].rule, &rule[31]);
	assert_string_equal(d.rule, "R-31");
}

/* --- events --------------------------------------------------------------------------------- */

static char log_text[1024];

static void note_event(void *arg, const struct iotx_event *ev)
{
	char title[IOTX_TITLE_MAX];
	size_t len = strlen(log_text);

	(void)arg;
	assert_ptr_equal(ev->cls, &iotx_finding_event);
	snprintf(log_text + len, sizeof(log_text) - len, "%s %s %s@%u; ",
		 ev->cls->title(ev->msg, title), iotx_verdict_name(ev->verdict), ev->diag.rule,
		 ev->diag.off);
}

static const char *found(const struct iotx_event *ev)
{
	log_text[0] = '\0';
	iotx_findings_of(ev, note_event, NULL);
	return log_text;
}

static void every_breach_is_a_finding(void **state)
{
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	assert_string_equal(found(&ev), "");
	iotx_diag_breach(&ev.diag, &rule[1], IOTX_OK, 1);
	assert_string_equal(found(&ev), "note fake HELLO ok R-1@1; ");
	iotx_diag_breach(&ev.diag, &rule[2], IOTX_E_RULE, 2);
	iotx_diag_breach(&ev.diag, &rule[3], IOTX_E_BAD, 3);
	ev.verdict = ev.diag.verdict;
	assert_string_equal(found(&ev), "note fake HELLO ok R-1@1; "
					"error fake HELLO violation R-2@2; "
					"error fake HELLO malformed R-3@3; ");
}

/* Decoders that record nothing have their one rule in the verdict; others have none. */
static void by_the_verdict_alone(void **state)
{
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	ev.diag.rule = "X";
	assert_string_equal(found(&ev), "");
	ev.verdict = IOTX_E_RULE;
	assert_string_equal(found(&ev), "warning fake HELLO violation X@0; ");
	ev.verdict = IOTX_E_BAD;
	assert_string_equal(found(&ev), "error fake HELLO malformed X@0; ");
	ev.verdict = IOTX_E_LIMIT;
	assert_string_equal(found(&ev), "");
}

static void a_long_title_is_cut(void **state)
{
	const struct iotx_finding f = {
		.protocol = "mqtt",
		.message = "a title that is so long that it does not fit into what a title has",
	};
	char title[IOTX_TITLE_MAX];

	(void)state;
	assert_string_equal(iotx_finding_event.title(&f, title), "note mqtt");
}

/* --- the summary ---------------------------------------------------------------------------- */

static struct iotx_findings counted;

static void count(u32 i, u32 times)
{
	const struct iotx_finding f = { .protocol = "fake", .severity = rule[i].severity };
	const struct iotx_event ev = {
		.cls = &iotx_finding_event,
		.msg = &f,
		.diag = { .rule = rule[i].id, .text = rule[i].text },
	};

	while (times--)
		iotx_findings_count(&counted, &ev);
}

static const char *printed(void)
{
	static char text[8192];
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	iotx_findings_print(f, &counted);
	fclose(f);
	return text;
}

static void the_most_frequent_first(void **state)
{
	struct iotx_fake_msg msg = {};
	struct iotx_event other = iotx_fake_event(&msg);

	(void)state;
	memset(&counted, 0, sizeof(counted));
	iotx_findings_count(&counted, &other);
	assert_string_equal(printed(), "");
	count(1, 2);
	count(2, 3);
	count(3, 2);
	assert_string_equal(printed(), "findings\n"
				       "  R-2                             3  error    R-2\n"
				       "  R-1                             2  note     R-1\n"
				       "  R-3                             2  error    R-3\n");
}

/* More rules than rows, and more rows than lines: nothing is lost of the sum. */
static void bounded(void **state)
{
	const char *text;
	u64 sum = 0;
	u32 lines = 0;

	(void)state;
	memset(&counted, 0, sizeof(counted));
	for (u32 i = 0; i < RULES; i++)
		count(i, 1 + i % 7);
	text = printed();
	for (const char *at = strchr(text, '\n') + 1; *at; at = strchr(at, '\n') + 1, lines++) {
		unsigned long long n;

		assert_int_equal(sscanf(at + 22, "%llu", &n), 1);
		sum += n;
	}
	assert_int_equal(lines, IOTX_FINDINGS_SHOWN + 1);
	for (u32 i = 0; i < RULES; i++)
		sum -= 1 + i % 7;
	assert_int_equal(sum, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_of_the_worst_is_the_verdict),
		cmocka_unit_test(a_rule_is_recorded_once),
		cmocka_unit_test(full),
		cmocka_unit_test(every_breach_is_a_finding),
		cmocka_unit_test(by_the_verdict_alone),
		cmocka_unit_test(a_long_title_is_cut),
		cmocka_unit_test(the_most_frequent_first),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, rules_make, NULL);
}
