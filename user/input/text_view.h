/* SPDX-License-Identifier: GPL-2.0-only */
/* What flows4 and flows6 show, as text that cat prints: pinned BPF iterators. */
#ifndef IOTXDP_INPUT_TEXT_VIEW_H
#define IOTXDP_INPUT_TEXT_VIEW_H

#include <stdbool.h>

/*
 * The iterator over a map that is flows6, or flows4: a file descriptor to pin and close, or
 * -errno where the kernel does not have it or does not permit it.
 */
int iotx_text_view(int map_fd, bool six);

#endif
