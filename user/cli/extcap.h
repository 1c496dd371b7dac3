/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wireshark's extcap: programs that list interfaces and capture from one of them into a
 * FIFO. The questions are answered here; a capture is a run like any other.
 */
#ifndef IOTXDP_CLI_EXTCAP_H
#define IOTXDP_CLI_EXTCAP_H

#include "options.h"

/* Is it Wireshark that calls? */
bool iotx_extcap_calls(int argc, char **argv);

/*
 * Answers, and returns the exit status; or, asked for a capture, fills in *o for a run and
 * returns -1.
 */
int iotx_extcap(struct iotx_options *o, int argc, char **argv);

#endif
