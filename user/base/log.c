// SPDX-License-Identifier: GPL-2.0-only
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024
#define ERASE_LINE "\r\x1b[K"

static bool be_quiet;
static bool status_shown;

static void put(const char *text, size_t len)
{
	if (write(STDERR_FILENO, text, len) < 0)
		return; /* there is nobody left to tell */
}

void iotx_status_end(void)
{
	if (status_shown)
		put(ERASE_LINE, strlen(ERASE_LINE));
	status_shown = false;
}

void iotx_status(const char *format, ...)
{
	char line[LINE_MAX_BYTES] = ERASE_LINE;
	size_t head = strlen(line);
	va_list args;

	va_start(args, format);
	if (vsnprintf(line + head, sizeof(line) - head, format, args) >= 0)
		put(line, strlen(line));
	va_end(args);
	status_shown = true;
}

/* In one system call, so that lines of several programs do not mix. */
static void say(const char *format, va_list args)
{
	char line[LINE_MAX_BYTES];
	int head = snprintf(line, sizeof(line), "iotxdp: ");
	size_t room = sizeof(line) - (size_t)head - 1;
	size_t len;

	if (vsnprintf(line + head, room, format, args) < 0)
		return;
	len = strlen(line);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	}
	line[len++] = '\n';
	iotx_status_end();
	put(line, len);
}

void iotx_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void iotx_info(const char *format, ...)
{
	va_list args;

	if (be_quiet)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void iotx_log_quiet(bool quiet)
{
	be_quiet = quiet;
}
