// SPDX-License-Identifier: GPL-2.0-only
#include "pcap.h"

#include "base/log.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000ull

struct iotx_pcap {
	pcap_t *handle;
	const char *path;
	enum iotx_link link;
	u64 frames; /* read so far */
};

static const struct {
	int dlt;
	enum iotx_link link;
} link_rows[] = {
	{ DLT_EN10MB, IOTX_LINK_ETHERNET }, { DLT_RAW, IOTX_LINK_IP },
	{ DLT_IPV4, IOTX_LINK_IP },         { DLT_IPV6, IOTX_LINK_IP },
	{ DLT_NULL, IOTX_LINK_NULL },       { DLT_LOOP, IOTX_LINK_NULL },
	{ DLT_LINUX_SLL, IOTX_LINK_SLL },   { DLT_LINUX_SLL2, IOTX_LINK_SLL2 },
};

static int find_link(struct iotx_pcap *p)
{
	int dlt = pcap_datalink(p->handle);
	const char *name = pcap_datalink_val_to_name(dlt);

	for (size_t i = 0; i < sizeof(link_rows) / sizeof(link_rows[0]); i++) {
		if (link_rows[i].dlt == dlt) {
			p->link = link_rows[i].link;
			return 0;
		}
	}
	iotx_error("%s: link type %d (%s) is not supported", p->path, dlt, name ? name : "unknown");
	return -EPROTONOSUPPORT;
}

static int say_cannot_open(const char *path, const char *shown, const char *why)
{
	if (errno == EINTR)
		return -EINTR;
	/* libpcap puts the path in front of some messages only */
	if (!strncmp(why, path, strlen(path)))
		iotx_error("%s", why);
	else
		iotx_error("%s: %s", shown, why);
	return -EIO;
}

int iotx_pcap_open(struct iotx_pcap **out, const char *path)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct iotx_pcap *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->path = strcmp(path, "-") ? path : "standard input";
	errno = 0;
	p->handle = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!p->handle) {
		err = say_cannot_open(path, p->path, why);
		free(p);
		return err;
	}
	err = find_link(p);
	if (err) {
		iotx_pcap_close(p);
		return err;
	}
	*out = p;
	return 0;
}

/* The classic format's seconds are unsigned 32 bits, which libpcap takes for signed ones. */
static u64 frame_time_ns(const struct pcap_pkthdr *h)
{
	u64 s = h->ts.tv_sec < 0 ? (u32)h->ts.tv_sec : (u64)h->ts.tv_sec;
	u64 ns = h->ts.tv_usec < 0 ? 0 : (u64)h->ts.tv_usec;

	return s * NS_PER_S + (ns < NS_PER_S ? ns : NS_PER_S - 1);
}

static int damaged(const struct iotx_pcap *p)
{
	if (errno == EINTR)
		return -EINTR;
	iotx_error("%s: damaged after frame %llu: %s", p->path, (unsigned long long)p->frames,
		   pcap_geterr(p->handle));
	return -EIO;
}

int iotx_pcap_next(struct iotx_pcap *p, struct iotx_frame *frame)
{
	struct pcap_pkthdr *h;
	const u8 *data;
	int got;

	errno = 0;
	got = pcap_next_ex(p->handle, &h, &data);
	if (got == PCAP_ERROR_BREAK)
		return 0;
	if (got != 1)
		return damaged(p);
	memset(frame, 0, sizeof(*frame));
	frame->data = data;
	frame->cap_len = h->caplen;
	/* a file may claim that less was on the wire than it holds */
	frame->wire_len = h->len > h->caplen ? h->len : h->caplen;
	frame->ts_ns = frame_time_ns(h);
	frame->number = ++p->frames;
	frame->link = p->link;
	return 1;
}

void iotx_pcap_close(struct iotx_pcap *p)
{
	pcap_close(p->handle);
	free(p);
}
