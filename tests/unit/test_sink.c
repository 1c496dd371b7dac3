// SPDX-License-Identifier: GPL-2.0-only
/* Outputs as a user asks for them, and what becomes of one whose reader goes away. */
#include "redirect.h"
#include "sink_lab.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* --- what a user may ask for ------------------------------------------------------------- */

struct spec_case {
	const char *what;
	const char *first, *second;
	int want; /* of the last */
};

static const struct spec_case specs[] = {
	{ "nothing by that name", "xml", NULL, -EINVAL },
	{ "a name cut short", "jso", NULL, -EINVAL },
	{ "a name too long", "jsonl", NULL, -EINVAL },
	{ "no name", "", NULL, -EINVAL },
	{ "no name, an argument", ":x", NULL, -EINVAL },
	{ "text takes no argument", "text:x", NULL, -EINVAL },
	{ "none takes no argument", "none:", NULL, -EINVAL },
	{ "json with a colon takes a file", "json:", NULL, -EINVAL },
	{ "text and json on standard output", "text", "json", -EINVAL },
	{ "twice the same", "json", "json", -EINVAL },
	{ "standard output by its other names", "json:-", "json:/dev/stdout", -EINVAL },
	{ "sqlite without a file", "sqlite", NULL, -EINVAL },
	{ "text and none", "text", "none", 0 },
	{ "text, json to a file", "text", "json:/dev/null", 0 },
	{ "no such folder", "json:/nonexistent/out", NULL, -ENOENT },
	{ "a folder", "json:/", NULL, -EISDIR },
};

static void test_specs(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		struct iotx_sinks sinks = {};
		int err = iotx_lab_add(&sinks, specs[i].first);

		if (specs[i].second) {
			assert_int_equal(err, 0);
			err = iotx_lab_add(&sinks, specs[i].second);
		}
		if (err != specs[i].want)
			fail_msg("%s: %s", specs[i].what, strerror(-err));
		if (iotx_lab_said() != !!err)
			fail_msg("%s: one line says why, or none", specs[i].what);
		assert_int_equal(sinks.count, !err + !!specs[i].second);
		assert_int_equal(iotx_lab_finish(&sinks), 0);
	}
}

static void test_too_many(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	for (u32 i = 0; i < IOTX_SINKS_MAX; i++)
		assert_int_equal(iotx_lab_add(&sinks, "none"), 0);
	assert_int_equal(iotx_lab_add(&sinks, "none"), -EINVAL);
	assert_int_equal(iotx_lab_said(), 1);
	iotx_lab_offer(&sinks, 3);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	for (u32 i = 0; i < IOTX_SINKS_MAX; i++)
		assert_int_equal(sinks.list[i].written, 3);
}

static char help_names[64];

static void take_help(const char *name, const char *help)
{
	assert_true(strlen(help) > 10);
	strncat(help_names, name, sizeof(help_names) - strlen(help_names) - 1);
	strncat(help_names, " ", sizeof(help_names) - strlen(help_names) - 1);
}

static void test_help(void **state)
{
	(void)state;
	iotx_sinks_help(take_help);
	assert_string_equal(help_names, "text json sqlite pcapng pdu none ");
}

static void test_no_symbolic_links(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(symlink("/dev/null", iotx_lab_path), 0);
	assert_int_equal(iotx_lab_add(&sinks, iotx_lab_spec), -ELOOP);
	assert_int_equal(iotx_lab_said(), 1);
	unlink(iotx_lab_path);
}

static void test_file(void **state)
{
	struct iotx_sinks sinks = {};
	struct stat st;
	u64 before;

	(void)state;
	umask(0);
	assert_int_equal(iotx_lab_add(&sinks, iotx_lab_spec), 0);
	assert_int_equal(stat(iotx_lab_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	iotx_lab_offer(&sinks, 1000);
	before = sinks.list[0].written;
	assert_in_range(before, 1, 999);
	assert_int_equal(iotx_lab_lines_in(iotx_lab_path), before);
	iotx_lab_flush(&sinks);
	assert_int_equal(sinks.list[0].written, 1000);
	assert_int_equal(iotx_lab_lines_in(iotx_lab_path), 1000);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	unlink(iotx_lab_path);
}

/* --- what may go wrong ----------------------------------------------------------------------- */

static void test_full_device(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_lab_add(&sinks, "json:/dev/full"), 0);
	assert_int_equal(iotx_lab_add(&sinks, "none"), 0);
	iotx_lab_offer(&sinks, 500);
	iotx_lab_flush(&sinks);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].dropped, 500);
	assert_int_equal(sinks.list[1].written, 500);
	assert_false(sinks.quit);
	assert_int_equal(iotx_lab_finish(&sinks), -ENOSPC);
	assert_int_equal(iotx_lab_said(), 1);
}

/* A reader who reads a part and goes: nothing is said, nothing is counted twice. */
static void head_of(const char *name)
{
	struct iotx_sinks sinks = {};
	int ends[2], saved;

	assert_int_equal(pipe(ends), 0);
	saved = iotx_redirect(STDOUT_FILENO, ends[1]);
	iotx_lab_add(&sinks, name);
	close(ends[1]);
	iotx_lab_offer(&sinks, 2);
	iotx_lab_flush(&sinks);
	assert_false(sinks.quit);
	close(ends[0]);
	iotx_lab_offer(&sinks, 500);
	iotx_lab_flush(&sinks);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_restore(STDOUT_FILENO, saved);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].written, 2);
	assert_int_equal(sinks.list[0].dropped, 500);
	assert_true(sinks.quit);
	assert_int_equal(iotx_lab_said(), 0);
}

static void test_reader_gone(void **state)
{
	(void)state;
	head_of("json");
	head_of("text");
}

/* A named pipe is not standard output: there somebody waits for the data. */
static void test_named_pipe_broken(void **state)
{
	struct iotx_sinks sinks = {};
	int reader;

	(void)state;
	assert_int_equal(mkfifo(iotx_lab_path, 0600), 0);
	reader = open(iotx_lab_path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(iotx_lab_add(&sinks, iotx_lab_spec), 0);
	close(reader);
	iotx_lab_offer(&sinks, 10);
	assert_int_equal(iotx_lab_finish(&sinks), -EPIPE);
	assert_false(sinks.quit);
	assert_int_equal(iotx_lab_said(), 1);
	assert_int_equal(sinks.list[0].dropped, 10);
	unlink(iotx_lab_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_no_symbolic_links),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_full_device),
		cmocka_unit_test(test_reader_gone),
		cmocka_unit_test(test_named_pipe_broken),
	};

	return cmocka_run_group_tests_name("sink", tests, iotx_lab_setup, iotx_lab_teardown);
}
