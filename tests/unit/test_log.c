// SPDX-License-Identifier: GPL-2.0-only
/* What the program says: whole lines, marked as its own, harmless. */
#include "base/log.h"
#include "redirect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int heard[2], saved;

static void begin(void)
{
	assert_int_equal(pipe(heard), 0);
	saved = iotx_redirect(STDERR_FILENO, heard[1]);
}

static size_t end(char *text, size_t room)
{
	ssize_t n;

	iotx_restore(STDERR_FILENO, saved);
	close(heard[1]);
	n = read(heard[0], text, room - 1);
	close(heard[0]);
	assert_true(n >= 0);
	text[n] = '\0';
	return (size_t)n;
}

static void test_lines(void **state)
{
	char text[256];

	(void)state;
	begin();
	iotx_error("%s: %d", "eth0", 7);
	iotx_info("now");
	iotx_log_quiet(true);
	iotx_info("not said");
	iotx_error("said");
	iotx_log_quiet(false);
	end(text, sizeof(text));
	assert_string_equal(text, "iotxdp: eth0: 7\niotxdp: now\n"
				  "iotxdp: said\n");
}

static void test_names_are_harmless(void **state)
{
	char text[256];

	(void)state;
	begin();
	iotx_error("%s", "a\nb\x1b[2J\x7f");
	end(text, sizeof(text));
	assert_string_equal(text, "iotxdp: a?b?[2J?\n");
}

/* Each takes the line before it away, and leaves nothing behind. */
static void test_status_is_taken_away(void **state)
{
	char text[256];

	(void)state;
	begin();
	iotx_status_end();
	iotx_status("%d%%", 10);
	iotx_status("%d%%", 20);
	iotx_error("damaged");
	iotx_status_end();
	iotx_status("%d%%", 30);
	iotx_status_end();
	end(text, sizeof(text));
	assert_string_equal(text, "\r\x1b[K10%\r\x1b[K20%\r\x1b[Kiotxdp: damaged\n"
				  "\r\x1b[K30%\r\x1b[K");
}

static void test_long_lines_are_cut(void **state)
{
	char text[4096], name[3000];
	size_t len;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	begin();
	iotx_error("%s", name);
	len = end(text, sizeof(text));
	assert_in_range(len, 1000, 1024);
	assert_int_equal(text[len - 1], '\n');
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_names_are_harmless),
		cmocka_unit_test(test_status_is_taken_away),
		cmocka_unit_test(test_long_lines_are_cut),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
