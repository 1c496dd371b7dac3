// SPDX-License-Identifier: GPL-2.0-only
#include "permit.h"

#include "base/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has(const struct __user_cap_data_struct *caps, unsigned int cap)
{
	return caps[cap / 32].effective & 1u << cap % 32;
}

/* CAP_PERFMON is what lets a program subtract the two ends of a packet. */
static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, caps))
		return false;
	return has(caps, CAP_NET_ADMIN) &&
	       (has(caps, CAP_SYS_ADMIN) || (has(caps, CAP_BPF) && has(caps, CAP_PERFMON)));
}

/* Capabilities in a user namespace, or under a security module, may not be enough. */
static bool may_load(void)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", pass, sizeof(pass) / sizeof(pass[0]),
			       NULL);

	if (fd < 0)
		return errno != EPERM && errno != EACCES;
	close(fd);
	return true;
}

int iotx_permitted(const char *ifname)
{
	if (!has_capabilities())
		iotx_error("watching needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN: run as root: "
			   "sudo iotxdp %s",
			   ifname);
	else if (!may_load())
		iotx_error("the kernel does not let this process use BPF: run it on the host, not "
			   "in a container or a user namespace");
	else
		return 0;
	return -EPERM;
}
