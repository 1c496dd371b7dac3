// SPDX-License-Identifier: GPL-2.0-only
#include "pcap.h"

#include "base/log.h"
#include "pcap_link.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000ull
#define STDIO_ROOM (256u << 10)

struct reader {
	struct iotx_source *source;
	FILE *file; /* the source, as libpcap wants it; owned by the handle once there is one */
	pcap_t *handle;
	enum iotx_link link;
	u64 frames; /* read so far */
	off_t at;   /* where the record that is being read starts, in unpacked bytes */
};

static ssize_t cookie_read(void *cookie, char *to, size_t n)
{
	return iotx_source_read(cookie, to, n);
}

/* Nothing moves: for ftello alone, which asks where the source is. */
static int cookie_tell(void *cookie, off64_t *offset, int whence)
{
	if (*offset || whence != SEEK_CUR)
		return -1;
	*offset = (off64_t)iotx_source_given(cookie);
	return 0;
}

static const char *name_of(const struct reader *r)
{
	return iotx_source_name(r->source);
}

static void close_reader(void *reader)
{
	struct reader *r = reader;

	if (r->handle)
		pcap_close(r->handle);
	else if (r->file)
		fclose(r->file);
	free(r);
}

static int find_link(struct reader *r)
{
	u32 number = (u32)pcap_datalink(r->handle);

	if (iotx_pcap_link(number, &r->link))
		return 0;
	iotx_error("%s: link type %u (%s) is not supported", name_of(r), number,
		   iotx_pcap_link_name(number));
	return -EPROTONOSUPPORT;
}

static int open_file(struct reader *r)
{
	const cookie_io_functions_t functions = { .read = cookie_read, .seek = cookie_tell };

	r->file = fopencookie(r->source, "r", functions);
	if (!r->file || setvbuf(r->file, NULL, _IOFBF, STDIO_ROOM)) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	__fsetlocking(r->file, FSETLOCKING_BYCALLER); /* two calls a frame: locks are a fifth */
	return 0;
}

static int open_handle(struct reader *r)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	const char *failure;

	errno = 0;
	r->handle = pcap_fopen_offline_with_tstamp_precision(r->file, PCAP_TSTAMP_PRECISION_NANO,
							     why);
	if (r->handle)
		return 0;
	if (errno == EINTR)
		return -EINTR;
	failure = iotx_source_failure(r->source);
	iotx_error("%s: %s", name_of(r), failure ? failure : why);
	return -EIO;
}

static int open_reader(void **reader, struct iotx_source *source)
{
	struct reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	r->source = source;
	err = open_file(r);
	if (!err)
		err = open_handle(r);
	if (!err)
		err = find_link(r);
	if (err) {
		close_reader(r);
		return err;
	}
	*reader = r;
	return 0;
}

/* The classic format's seconds are unsigned 32 bits, which libpcap takes for signed ones. */
static u64 frame_time_ns(const struct pcap_pkthdr *h)
{
	u64 s = h->ts.tv_sec < 0 ? (u32)h->ts.tv_sec : (u64)h->ts.tv_sec;
	u64 ns = h->ts.tv_usec < 0 ? 0 : (u64)h->ts.tv_usec;

	return s * NS_PER_S + (ns < NS_PER_S ? ns : NS_PER_S - 1);
}

static int damaged(const struct reader *r)
{
	const char *failure = iotx_source_failure(r->source);

	if (errno == EINTR)
		return -EINTR;
	iotx_error("%s: damaged after frame %llu, at offset %llu: %s", name_of(r),
		   (unsigned long long)r->frames, (unsigned long long)r->at,
		   failure ? failure : pcap_geterr(r->handle));
	return -EIO;
}

static int next(void *reader, struct iotx_frame *frame)
{
	struct reader *r = reader;
	struct pcap_pkthdr *h;
	const u8 *data;
	int got;

	r->at = ftello(r->file);
	errno = 0;
	got = pcap_next_ex(r->handle, &h, &data);
	if (got == PCAP_ERROR_BREAK)
		return 0;
	if (got != 1)
		return damaged(r);
	memset(frame, 0, sizeof(*frame));
	frame->data = data;
	frame->cap_len = h->caplen;
	/* a file may claim that less was on the wire than it holds */
	frame->wire_len = h->len > h->caplen ? h->len : h->caplen;
	frame->ts_ns = frame_time_ns(h);
	frame->number = ++r->frames;
	frame->link = r->link;
	return 1;
}

const struct iotx_file_class iotx_pcap_class = {
	.open = open_reader,
	.next = next,
	.close = close_reader,
};
