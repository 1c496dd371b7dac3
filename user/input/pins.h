/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directory of one interface on bpffs. Whoever holds its lock watches the
 * interface; the kernel lets go of the lock when its holder dies, so what is found
 * there by a new holder is stale.
 */
#ifndef IOTXDP_INPUT_PINS_H
#define IOTXDP_INPUT_PINS_H

#include <limits.h>

struct iotx_pins {
	char root[PATH_MAX];
	char dir[PATH_MAX]; /* root/ifname */
	int lock_fd;        /* of dir; -1: not held */
};

/*
 * Makes and locks root/ifname, mounting bpffs where it belongs if there is none.
 * On failure says why and returns -errno.
 */
int iotx_pins_open(struct iotx_pins *p, const char *root, const char *ifname);

/* Replaces a stale pin of that name. 0 or -errno. */
int iotx_pins_add(const struct iotx_pins *p, int map_fd, const char *name);

/* Removes every pin, the directory, and the root if it is empty; unlocks. */
void iotx_pins_close(struct iotx_pins *p);

#endif
