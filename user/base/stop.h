/* SPDX-License-Identifier: GPL-2.0-only */
/* Set by a signal handler: end in order, and wait for nobody. */
#ifndef IOTXDP_BASE_STOP_H
#define IOTXDP_BASE_STOP_H

#include <signal.h>

extern volatile sig_atomic_t iotx_stop;

#endif
