/* SPDX-License-Identifier: GPL-2.0-only */
/* libpcap's filter language (pcap-filter(7)), on frames of any link type that is read. */
#ifndef IOTXDP_INPUT_PCAP_FILTER_H
#define IOTXDP_INPUT_PCAP_FILTER_H

#include "core/frame.h"

struct iotx_filter;

/* 0; -EINVAL, after saying why, for what is no filter of any link type. */
int iotx_filter_check(const char *text);

/* The text is borrowed. 0, or -errno after saying why. */
int iotx_filter_new(struct iotx_filter **out, const char *text);
void iotx_filter_free(struct iotx_filter *f);

/* 1 or 0; -EINVAL, after saying why, when the filter is none of the frame's link type. */
int iotx_filter_passes(struct iotx_filter *f, const struct iotx_frame *frame);

#endif
