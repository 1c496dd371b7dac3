// SPDX-License-Identifier: GPL-2.0-only
#include "readout.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int iotx_readout_percpu(int map_fd, u32 index, u64 *sum, u32 words)
{
	/* of possible CPUs, not of those on line: what an unplugged one counted counts */
	int cpus = libbpf_num_possible_cpus(), err = 0;
	u64 *copies;

	if (cpus < 0)
		return cpus;
	copies = calloc((size_t)cpus * words, sizeof(*copies));
	if (!copies)
		return -ENOMEM;
	memset(sum, 0, words * sizeof(*sum));
	if (bpf_map_lookup_elem(map_fd, &index, copies))
		err = -errno;
	for (size_t i = 0; i < (size_t)cpus * words; i++)
		sum[i % words] += copies[i];
	free(copies);
	return err;
}
