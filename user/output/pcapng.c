// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frames that are decoded, as a capture for Wireshark and others. What is found in a frame
 * is told before the frame is, and is its comments.
 */
#include "ng_comment.h"
#include "ng_file.h"

#include <stdio.h>

#define REMARKS_MAX 32 /* comments of a frame */
#define SUFFIX_MAX 48

static const u16 link_types[] = {
	[IOTX_LINK_ETHERNET] = 1, [IOTX_LINK_IP] = 101,   [IOTX_LINK_NULL] = 0,
	[IOTX_LINK_SLL] = 113,    [IOTX_LINK_SLL2] = 276,
};

struct remark {
	u64 frame, ts_ns; /* in which it was found, as far as that is numbered */
	size_t text;
};

struct pcapng {
	struct iotx_ng_file file; /* first: see iotx_ng_create */
	struct remark remarks[REMARKS_MAX];
	u32 kept, count; /* of those that were made */
	struct iotx_buf texts, comments;
};

/* --- comments ------------------------------------------------------------------------------- */

static void pcapng_remark(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct pcapng *p = s->state;
	const struct remark remark = { ev->frame, ev->ts_ns, p->texts.len };

	if (p->kept < REMARKS_MAX && !iotx_ng_comment(&p->texts, ev))
		p->remarks[p->kept++] = remark;
	p->count++;
}

/* What took time to find is of a frame that is written already. */
static int add_comment(struct pcapng *p, const struct remark *remark,
		       const struct iotx_frame *frame)
{
	const char *text = (const char *)p->texts.data + remark->text;
	char suffix[SUFFIX_MAX] = "";
	int err = iotx_buf_add(&p->comments, text, strlen(text));

	if (remark->ts_ns != frame->ts_ns)
		snprintf(suffix, sizeof(suffix), " of an earlier frame");
	if (remark->frame != frame->number)
		snprintf(suffix, sizeof(suffix), " of frame %llu",
			 (unsigned long long)remark->frame);
	return err ? err : iotx_buf_add(&p->comments, suffix, strlen(suffix) + 1);
}

static int add_comments(struct pcapng *p, const struct iotx_frame *frame)
{
	char more[SUFFIX_MAX];
	int err = 0;

	p->comments.len = 0;
	for (u32 i = 0; i < p->kept && !err; i++)
		err = add_comment(p, &p->remarks[i], frame);
	if (p->count > p->kept && !err) {
		snprintf(more, sizeof(more), "and %u more findings", p->count - p->kept);
		err = iotx_buf_add(&p->comments, more, strlen(more) + 1);
	}
	p->texts.len = p->kept = p->count = 0;
	return err;
}

/* --- frames --------------------------------------------------------------------------------- */

static enum iotx_ng_direction direction_of(const struct iotx_frame *frame)
{
	if (!frame->kernel)
		return IOTX_NG_UNKNOWN;
	return frame->kernel->dir == INGRESS ? IOTX_NG_INBOUND : IOTX_NG_OUTBOUND;
}

static int pcapng_frame(struct iotx_sink *s, const struct iotx_frame *frame)
{
	struct pcapng *p = s->state;
	const struct iotx_ng_interface interface = {
		.link_type = link_types[frame->link],
		.name = frame->iface,
	};
	struct iotx_ng_packet packet = {
		.ts_ns = frame->ts_ns,
		.data = iotx_slice(frame->data, frame->cap_len),
		.wire_len = frame->wire_len,
		.direction = direction_of(frame),
		.id = frame->number,
	};
	int err = add_comments(p, frame);

	if (err) {
		s->dropped++;
		return err;
	}
	packet.comments = iotx_slice(p->comments.data, (u32)p->comments.len);
	return iotx_ng_write(s, &interface, &packet);
}

/* --- the file ------------------------------------------------------------------------------- */

static int pcapng_open(struct iotx_sink *s, const char *path, const struct iotx_sink_options *opt)
{
	(void)opt;
	return iotx_ng_create(s, path, sizeof(struct pcapng));
}

static void pcapng_close(struct iotx_sink *s)
{
	struct pcapng *p = s->state;

	iotx_buf_free(&p->texts);
	iotx_buf_free(&p->comments);
	iotx_ng_close(s);
}

const struct iotx_sink_class iotx_pcapng_sink = {
	.name = "pcapng",
	.help = "the frames that are decoded, as a capture: pcapng:FILE",
	.open = pcapng_open,
	.frame = pcapng_frame,
	.remark = pcapng_remark,
	.tally = iotx_ng_tally,
	.flush = iotx_ng_flush,
	.close = pcapng_close,
};
