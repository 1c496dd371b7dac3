// SPDX-License-Identifier: GPL-2.0-only
#include "text_view.h"

#include "text.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>

static int link_of(struct bpf_program *program, int map_fd)
{
	union bpf_iter_link_info info = { .map.map_fd = (__u32)map_fd };
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));
	struct bpf_link *link = bpf_program__attach_iter(program, &opts);
	int fd = link ? fcntl(bpf_link__fd(link), F_DUPFD_CLOEXEC, 0) : -1;
	int err = -errno;

	bpf_link__destroy(link);
	return fd < 0 ? err : fd;
}

int iotx_text_view(int map_fd, bool six)
{
	struct text_bpf *skel = text_bpf__open();
	int fd;

	if (!skel)
		return -errno;
	bpf_program__set_autoload(skel->progs.iotx_text4, !six);
	bpf_program__set_autoload(skel->progs.iotx_text6, six);
	fd = text_bpf__load(skel);
	if (!fd)
		fd = link_of(six ? skel->progs.iotx_text6 : skel->progs.iotx_text4, map_fd);
	text_bpf__destroy(skel);
	return fd;
}
