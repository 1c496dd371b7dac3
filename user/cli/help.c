// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include "ports.h"

#include <stdio.h>

void iotx_help_usage(FILE *f)
{
	fputs("usage: iotxdp [options] IFACE...     watch interfaces    sudo iotxdp eth0\n"
	      "       iotxdp [options] -r FILE      read a capture      iotxdp -r capture.pcap\n"
	      "see iotxdp --help\n",
	      f);
}

static void option_help(const struct iotx_option *row)
{
	char form[64];
	int len = snprintf(form, sizeof(form), "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
			   row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
			   row->arg ? " " : "", row->arg ? row->arg : "");

	if (len > 30) /* too long for its column */
		printf("  %s\n  %-30s  %s\n", form, "", row->help);
	else
		printf("  %-30s  %s\n", form, row->help);
}

static void sink_help(const char *name, const char *help)
{
	printf("  %-12s %s\n", name, help);
}

void iotx_help(void)
{
	fputs("Counts MQTT and CoAP messages in the kernel, every one, and decodes them.\n\n"
	      "  iotxdp [options] IFACE...     watch interfaces    sudo iotxdp eth0\n"
	      "  iotxdp [options] -r FILE      read a capture      iotxdp -r capture.pcap\n"
	      "\nOptions (also after the operands):\n",
	      stdout);
	for (u32 i = 0; i < iotx_option_count; i++)
		option_help(&iotx_option_table[i]);
	fputs("\nOutputs (-o):\n", stdout);
	iotx_sinks_help(sink_help);
	fputs("\nProtocols and their default ports (-p):\n", stdout);
	iotx_ports_help(stdout);
	fputs("\nExit status: 0 done; 1 failed, or a damaged capture; 2 usage.\n", stdout);
}
