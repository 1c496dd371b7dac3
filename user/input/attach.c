// SPDX-License-Identifier: GPL-2.0-only
#include "attach.h"

#include "base/log.h"
#include "feature.h"
#include "tc.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define XDP_PREFIX "iotx_xdp"
#define TCX_BEFORE (1u << 3) /* BPF_F_BEFORE, of 6.6 */

/* False when there is no such program, or it may not be looked at. */
static bool program_name(u32 id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = {};
	u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return false;
	err = bpf_obj_get_info_by_fd(fd, &info, &len);
	close(fd);
	memcpy(name, info.name, BPF_OBJ_NAME_LEN);
	return !err;
}

bool iotx_program_is(u32 id, const char *prefix)
{
	char name[BPF_OBJ_NAME_LEN] = "";

	return program_name(id, name) && !strncmp(name, prefix, strlen(prefix));
}

/* The link that holds a program on an interface; 0: it was attached without one. */
static u32 link_of(u32 prog_id)
{
	u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info = {};
		u32 len = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (bpf_obj_get_info_by_fd(fd, &info, &len))
			info.prog_id = 0;
		close(fd);
		if (info.type == BPF_LINK_TYPE_XDP && info.prog_id == prog_id)
			return id;
	}
	return 0;
}

static int say_busy(const struct iotx_target *t, u32 id)
{
	u32 link;

	char name[BPF_OBJ_NAME_LEN] = "";

	if (!program_name(id, name) || !name[0])
		memcpy(name, "nameless", sizeof("nameless"));
	if (iotx_program_is(id, XDP_PREFIX))
		iotx_error("%s is already watched by another iotxdp (program %s, id %u): stop that "
			   "one first",
			   t->ifname, name, id);
	else if ((link = link_of(id)))
		iotx_error("another XDP program is on %s (%s, id %u): end the program that holds "
			   "it, or remove it with: bpftool link detach id %u",
			   t->ifname, name, id, link);
	else
		iotx_error("another XDP program is on %s (%s, id %u): remove it with: "
			   "ip link set dev %s xdp off",
			   t->ifname, name, id, t->ifname);
	return -EBUSY;
}

int iotx_xdp_check_free(const struct iotx_target *t)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);
	u32 id;

	if (bpf_xdp_query((int)t->ifindex, 0, &q))
		return 0; /* attaching will tell */
	id = q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id;
	if (!id)
		id = q.hw_prog_id ? q.hw_prog_id : q.prog_id;
	return id ? say_busy(t, id) : 0;
}

static int xdp_link(const struct iotx_target *t, int prog_fd, u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);
	int fd = bpf_link_create(prog_fd, (int)t->ifindex, BPF_XDP, &opts);

	return fd < 0 ? -errno : fd;
}

/* Of a refusal of native XDP. */
static const char *native_reason(int error)
{
	if (error == ERANGE)
		return "the MTU is too large for it";
	if (error == EOPNOTSUPP)
		return "the driver has none";
	return strerror(error);
}

const char *iotx_xdp_describe(const struct iotx_xdp *x, char *buf, size_t size)
{
	if (x->native)
		return "native";
	if (!x->native_refused)
		return "generic";
	snprintf(buf, size, "generic (native refused: %s)", native_reason(x->native_refused));
	return buf;
}

static int say_refused(const struct iotx_target *t, const char *what, const char *reason, int err)
{
	if (err == -EBUSY || err == -EEXIST)
		return iotx_xdp_check_free(t) ? -EBUSY : err;
	if (err == -EPERM)
		iotx_error("%s: the kernel does not permit %s here: lockdown, or a container "
			   "without CAP_NET_ADMIN and CAP_BPF",
			   t->ifname, what);
	else
		iotx_error("%s: %s refused: %s", t->ifname, what, reason);
	return err;
}

int iotx_xdp_attach(struct iotx_xdp *x, const struct iotx_target *t, int prog_fd,
		    enum iotx_mode mode)
{
	int fd = -EOPNOTSUPP;

	*x = (struct iotx_xdp){ .link_fd = -1 };
	if (mode != IOTX_MODE_GENERIC) {
		fd = xdp_link(t, prog_fd, XDP_FLAGS_DRV_MODE);
		x->native = fd >= 0;
		x->native_refused = fd < 0 ? -fd : 0;
		if (fd < 0 && mode == IOTX_MODE_NATIVE)
			return say_refused(t, "native XDP", native_reason(-fd), fd);
	}
	if (fd < 0 && fd != -EBUSY && fd != -EEXIST)
		fd = xdp_link(t, prog_fd, XDP_FLAGS_SKB_MODE);
	if (fd < 0)
		return say_refused(t, "XDP", strerror(-fd), fd);
	x->link_fd = fd;
	return 0;
}

bool iotx_xdp_gone(const struct iotx_xdp *x)
{
	struct bpf_link_info info = {};
	u32 len = sizeof(info);

	return !bpf_obj_get_info_by_fd(x->link_fd, &info, &len) && !info.xdp.ifindex;
}

static void close_link(int *fd)
{
	if (*fd < 0)
		return;
	bpf_link_detach(*fd); /* also where somebody else looks at the link just now */
	close(*fd);
	*fd = -1;
}

void iotx_xdp_detach(struct iotx_xdp *x)
{
	close_link(&x->link_fd);
}

int iotx_egress_attach(struct iotx_egress *e, const struct iotx_target *t, int prog_fd)
{
	/* First in line: a program before ours could end the packet's way. */
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = TCX_BEFORE);
	int err;

	*e = (struct iotx_egress){ .link_fd = -1, .ifindex = t->ifindex };
	if (iotx_feature(IOTX_FEATURE_TCX)) {
		iotx_tc_detach(t->ifindex, false); /* what a kill -9 left, run without tcx */
		e->link_fd = bpf_link_create(prog_fd, (int)t->ifindex, IOTX_TCX_EGRESS, &opts);
		err = e->link_fd < 0 ? -errno : 0;
	} else {
		err = iotx_tc_attach(t->ifindex, prog_fd, &e->qdisc);
		e->filter = !err;
	}
	if (err == -EEXIST)
		iotx_error("%s: the first place among its egress filters is taken: remove that "
			   "filter (tc filter show dev %s egress), or use --ingress-only",
			   t->ifname, t->ifname);
	else if (err)
		iotx_error("%s: the egress program is refused: %s; --ingress-only does without",
			   t->ifname, strerror(-err));
	return err;
}

void iotx_egress_detach(struct iotx_egress *e)
{
	close_link(&e->link_fd);
	if (e->filter)
		iotx_tc_detach(e->ifindex, e->qdisc);
	e->filter = false;
}
