// SPDX-License-Identifier: GPL-2.0-only
#include "feature.h"

#include "attach.h"
#include "base/log.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool probe_btf(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool found = btf != NULL;

	btf__free(btf);
	return found;
}

static bool probe_ringbuf(void)
{
	return libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 1;
}

static bool probe_loop(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_loop, NULL) == 1;
}

static bool probe_frags(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_get_buff_len, NULL) == 1;
}

/* A kernel without tcx does not know the attach type: EINVAL. Interface 1 is always lo. */
static bool probe_tcx(void)
{
	__u32 flags, ids[1], count = 0;

	return !bpf_prog_query(1, IOTX_TCX_EGRESS, 0, &flags, ids, &count) || errno != EINVAL;
}

static const struct {
	const char *name;
	const char *needs; /* in words, when nothing can take its place */
	bool (*probe)(void);
} features[IOTX_FEATURE_COUNT] = {
	[IOTX_FEATURE_BTF] = { "btf", "type information (5.4, CONFIG_DEBUG_INFO_BTF)", probe_btf },
	[IOTX_FEATURE_RINGBUF] = { "ringbuf", "the BPF ring buffer (5.8)", probe_ringbuf },
	[IOTX_FEATURE_LOOP] = { "loop", NULL, probe_loop },
	[IOTX_FEATURE_FRAGS] = { "frags", NULL, probe_frags },
	[IOTX_FEATURE_TCX] = { "tcx", NULL, probe_tcx },
};

static bool denied(const char *name)
{
	const char *list = getenv("IOTXDP_WITHOUT");
	size_t len = strlen(name), n;

	for (; list && *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (n == len && !strncmp(list, name, n))
			return true;
	}
	return false;
}

bool iotx_feature(enum iotx_feature feature)
{
	static enum { UNKNOWN, YES, NO } known[IOTX_FEATURE_COUNT];

	if (!known[feature])
		known[feature] = !denied(features[feature].name) && features[feature].probe() ? YES
											     : NO;
	return known[feature] == YES;
}

bool iotx_features_suffice(void)
{
	for (int i = 0; i < IOTX_FEATURE_COUNT; i++) {
		if (features[i].needs && !iotx_feature((enum iotx_feature)i)) {
			iotx_error("this kernel lacks %s: iotxdp needs Linux 5.10 or later",
				   features[i].needs);
			return false;
		}
	}
	return true;
}
