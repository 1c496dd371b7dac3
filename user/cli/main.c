// SPDX-License-Identifier: GPL-2.0-only
/* iotxdp: MQTT and CoAP on network interfaces and in captures. */
#include "extcap.h"
#include "options.h"
#include "run.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* A file that we open must not become standard output, nor the summary land in it. */
static void fill_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	static struct iotx_options options;

	int status;

	fill_standard_fds();
	if (iotx_extcap_calls(argc, argv)) {
		status = iotx_extcap(&options, argc, argv);
		return status < 0 ? iotx_run(&options) : status;
	}
	if (iotx_options_parse(&options, argc, argv))
		return 2;
	if (options.command == IOTX_CMD_HELP) {
		iotx_help();
		return 0;
	}
	if (options.command == IOTX_CMD_VERSION) {
		puts("iotxdp " IOTX_VERSION);
		return 0;
	}
	return iotx_run(&options);
}
