// SPDX-License-Identifier: GPL-2.0-only
#include "tc.h"

#include "attach.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

/* Our place: first in line, under a handle that spells "iotx". */
#define TC_PRIORITY 1
#define TC_HANDLE 0x696f7478
#define TC_PREFIX "iotx_tc"

/* In a netlink answer of 8 KiB a dump of two empty lists always fits. */
#define DUMP_BYTES 8192

static struct bpf_tc_hook egress_hook(u32 ifindex)
{
	return (struct bpf_tc_hook){ .sz = sizeof(struct bpf_tc_hook),
				     .ifindex = (int)ifindex,
				     .attach_point = BPF_TC_EGRESS };
}

/* The program in our place; 0: none. */
static u32 occupant(u32 ifindex)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = TC_HANDLE, .priority = TC_PRIORITY);

	return bpf_tc_query(&hook, &opts) ? 0 : opts.prog_id;
}

int iotx_tc_attach(u32 ifindex, int prog_fd, bool *own_qdisc)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = TC_HANDLE, .priority = TC_PRIORITY,
		    .prog_fd = prog_fd);
	int err = bpf_tc_hook_create(&hook);
	u32 stale = 0;

	*own_qdisc = !err;
	if (err == -EEXIST)
		stale = occupant(ifindex);
	else if (err)
		return err;
	if (stale) {
		if (!iotx_program_is(stale, TC_PREFIX))
			return -EEXIST;
		opts.flags = BPF_TC_F_REPLACE;
		*own_qdisc = true;
	}
	err = bpf_tc_attach(&hook, &opts);
	if (err && *own_qdisc)
		iotx_tc_detach(ifindex, true);
	return err;
}

static int open_netlink(void)
{
	const struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Does the answer on fd end without a filter in it? */
static bool dump_is_empty(int fd)
{
	_Alignas(struct nlmsghdr) char buf[DUMP_BYTES];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);
	size_t left = n > 0 ? (size_t)n : 0;

	for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return true;
		if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == RTM_NEWTFILTER)
			return false;
	}
	return false;
}

static bool has_no_filters(u32 ifindex, u32 minor)
{
	struct {
		struct nlmsghdr h;
		struct tcmsg t;
	} request = {
		.h = { .nlmsg_len = sizeof(request),
		       .nlmsg_type = RTM_GETTFILTER,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.t = { .tcm_family = AF_UNSPEC,
		       .tcm_ifindex = (int)ifindex,
		       .tcm_parent = TC_H_MAKE(TC_H_CLSACT, minor) },
	};
	int fd = open_netlink();
	bool empty = false;

	if (fd < 0)
		return false;
	if (send(fd, &request, sizeof(request), 0) == sizeof(request))
		empty = dump_is_empty(fd);
	close(fd);
	return empty;
}

void iotx_tc_detach(u32 ifindex, bool own_qdisc)
{
	struct bpf_tc_hook hook = egress_hook(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = TC_HANDLE, .priority = TC_PRIORITY);

	if (iotx_program_is(occupant(ifindex), TC_PREFIX))
		bpf_tc_detach(&hook, &opts);
	if (!own_qdisc || !has_no_filters(ifindex, TC_H_MIN_INGRESS) ||
	    !has_no_filters(ifindex, TC_H_MIN_EGRESS))
		return;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook); /* both points: the qdisc itself */
}
