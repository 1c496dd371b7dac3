// SPDX-License-Identifier: GPL-2.0-only
#include "pcap_filter.h"

#include "base/log.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#define SNAPLEN 262144 /* libpcap's own bound: a filter accepts that many bytes */
#define LINKS (IOTX_LINK_SLL2 + 1)

/*
 * What a filter is compiled for. The address family of NULL is in the byte order of a host
 * that nobody knows any more: as for the decoder, the network header behind it tells.
 */
static const struct {
	int dlt;
	u32 skip;
	const char *name;
} link_rows[LINKS] = {
	[IOTX_LINK_ETHERNET] = { DLT_EN10MB, 0, "Ethernet" },
	[IOTX_LINK_IP] = { DLT_RAW, 0, "raw IP" },
	[IOTX_LINK_NULL] = { DLT_RAW, 4, "BSD loopback" },
	[IOTX_LINK_SLL] = { DLT_LINUX_SLL, 0, "Linux cooked v1" },
	[IOTX_LINK_SLL2] = { DLT_LINUX_SLL2, 0, "Linux cooked v2" },
};

struct iotx_filter {
	const char *text;
	bool compiled[LINKS];
	struct bpf_program programs[LINKS];
};

/*
 * libpcap would ask the network for the address of a name in a filter. Reading a capture
 * asks nobody: this stands before the C library's function, and numbers alone get through.
 */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **result)
{
	int (*system_function)(const char *, const char *, const struct addrinfo *,
			       struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
	struct addrinfo numeric = { .ai_family = AF_UNSPEC };

	if (!system_function)
		return EAI_FAIL;
	if (hints)
		numeric = *hints;
	numeric.ai_flags |= AI_NUMERICHOST;
	return system_function(name, service, &numeric, result);
}

/* `why`, of PCAP_ERRBUF_SIZE, says what is wrong with the text. */
static int compile(const char *text, enum iotx_link link, struct bpf_program *program, char *why)
{
	pcap_t *dead = pcap_open_dead(link_rows[link].dlt, SNAPLEN);
	int err = 0;

	if (!dead) {
		snprintf(why, PCAP_ERRBUF_SIZE, "out of memory");
		return -ENOMEM;
	}
	if (pcap_compile(dead, program, text, 1, PCAP_NETMASK_UNKNOWN)) {
		snprintf(why, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(dead));
		err = -EINVAL;
	}
	pcap_close(dead);
	return err;
}

int iotx_filter_check(const char *text)
{
	char why[LINKS][PCAP_ERRBUF_SIZE];

	for (u32 link = 0; link < LINKS; link++) {
		struct bpf_program program;

		if (!compile(text, (enum iotx_link)link, &program, why[link])) {
			pcap_freecode(&program);
			return 0;
		}
	}
	iotx_error("the filter \"%s\": %s", text, why[IOTX_LINK_ETHERNET]);
	return -EINVAL;
}

int iotx_filter_new(struct iotx_filter **out, const char *text)
{
	struct iotx_filter *f = calloc(1, sizeof(*f));

	if (!f) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	f->text = text;
	*out = f;
	return 0;
}

void iotx_filter_free(struct iotx_filter *f)
{
	for (u32 link = 0; link < LINKS; link++)
		if (f->compiled[link])
			pcap_freecode(&f->programs[link]);
	free(f);
}

static int compile_for(struct iotx_filter *f, enum iotx_link link)
{
	char why[PCAP_ERRBUF_SIZE];
	int err = compile(f->text, link, &f->programs[link], why);

	if (err)
		iotx_error("the filter \"%s\", for frames of %s: %s", f->text,
			   link_rows[link].name, why);
	f->compiled[link] = !err;
	return err;
}

int iotx_filter_passes(struct iotx_filter *f, const struct iotx_frame *frame)
{
	u32 skip = link_rows[frame->link].skip;
	const struct pcap_pkthdr h = {
		.caplen = frame->cap_len - skip,
		.len = frame->wire_len - skip,
	};
	int err = f->compiled[frame->link] ? 0 : compile_for(f, frame->link);

	if (err)
		return err;
	if (frame->cap_len < skip)
		return 0;
	return pcap_offline_filter(&f->programs[frame->link], &h, frame->data + skip) > 0;
}
