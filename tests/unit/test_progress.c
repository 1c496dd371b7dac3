// SPDX-License-Identifier: GPL-2.0-only
/* The line that says how far it is: for a person at a terminal, and for nobody else. */
#include "capture.h"
#include "cli/progress.h"
#include "redirect.h"

#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const u8 empty_capture[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, [17] = 1, [20] = 1 };

/* What one step says on a terminal when its time has come. */
static void step(const struct iotx_run *run, int err_fd, u32 frames)
{
	const char *path = iotx_temp_file(empty_capture, sizeof(empty_capture));
	struct iotx_progress progress;
	struct iotx_file *file;
	int saved;

	assert_int_equal(iotx_file_open(&file, path, NULL), 0);
	unlink(path);
	saved = iotx_redirect(STDERR_FILENO, err_fd);
	iotx_progress_start(&progress, run);
	progress.next_ns = 0;
	for (u32 i = 0; i < frames; i++)
		iotx_progress_step(&progress, file);
	iotx_progress_end();
	iotx_restore(STDERR_FILENO, saved);
	iotx_file_close(file);
}

static size_t heard(int fd, char *text, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t n = 1;

	/* a terminal hands on what was written to it piece by piece, and not at once */
	while (n > 0 && len < size - 1 && poll(&ready, 1, 100) > 0) {
		n = read(fd, text + len, size - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	return len;
}

static void speaks_to_terminals_alone(void **state)
{
	struct iotx_options opt = {}, quiet = { .quiet = true };
	struct iotx_run run = { .opt = &opt };
	int screen, terminal, fds[2];
	char text[256];

	(void)state;
	assert_int_equal(openpty(&screen, &terminal, NULL, NULL, NULL), 0);
	assert_int_equal(pipe(fds), 0);
	step(&run, terminal, 5); /* too few to look at the clock */
	assert_int_equal(heard(screen, text, sizeof(text)), 0);
	step(&run, terminal, 1000); /* once: the next is 200 ms away */
	heard(screen, text, sizeof(text));
	assert_string_equal(text, "\r\x1b[K0.0 of 0.0 MB (100%), 0 frames\r\x1b[K");
	step(&run, fds[1], 1000);
	assert_int_equal(heard(fds[0], text, sizeof(text)), 0);
	run.opt = &quiet;
	step(&run, terminal, 1000);
	assert_int_equal(heard(screen, text, sizeof(text)), 0);
	close(screen);
	close(terminal);
	close(fds[0]);
	close(fds[1]);
}

/* Events that scroll by say enough, and the line would be among them. */
static void gives_way_to_events(void **state)
{
	struct iotx_options opt = {};
	struct iotx_run run = { .opt = &opt, .sinks = { .list = { { .to_stdout = true } }, .count = 1 } };
	int screen, terminal, saved;
	char text[256];

	(void)state;
	assert_int_equal(openpty(&screen, &terminal, NULL, NULL, NULL), 0);
	saved = iotx_redirect(STDOUT_FILENO, terminal);
	step(&run, terminal, 1000);
	iotx_restore(STDOUT_FILENO, saved);
	assert_int_equal(heard(screen, text, sizeof(text)), 0);
	close(screen);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speaks_to_terminals_alone),
		cmocka_unit_test(gives_way_to_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
