// SPDX-License-Identifier: GPL-2.0-only
#include "pcap.h"

#include "base/log.h"
#include "pcap_link.h"
#include "window.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000ull
#define FILE_HEADER 24
#define RECORD_HEADER 16
#define CAP_LEN_MAX 262144u /* libpcap's own, for the link types that we know */
#define MAGIC_US 0xa1b2c3d4u
#define MAGIC_NS 0xa1b23c4du

/*
 * libpcap judges a file's header. The records are stepped through here, where they lie: to
 * copy each of them is most of what libpcap takes.
 */
struct reader {
	struct iotx_window window; /* starts with the record that is being read */
	enum iotx_link link;
	bool swapped, ns;
	int minor;
	u32 snap_len;
	u32 held;   /* bytes of the frame that was given last, to be skipped */
	u64 frames; /* read so far */
};

static const char *name_of(const struct reader *r)
{
	return iotx_source_name(r->window.source);
}

static void close_reader(void *reader)
{
	struct reader *r = reader;

	iotx_window_free(&r->window);
	free(r);
}

/* --- the file's header ----------------------------------------------------------------------- */

static int find_link(struct reader *r, pcap_t *p)
{
	u32 number = (u32)pcap_datalink(p);

	if (iotx_pcap_link(number, &r->link))
		return 0;
	iotx_error("%s: link type %u (%s) is not supported", name_of(r), number,
		   iotx_pcap_link_name(number));
	return -EPROTONOSUPPORT;
}

/* Two patched versions of tcpdump wrote longer records, in the last century. */
static int find_form(struct reader *r, const u8 *header)
{
	u32 magic;

	memcpy(&magic, header, sizeof(magic));
	if (r->swapped)
		magic = __builtin_bswap32(magic);
	r->ns = magic == MAGIC_NS;
	if (r->ns || magic == MAGIC_US)
		return 0;
	iotx_error("%s: a patched variant of the format; tcpdump -r FILE -w NEW writes a usual one",
		   name_of(r));
	return -EPROTONOSUPPORT;
}

static int take_header(struct reader *r, pcap_t *p, const u8 *header)
{
	int err;

	r->swapped = pcap_is_swapped(p);
	r->minor = pcap_minor_version(p);
	r->snap_len = (u32)pcap_snapshot(p);
	err = find_form(r, header);
	return err ? err : find_link(r, p);
}

/* What there is of a header, as a file of its own for libpcap, which closes it. */
static pcap_t *judge(const u8 *header, size_t len, char *why)
{
	FILE *file = fmemopen((void *)header, len, "r");
	pcap_t *p;

	if (!file) {
		snprintf(why, PCAP_ERRBUF_SIZE, "out of memory");
		return NULL;
	}
	p = pcap_fopen_offline(file, why);
	if (!p)
		fclose(file);
	return p;
}

static int read_header(struct reader *r)
{
	const u8 *header = iotx_window_need(&r->window, FILE_HEADER);
	const char *failure = iotx_source_failure(r->window.source);
	size_t len = header ? FILE_HEADER : r->window.len;
	char why[PCAP_ERRBUF_SIZE] = "no bytes";
	pcap_t *p = NULL;
	int err;

	if (!header && errno == EINTR)
		return -EINTR;
	if (len)
		p = judge(header ? header : r->window.buf, len, why);
	if (!p) {
		iotx_error("%s: %s", name_of(r), failure ? failure : why);
		return -EIO;
	}
	err = take_header(r, p, header);
	pcap_close(p);
	r->held = FILE_HEADER;
	return err;
}

static int open_reader(void **reader, struct iotx_source *source)
{
	struct reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	r->window.source = source;
	err = read_header(r);
	if (err) {
		close_reader(r);
		return err;
	}
	*reader = r;
	return 0;
}

/* --- records --------------------------------------------------------------------------------- */

static int damaged(const struct reader *r, const char *why)
{
	iotx_error("%s: damaged after frame %llu, at offset %llu: %s", name_of(r),
		   (unsigned long long)r->frames, (unsigned long long)r->window.offset, why);
	return -EIO;
}

/* There are fewer bytes than a record needs. */
static int cut(const struct reader *r)
{
	const char *failure = iotx_source_failure(r->window.source);

	if (errno == EINTR)
		return -EINTR;
	if (errno == ENOMEM)
		failure = "out of memory";
	return damaged(r, failure ? failure : "truncated: the file ends in it");
}

struct record {
	u32 s, fraction, cap_len, wire_len;
};

/* Versions before 2.4 have the lengths in the other order, 2.3 only sometimes. */
static void order_lengths(const struct reader *r, struct record *h)
{
	u32 len = h->cap_len;

	if (r->minor < 3 || (r->minor == 3 && h->cap_len > h->wire_len)) {
		h->cap_len = h->wire_len;
		h->wire_len = len;
	}
}

static struct record record_of(const struct reader *r, const u8 *at)
{
	struct record h;

	memcpy(&h, at, sizeof(h));
	if (r->swapped)
		h = (struct record){ __builtin_bswap32(h.s), __builtin_bswap32(h.fraction),
				     __builtin_bswap32(h.cap_len), __builtin_bswap32(h.wire_len) };
	if (r->minor < 4)
		order_lengths(r, &h);
	return h;
}

/* A fraction that is none is the nearest that is one. */
static u64 time_of(const struct reader *r, const struct record *h)
{
	u64 ns = (s32)h->fraction < 0 ? 0 : (u64)h->fraction * (r->ns ? 1 : 1000);

	return h->s * NS_PER_S + (ns < NS_PER_S ? ns : NS_PER_S - 1);
}

static void fill_frame(struct reader *r, const struct record *h, const u8 *data,
		       struct iotx_frame *frame)
{
	memset(frame, 0, sizeof(*frame));
	frame->data = data;
	frame->cap_len = h->cap_len < r->snap_len ? h->cap_len : r->snap_len;
	/* a file may claim that less was on the wire than it holds */
	frame->wire_len = h->wire_len > frame->cap_len ? h->wire_len : frame->cap_len;
	frame->ts_ns = time_of(r, h);
	frame->number = ++r->frames;
	frame->link = r->link;
}

static int next(void *reader, struct iotx_frame *frame)
{
	struct reader *r = reader;
	struct record h;
	const u8 *at;

	iotx_window_skip(&r->window, r->held);
	r->held = 0;
	at = iotx_window_need(&r->window, RECORD_HEADER);
	if (!at)
		return r->window.len || errno ? cut(r) : 0;
	h = record_of(r, at);
	if (h.cap_len > CAP_LEN_MAX)
		return damaged(r, "a record of more than 256 KiB");
	at = iotx_window_need(&r->window, RECORD_HEADER + h.cap_len);
	if (!at)
		return cut(r);
	r->held = RECORD_HEADER + h.cap_len;
	fill_frame(r, &h, at + RECORD_HEADER, frame);
	return 1;
}

const struct iotx_file_class iotx_pcap_class = {
	.open = open_reader,
	.next = next,
	.close = close_reader,
};
