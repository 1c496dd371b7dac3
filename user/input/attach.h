/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on an interface. XDP and tcx are held by links, which the kernel undoes
 * when their holder dies; a filter on clsact is not, and is recognised by its place
 * and its program's name at the next start.
 */
#ifndef IOTXDP_INPUT_ATTACH_H
#define IOTXDP_INPUT_ATTACH_H

#include "input.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stddef.h>

/* enum bpf_attach_type, of 6.6; the headers of Debian 12 are older */
#define IOTX_TCX_EGRESS ((enum bpf_attach_type)47)

struct iotx_target {
	const char *ifname;
	u32 ifindex;
};

struct iotx_xdp {
	int link_fd;        /* -1: not attached */
	bool native;
	int native_refused; /* errno that native mode met before generic mode took it */
};

struct iotx_egress {
	int link_fd;        /* -1: not attached, or a filter */
	bool filter;        /* attached as a filter on clsact */
	bool qdisc;         /* clsact was made here */
	u32 ifindex;
};

/* Does somebody else's program sit where ours is to go? Says so: -EBUSY. */
int iotx_xdp_check_free(const struct iotx_target *t);

/* On failure these say why and return -errno. */
int iotx_xdp_attach(struct iotx_xdp *x, const struct iotx_target *t, int prog_fd,
		    enum iotx_mode mode);
int iotx_egress_attach(struct iotx_egress *e, const struct iotx_target *t, int prog_fd);

/* "native", "generic", and why not native; may write to buf. */
const char *iotx_xdp_describe(const struct iotx_xdp *x, char *buf, size_t size);

/* Does the name of program `id` start with prefix? */
bool iotx_program_is(u32 id, const char *prefix);

void iotx_xdp_detach(struct iotx_xdp *x);
void iotx_egress_detach(struct iotx_egress *e);

/* The interface is gone, or somebody has detached the program by force. */
bool iotx_xdp_gone(const struct iotx_xdp *x);

#endif
