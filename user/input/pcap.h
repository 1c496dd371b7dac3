/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames from a capture file. */
#ifndef IOTXDP_INPUT_PCAP_H
#define IOTXDP_INPUT_PCAP_H

#include "input.h"

struct iotx_pcap;

/*
 * "-" is standard input. On failure says why and returns -errno; -EINTR, without a
 * word, when a signal interrupted it.
 */
int iotx_pcap_open(struct iotx_pcap **out, const char *path);

/*
 * The next frame: 1. The end: 0. Damage, behind which nothing can be read: says so,
 * naming the frame, and returns -errno; -EINTR as above.
 */
int iotx_pcap_next(struct iotx_pcap *p, struct iotx_frame *frame);

void iotx_pcap_close(struct iotx_pcap *p);

#endif
