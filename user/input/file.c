// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include "base/log.h"
#include "pcap.h"
#include "pcap_filter.h"
#include "pcapng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct iotx_file {
	struct iotx_source *source;
	const struct iotx_file_class *cls;
	void *reader;
	struct iotx_filter *filter; /* NULL: everything passes */
	u64 frames, passed;
};

/* What is not pcapng is libpcap's to accept or to refuse. */
static const struct iotx_file_class *format_of(const struct iotx_source *s)
{
	const u32 magic = IOTX_PCAPNG_MAGIC;
	u8 head[4];

	if (iotx_source_peek(s, head) == sizeof(head) && !memcmp(head, &magic, sizeof(head)))
		return &iotx_pcapng_class;
	return &iotx_pcap_class;
}

static int open_reader(struct iotx_file *f)
{
	f->cls = format_of(f->source);
	return f->cls->open(&f->reader, f->source);
}

int iotx_file_open(struct iotx_file **out, const char *path, const char *filter)
{
	struct iotx_file *f = calloc(1, sizeof(*f));
	int err;

	if (!f) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	err = iotx_source_open(&f->source, path);
	if (!err && filter)
		err = iotx_filter_new(&f->filter, filter);
	if (!err)
		err = open_reader(f);
	if (err) {
		iotx_file_close(f);
		return err;
	}
	*out = f;
	return 0;
}

int iotx_file_next(struct iotx_file *f, struct iotx_frame *frame)
{
	int got = f->cls->next(f->reader, frame);

	f->frames += got > 0;
	return got;
}

int iotx_file_passes(struct iotx_file *f, const struct iotx_frame *frame)
{
	int passes = f->filter ? iotx_filter_passes(f->filter, frame) : 1;

	f->passed += passes > 0;
	return passes;
}

void iotx_file_close(struct iotx_file *f)
{
	if (f->reader)
		f->cls->close(f->reader);
	if (f->filter)
		iotx_filter_free(f->filter);
	if (f->source)
		iotx_source_close(f->source);
	free(f);
}

void iotx_file_state(const struct iotx_file *f, struct iotx_file_state *state)
{
	*state = (struct iotx_file_state){
		.frames = f->frames,
		.passed = f->passed,
		.taken = iotx_source_taken(f->source),
		.size = iotx_source_size(f->source),
	};
}
