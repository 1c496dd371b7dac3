// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole lines whatever happens: disks that fill up anywhere in a line, other writers,
 * slow readers, signals. What is counted as written is what can be read.
 */
#include "redirect.h"
#include "sink_lab.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The file may grow to so many bytes and no further: the last line is cut anywhere. */
static void test_torn_line_is_taken_back(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (u32 room = 0; room < 3000; room += 7) {
		struct iotx_sinks sinks = {};
		u64 written;

		assert_int_equal(iotx_lab_add(&sinks, iotx_lab_spec), 0);
		limit_files(room);
		iotx_lab_offer(&sinks, 20);
		iotx_lab_flush(&sinks);
		limit_files(RLIM_INFINITY);
		iotx_lab_check_sum(&sinks.list[0]);
		written = sinks.list[0].written;
		assert_true(written < 20);
		assert_int_equal(iotx_lab_lines_in(iotx_lab_path), written);
		iotx_lab_offer(&sinks, 5);
		assert_int_equal(iotx_lab_finish(&sinks), -EFBIG);
		assert_int_equal(iotx_lab_said(), 1);
		iotx_lab_check_sum(&sinks.list[0]);
		assert_int_equal(sinks.list[0].written, written + 5);
		assert_int_equal(iotx_lab_lines_in(iotx_lab_path), written + 5);
	}
	unlink(iotx_lab_path);
}

/*
 * Where another program has written behind the torn line nothing may be cut off:
 * the line is completed when there is room.
 */
static void test_torn_line_is_completed(void **state)
{
	(void)state;
	for (u32 room = 0; room < 3000; room += 7) {
		struct iotx_sinks sinks = {};
		struct iotx_sink *s = &sinks.list[0];
		struct stat st;

		assert_int_equal(iotx_lab_add(&sinks, iotx_lab_spec), 0);
		assert_int_equal(truncate(iotx_lab_path, 100000), 0);
		limit_files(room);
		for (u32 i = 0; i < 3; i++) {
			iotx_lab_offer(&sinks, 10);
			iotx_lab_flush(&sinks);
			iotx_lab_check_sum(s);
			if (i == 1) /* a little further, most often within the same line */
				limit_files(room + 20);
		}
		limit_files(RLIM_INFINITY);
		assert_int_equal(stat(iotx_lab_path, &st), 0);
		assert_int_equal(st.st_size, 100000);
		iotx_lab_offer(&sinks, 200);
		iotx_lab_flush(&sinks);
		iotx_lab_check_sum(s);
		assert_int_equal(iotx_lab_finish(&sinks), -EFBIG);
		assert_int_equal(iotx_lab_said(), 1);
		assert_true(s->written >= 200);
		assert_int_equal(iotx_lab_lines_in(iotx_lab_path), s->written);
	}
	unlink(iotx_lab_path);
}

static void fill_disk(struct iotx_sinks *sinks)
{
	char ballast[IOTX_LAB_PATH_MAX];
	int fd;

	snprintf(ballast, sizeof(ballast), "%s/ballast", iotx_lab_dir);
	fd = open(ballast, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(fd < 0 ? -1 : posix_fallocate(fd, 0, 16384), 0);
	assert_int_equal(iotx_lab_add(sinks, iotx_lab_spec), 0);
	iotx_lab_offer(sinks, 1000);
	iotx_lab_flush(sinks);
	iotx_lab_check_sum(&sinks->list[0]);
	assert_true(sinks->list[0].written > 10);
	assert_true(sinks->list[0].dropped > 10);
	assert_int_equal(iotx_lab_lines_in(iotx_lab_path), sinks->list[0].written);
	close(fd);
	unlink(ballast);
}

/* A disk of 64 KiB fills up, and goes on when there is room again. */
static void test_full_disk(void **state)
{
	struct iotx_sinks sinks = {};
	u64 written;

	(void)state;
	if (mount("tmpfs", iotx_lab_dir, "tmpfs", 0, "size=64k")) {
		print_message("skipped: cannot mount a small disk: %s\n", strerror(errno));
		skip();
	}
	fill_disk(&sinks);
	written = sinks.list[0].written;
	iotx_lab_offer(&sinks, 10);
	assert_int_equal(iotx_lab_finish(&sinks), -ENOSPC);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].written, written + 10);
	assert_int_equal(iotx_lab_lines_in(iotx_lab_path), written + 10);
	assert_int_equal(iotx_lab_said(), 1);
	unlink(iotx_lab_path);
	assert_int_equal(umount(iotx_lab_dir), 0);
}

/* --- a slow reader, signals, a pipe that does not block --------------------------------------- */

static void on_alarm(int signal)
{
	(void)signal;
}

static void interrupt_often(bool on)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval every = { { 0, on ? 500 : 0 }, { 0, on ? 500 : 0 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

/* Copies a pipe to a file in small steps. */
static pid_t start_reader(int ends[2])
{
	pid_t pid = fork();
	char part[777];
	ssize_t n;
	int out;

	if (pid)
		return pid;
	close(ends[1]);
	out = open(iotx_lab_path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	while ((n = read(ends[0], part, sizeof(part))) > 0) {
		if (write(out, part, (size_t)n) != n)
			_exit(1);
	}
	_exit(n < 0);
}

static void through_pipe(int flags)
{
	struct iotx_sinks sinks = {};
	int ends[2], saved, status;
	pid_t reader;

	assert_int_equal(pipe(ends), 0);
	reader = start_reader(ends);
	close(ends[0]);
	fcntl(ends[1], F_SETFL, flags);
	saved = iotx_redirect(STDOUT_FILENO, ends[1]);
	close(ends[1]);
	iotx_lab_add(&sinks, "json");
	interrupt_often(true);
	iotx_lab_offer(&sinks, 20000);
	iotx_lab_flush(&sinks);
	interrupt_often(false);
	iotx_lab_finish(&sinks);
	iotx_restore(STDOUT_FILENO, saved);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	assert_int_equal(sinks.list[0].written, 20000);
	assert_int_equal(iotx_lab_lines_in(iotx_lab_path), 20000);
	unlink(iotx_lab_path);
}

static void test_slow_reader(void **state)
{
	(void)state;
	through_pipe(0);
	through_pipe(O_NONBLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torn_line_is_taken_back),
		cmocka_unit_test(test_torn_line_is_completed),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_slow_reader),
	};

	return cmocka_run_group_tests_name("lines", tests, iotx_lab_setup, iotx_lab_teardown);
}
