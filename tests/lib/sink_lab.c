// SPDX-License-Identifier: GPL-2.0-only
#include "sink_lab.h"

#include "fake_event.h"
#include "json_check.h"
#include "redirect.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

char iotx_lab_dir[IOTX_TEMP_PATH_MAX];
char iotx_lab_path[IOTX_LAB_PATH_MAX], iotx_lab_spec[IOTX_LAB_SPEC_MAX];

static int heard[2]; /* a pipe: standard error goes there during the calls under test */

int iotx_lab_setup(void **state)
{
	(void)state;
	iotx_temp_template(iotx_lab_dir, "iotxdp-sink");
	if (!mkdtemp(iotx_lab_dir) || pipe2(heard, O_CLOEXEC | O_NONBLOCK))
		return -1;
	snprintf(iotx_lab_path, sizeof(iotx_lab_path), "%s/out", iotx_lab_dir);
	snprintf(iotx_lab_spec, sizeof(iotx_lab_spec), "json:%s", iotx_lab_path);
	return 0;
}

int iotx_lab_teardown(void **state)
{
	(void)state;
	close(heard[0]);
	close(heard[1]);
	umount(iotx_lab_dir); /* a disk that a test which failed has left */
	unlink(iotx_lab_path);
	return rmdir(iotx_lab_dir);
}

static int hear(void)
{
	return iotx_redirect(STDERR_FILENO, heard[1]);
}

u32 iotx_lab_said(void)
{
	char text[4096];
	ssize_t n = read(heard[0], text, sizeof(text));
	u32 lines = 0;

	for (ssize_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

int iotx_lab_add(struct iotx_sinks *sinks, const char *what)
{
	return iotx_lab_add_with(sinks, what, &(struct iotx_sink_options){});
}

int iotx_lab_add_with(struct iotx_sinks *sinks, const char *what,
		      const struct iotx_sink_options *opt)
{
	int saved = hear();
	int err = iotx_sinks_add(sinks, what, opt);

	iotx_restore(STDERR_FILENO, saved);
	return err;
}

void iotx_lab_offer(struct iotx_sinks *sinks, u32 count)
{
	static u8 text[2000];
	struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);
	int saved = hear();

	memset(text, 'x', sizeof(text));
	for (u32 i = 0; i < count; i++) {
		msg.text = iotx_slice(text, i * 37 % sizeof(text));
		iotx_sinks_event(sinks, &ev);
	}
	iotx_restore(STDERR_FILENO, saved);
}

void iotx_lab_flush(struct iotx_sinks *sinks)
{
	int saved = hear();

	iotx_sinks_flush(sinks);
	iotx_restore(STDERR_FILENO, saved);
}

int iotx_lab_finish(struct iotx_sinks *sinks)
{
	int saved = hear();
	int err = iotx_sinks_close(sinks);

	iotx_restore(STDERR_FILENO, saved);
	return err;
}
void iotx_lab_check_sum(const struct iotx_sink *s)
{
	assert_int_equal(s->offered, s->written + s->dropped);
}

u64 iotx_lab_lines_in(const char *file)
{
	FILE *f = fopen(file, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	u64 count = 0;

	assert_non_null(f);
	while ((n = getline(&line, &room, f)) > 0) {
		assert_int_equal(line[n - 1], '\n');
		assert_true(iotx_json_check(line, (size_t)n - 1));
		count++;
	}
	free(line);
	fclose(f);
	return count;
}
