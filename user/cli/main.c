// SPDX-License-Identifier: GPL-2.0-only
/* iotxdp: MQTT and CoAP on network interfaces and in captures. */
#include "options.h"
#include "run.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	static struct iotx_options options;

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
