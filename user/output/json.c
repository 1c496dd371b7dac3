// SPDX-License-Identifier: GPL-2.0-only
/* JSON Lines in the shape of EVE: one object per event. */
#include "json_refrain.h"
#include "json_writer.h"
#include "lines.h"

#include <errno.h>
#include <stdlib.h>

/* What the line of the event before starts with, and what that says. */
struct head {
	size_t at, len; /* in the buffer of lines; no len: it is not there */
	u64 ts_ns, frame;
	const struct iotx_event_class *cls;
	struct iotx_endpoints ends;
};

struct json {
	struct iotx_lines lines;
	struct iotx_json_writer writer;
	struct head head;
};

static void free_json(struct json *j)
{
	iotx_json_refrains_free(j->writer.refrains);
	free(j);
}

static int json_open(struct iotx_sink *s, const char *arg, const struct iotx_sink_options *opt)
{
	struct json *j = calloc(1, sizeof(*j));
	int err;

	if (!j)
		return -ENOMEM;
	j->writer.refrains = iotx_json_refrains_new();
	err = j->writer.refrains ? iotx_lines_open(&j->lines, s, arg) : -ENOMEM;
	if (err) {
		free_json(j);
		return err;
	}
	j->writer.visitor.show_secrets = opt->show_secrets;
	s->state = j;
	return 0;
}

static bool is_same(const struct head *h, const struct iotx_event *ev)
{
	return h->len && h->frame == ev->frame && h->ts_ns == ev->ts_ns && h->cls == ev->cls &&
	       !memcmp(&h->ends, ev->ends, sizeof(h->ends));
}

static void head_show(struct json *j, const struct iotx_event *ev)
{
	struct iotx_visitor *v = &j->writer.visitor;
	struct head *h = &j->head;
	size_t from = j->lines.buf.len;

	if (ev->ends && is_same(h, ev)) {
		iotx_json_writer_again(&j->writer, h->at, h->len);
		return;
	}
	v_open(v, NULL);
	iotx_event_visit_head(ev, v);
	h->len = 0;
	if (!ev->ends)
		return;
	h->at = from;
	h->len = j->lines.buf.len - from;
	h->ts_ns = ev->ts_ns;
	h->frame = ev->frame;
	h->cls = ev->cls;
	memcpy(&h->ends, ev->ends, sizeof(h->ends));
}

static int json_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct json *j = s->state;
	struct iotx_visitor *v = &j->writer.visitor;
	size_t mark = j->lines.buf.len, end;
	int err;

	iotx_json_writer_start(&j->writer, &j->lines.buf);
	head_show(j, ev);
	iotx_event_visit_rest(ev, v);
	v_close(v);
	err = j->writer.err;
	if (!err)
		err = iotx_buf_add(&j->lines.buf, "\n", 1);
	end = j->lines.buf.len;
	err = iotx_lines_commit(&j->lines, s, mark, err);
	if (j->lines.buf.len != end)
		j->head.len = 0; /* it has been written, or taken back */
	return err;
}

static int json_flush(struct iotx_sink *s)
{
	struct json *j = s->state;

	j->head.len = 0;
	return iotx_lines_flush(&j->lines, s);
}

static void json_close(struct iotx_sink *s)
{
	struct json *j = s->state;

	iotx_lines_close(&j->lines);
	free_json(j);
}

const struct iotx_sink_class iotx_json_sink = {
	.name = "json",
	.help = "one JSON object a line, in EVE's shape, on standard output or in :FILE",
	.flows = true,
	.open = json_open,
	.event = json_event,
	.flush = json_flush,
	.close = json_close,
};
