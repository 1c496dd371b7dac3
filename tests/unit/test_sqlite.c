// SPDX-License-Identifier: GPL-2.0-only
/* The database: the file, and what may go wrong with it. */
#include "sqlite_lab.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_append(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	for (int run = 0; run < 2; run++) {
		assert_int_equal(iotx_sqlite_add(&sinks, run), 0);
		iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_connect, NULL);
		assert_int_equal(iotx_sinks_close(&sinks), 0);
		assert_int_equal(sinks.list[0].written, 1);
		memset(&sinks, 0, sizeof(sinks));
		assert_int_equal(iotx_lab_add(&sinks, iotx_sqlite_spec), -EEXIST);
		assert_int_equal(iotx_lab_said(), 1);
	}
	assert_string_equal(iotx_sqlite_query("SELECT id, run FROM mqtt_connection"), "1|1 2|2");
}

/* Appending is asked for: no way to write to what is not ours. */
static void refuses(const char *what, int want)
{
	static const struct iotx_sink_options opt = { .append = true };
	struct iotx_sinks sinks = {};

	if (iotx_sinks_add(&sinks, what, &opt) != want)
		fail_msg("%s is not refused with %s", what, strerror(-want));
}

static void test_refused(void **state)
{
	int fd;

	(void)state;
	refuses("sqlite", -EINVAL);
	refuses("sqlite:", -EINVAL);
	refuses("sqlite:/nonexistent/x.db", -ENOENT);
	refuses("sqlite:/", -EISDIR);
	assert_int_equal(symlink("/dev/null", iotx_lab_path), 0);
	refuses(iotx_sqlite_spec, -ELOOP);
	unlink(iotx_lab_path);
	fd = open(iotx_lab_path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, iotx_sqlite_spec, sizeof(iotx_sqlite_spec)), sizeof(iotx_sqlite_spec));
	close(fd);
	refuses(iotx_sqlite_spec, -EMEDIUMTYPE);
	unlink(iotx_lab_path);
}

static void test_not_ours(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(iotx_lab_path, &db), 0);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE theirs (x)", NULL, NULL, NULL), 0);
	sqlite3_close(db);
	refuses(iotx_sqlite_spec, -EMEDIUMTYPE);
	assert_string_equal(iotx_sqlite_query("SELECT name FROM sqlite_schema"), "theirs");
}

static void offer_many(struct iotx_sinks *sinks, u32 count)
{
	for (u32 i = 0; i < count; i++)
		iotx_sqlite_offer(sinks, "mqtt", iotx_sqlite_publish, iotx_sqlite_publish_own);
}

/* Whole batches, nothing of the one that was open. */
static void test_killed(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		struct iotx_sinks sinks = {};

		if (iotx_sqlite_add(&sinks, false))
			_exit(1);
		offer_many(&sinks, 1000);
		iotx_sinks_flush(&sinks);
		offer_many(&sinks, 500);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_string_equal(iotx_sqlite_query("PRAGMA integrity_check"), "ok");
	assert_string_equal(iotx_sqlite_query("SELECT count(*) FROM event"), "1000");
	assert_string_equal(iotx_sqlite_query("SELECT count(*) FROM mqtt_publish"), "1000");
}

/* A limit on files is as good as a full disk: what is not committed counts as dropped. */
static void test_full(void **state)
{
	struct rlimit before, small = { .rlim_cur = 1 << 20 };
	struct iotx_sinks sinks = {};
	char count[32];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	offer_many(&sinks, 100);
	iotx_lab_flush(&sinks);
	setrlimit(RLIMIT_FSIZE, &small);
	offer_many(&sinks, 20000);
	iotx_lab_flush(&sinks);
	setrlimit(RLIMIT_FSIZE, &before);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_in_range(sinks.list[0].dropped, 1, 20000);
	assert_in_range(sinks.list[0].written, 100, 20099);
	assert_true(sinks.list[0].err < 0);
	offer_many(&sinks, 10); /* the disk has room again */
	iotx_lab_flush(&sinks);
	iotx_lab_check_sum(&sinks.list[0]);
	snprintf(count, sizeof(count), "%llu", (unsigned long long)sinks.list[0].written);
	assert_true(iotx_lab_finish(&sinks) < 0);
	assert_string_equal(iotx_sqlite_query("PRAGMA integrity_check"), "ok");
	assert_string_equal(iotx_sqlite_query("SELECT count(*) FROM event"), count);
}

/* Somebody who reads stands in nobody's way; somebody who writes costs the batch. */
static void test_busy(void **state)
{
	struct iotx_sinks sinks = {};
	sqlite3 *db;

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	assert_int_equal(sqlite3_open(iotx_lab_path, &db), 0);
	assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT * FROM event", NULL, NULL, NULL), 0);
	offer_many(&sinks, 3);
	iotx_lab_flush(&sinks);
	assert_int_equal(sinks.list[0].written, 3);
	assert_int_equal(sqlite3_exec(db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_connect, NULL);
	assert_int_equal(sinks.list[0].dropped, 1);
	assert_int_equal(sinks.list[0].err, -EBUSY);
	sqlite3_close(db);
	offer_many(&sinks, 2);
	assert_int_equal(iotx_lab_finish(&sinks), -EBUSY);
	assert_int_equal(sinks.list[0].written, 5);
	iotx_lab_check_sum(&sinks.list[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IOTX_SQLITE_TEST(test_append),
		IOTX_SQLITE_TEST(test_refused),
		IOTX_SQLITE_TEST(test_not_ours),
		IOTX_SQLITE_TEST(test_killed),
		IOTX_SQLITE_TEST(test_full),
		IOTX_SQLITE_TEST(test_busy),
	};

	return cmocka_run_group_tests_name("sqlite", tests, iotx_lab_setup, iotx_lab_teardown);
}
