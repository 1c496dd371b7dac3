/* SPDX-License-Identifier: GPL-2.0-only */
/* Link types by their numbers: those of files, and libpcap's own where it has others. */
#ifndef IOTXDP_INPUT_PCAP_LINK_H
#define IOTXDP_INPUT_PCAP_LINK_H

#include "core/frame.h"

/* False: its frames cannot be decoded. */
bool iotx_pcap_link(u32 number, enum iotx_link *link);

/* "IEEE802_11"; "unknown" */
const char *iotx_pcap_link_name(u32 number);

#endif
