// SPDX-License-Identifier: GPL-2.0-only
/* JSON Lines in the shape of EVE: one object per event. */
#include "json_refrain.h"
#include "json_writer.h"
#include "lines.h"

#include <errno.h>
#include <stdlib.h>

struct json {
	struct iotx_lines lines;
	struct iotx_json_writer writer;
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

static int json_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct json *j = s->state;
	struct iotx_visitor *v = &j->writer.visitor;
	size_t mark = j->lines.buf.len;
	int err;

	iotx_json_writer_start(&j->writer, &j->lines.buf);
	v_open(v, NULL);
	iotx_event_visit(ev, v);
	v_close(v);
	err = j->writer.err;
	if (!err)
		err = iotx_buf_add(&j->lines.buf, "\n", 1);
	return iotx_lines_commit(&j->lines, s, mark, err);
}

static int json_flush(struct iotx_sink *s)
{
	struct json *j = s->state;

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
