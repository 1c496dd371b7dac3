/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames from a file of blocks (pcapng, draft-ietf-opsawg-pcapng): any number of sections
 * of either byte order, and of interfaces with link types and units of time of their own.
 * Blocks that hold no packet are stepped over; what is in them (names, keys of TLS) is
 * never looked at.
 */
#ifndef IOTXDP_INPUT_PCAPNG_H
#define IOTXDP_INPUT_PCAPNG_H

#include "file.h"

#define IOTX_PCAPNG_MAGIC 0x0a0d0d0au       /* the type of a section's first block, a palindrome */
#define IOTX_PCAPNG_BLOCK_MAX (16u << 20)   /* a longer one is damage */
#define IOTX_PCAPNG_INTERFACES_MAX 65536u   /* in a section; more is damage */

extern const struct iotx_file_class iotx_pcapng_class;

#endif
