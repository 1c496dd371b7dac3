/* SPDX-License-Identifier: GPL-2.0-only */
/* Outputs that write pcapng: opened, offered frames, and what their file holds then. */
#ifndef IOTXDP_TESTS_NG_LAB_H
#define IOTXDP_TESTS_NG_LAB_H

#include "ng_found.h"
#include "sink_lab.h"
#include <sys/resource.h>

void iotx_ng_lab_add(struct iotx_sinks *sinks, const char *name);
struct iotx_ng_found iotx_ng_lab_found(void);
void iotx_ng_lab_check_sum(const struct iotx_sink *s);

/* Without an interface it is the frame 12345678901 of a file. */
void iotx_ng_lab_frame(struct iotx_sinks *sinks, enum iotx_link link, const char *iface, int dir);

/* No file grows beyond it: a disk that is full. */
void iotx_ng_lab_limit(rlim_t size);

#endif
