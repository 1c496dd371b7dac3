/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line. One table of rows drives parsing, --help and the check of the man page. */
#ifndef IOTXDP_CLI_OPTIONS_H
#define IOTXDP_CLI_OPTIONS_H

#include "event_types.h"
#include "input/input.h"
#include "output/sink.h"

#include <stdio.h>

enum iotx_command { IOTX_CMD_WATCH, IOTX_CMD_READ, IOTX_CMD_HELP, IOTX_CMD_VERSION };

#define IOTX_IFACES_MAX 64

struct iotx_options {
	enum iotx_command command;
	const char *read_path;
	const char *filter; /* of frames that are read; NULL: none */
	const char *outputs[IOTX_SINKS_MAX]; /* as given: SINK[:ARG] */
	u32 output_count;
	u64 count;       /* events after which to stop; 0: no end */
	u64 duration_ns; /* after which to stop; 0: no end */
	iotx_event_types events; /* and no others; 0: all */
	bool show_secrets;
	bool append;
	bool quiet;
	struct iotx_live_config live; /* sampling and ports hold for files too */
	u32 ports_given;              /* bit per protocol whose default ports are replaced */
	char **ifaces;
	u32 iface_count;
};

struct iotx_option {
	char letter;      /* 0: long form only */
	const char *name; /* of the long form */
	const char *arg;  /* NULL: takes none */
	const char *help;
	/* Takes the argument; false: it means nothing to this option. */
	bool (*set)(struct iotx_options *o, const char *arg);
};

extern const struct iotx_option iotx_option_table[];
extern const u32 iotx_option_count;

/*
 * Permutes argv. 0, or -EINVAL after saying on standard error what is wrong; *o is
 * filled with the defaults first.
 */
int iotx_options_parse(struct iotx_options *o, int argc, char **argv);

void iotx_help_usage(FILE *f); /* the synopsis */
void iotx_help(void);          /* all of it, on standard output */

#endif
