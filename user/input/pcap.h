/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames from a capture of the classic format, whose header libpcap judges. */
#ifndef IOTXDP_INPUT_PCAP_H
#define IOTXDP_INPUT_PCAP_H

#include "file.h"

extern const struct iotx_file_class iotx_pcap_class;

#endif
