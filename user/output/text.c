// SPDX-License-Identifier: GPL-2.0-only
/* One line per event for a person: time, who to whom, what, and what is wrong with it. */
#include "base/time.h"
#include "lines.h"
#include "text_value.h"
#include "text_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define DIM "\x1b[2m"
#define RED "\x1b[31m"
#define BOLD "\x1b[1m"
#define RESET "\x1b[0m"

/* A column is as wide as its widest entry so far, within reason. */
#define ENDS_WIDTH_MAX 60
#define TITLE_WIDTH_MAX 24

struct text {
	struct iotx_lines lines;
	struct iotx_text_writer writer;
	bool color;
	u32 ends_width, title_width;
	int err;
};

static void put(struct text *t, const char *words)
{
	int err = iotx_buf_add(&t->lines.buf, words, strlen(words));

	if (err)
		t->err = err;
}

static void put_word(struct text *t, const char *word)
{
	int err = iotx_text_word(&t->lines.buf, iotx_slice_str(word));

	if (err)
		t->err = err;
}

static void paint(struct text *t, const char *escape)
{
	if (t->color)
		put(t, escape);
}

/* Fills up a column of which `len` characters stand. */
static void pad(struct text *t, u32 len, u32 *width, u32 max)
{
	if (len > *width)
		*width = len < max ? len : max;
	for (; len < *width; len++)
		put(t, " ");
}

static void put_time(struct text *t, u64 ts_ns)
{
	char clock[IOTX_TIME_CLOCK_LEN];
	struct iotx_slice s = iotx_time_clock(clock, ts_ns);

	paint(t, DIM);
	if (iotx_buf_add(&t->lines.buf, s.data, s.len))
		t->err = -ENOMEM;
	paint(t, RESET);
	put(t, " ");
}

static void put_ends(struct text *t, const struct iotx_endpoints *ends)
{
	char buf[IOTX_ENDPOINT_MAX];
	size_t start = t->lines.buf.len;

	if (ends->iface) {
		put_word(t, ends->iface);
		put(t, " ");
	}
	if (ends->dir)
		put(t, !strcmp(ends->dir, "ingress") ? "In  " : "Out ");
	if (ends->ip_version) {
		put(t, iotx_endpoint_format(buf, ends->ip_version, ends->src_ip, ends->src_port));
		put(t, " > ");
		put(t, iotx_endpoint_format(buf, ends->ip_version, ends->dst_ip, ends->dst_port));
	}
	pad(t, (u32)(t->lines.buf.len - start), &t->ends_width, ENDS_WIDTH_MAX);
	put(t, "  ");
}

/* A colour for each protocol, whichever there are, the same every time. */
static const char *class_color(const char *name)
{
	static const char *const palette[] = { "\x1b[1;36m", "\x1b[1;35m", "\x1b[1;33m",
					       "\x1b[1;34m", "\x1b[1;32m" };
	u32 hash = 0;

	for (; *name; name++)
		hash = 3 * hash + (u8)*name; /* tells those that protos.def has apart */
	return palette[hash % (sizeof(palette) / sizeof(palette[0]))];
}

static void put_title(struct text *t, const struct iotx_event_class *cls, const char *title)
{
	size_t width = strlen(cls->label);

	paint(t, class_color(cls->name));
	put_word(t, cls->label);
	paint(t, RESET);
	if (title) {
		put(t, " ");
		paint(t, BOLD);
		put_word(t, title);
		paint(t, RESET);
		width += 1 + strlen(title);
	}
	pad(t, (u32)width, &t->title_width, TITLE_WIDTH_MAX);
	put(t, " ");
}

static void put_fields(struct text *t, const struct iotx_event *ev, const char *title)
{
	struct iotx_text_writer *w = &t->writer;

	iotx_text_writer_start(w, &t->lines.buf, title);
	if (ev->cls->fields)
		ev->cls->fields(ev->msg, &w->visitor);
	w->visitor.weight = IOTX_SHOW;
	if (ev->cls->extra)
		ev->cls->extra(ev->msg, &w->visitor);
	if (w->err)
		t->err = w->err;
}

/* Columns are padded for what may follow; nothing may have. */
static void trim(struct text *t)
{
	struct iotx_buf *b = &t->lines.buf;

	while (b->len && b->data[b->len - 1] == ' ')
		b->len--;
}

/* A message that breaks a rule names it; the finding that follows has the words for it. */
static void put_verdict(struct text *t, const struct iotx_event *ev)
{
	paint(t, RED);
	put(t, " [");
	put(t, iotx_verdict_name(ev->verdict));
	if (ev->diag.rule) {
		put(t, " ");
		put(t, ev->diag.rule);
	} else if (ev->diag.text) {
		put(t, ": ");
		put(t, ev->diag.text);
	}
	put(t, "]");
	paint(t, RESET);
}

/* "MQTT-3.3.1-4: both QoS bits are set (byte 0)" */
static void put_rule(struct text *t, const struct iotx_diag *diag)
{
	put(t, " ");
	paint(t, RED);
	put(t, diag->rule);
	paint(t, RESET);
	put(t, ": ");
	put(t, diag->text);
	put(t, " (byte ");
	if (iotx_text_u64(&t->lines.buf, diag->off))
		t->err = -ENOMEM;
	put(t, ")");
}

static void put_marks(struct text *t, const struct iotx_event *ev)
{
	if (ev->cls->of_rules)
		put_rule(t, &ev->diag);
	else if (ev->verdict != IOTX_OK)
		put_verdict(t, ev);
	if (ev->over && !ev->cls->of_rules) {
		put(t, " [over ");
		put_word(t, ev->over);
		put(t, "]");
	}
	if (ev->duplicate)
		put(t, " [duplicate]");
	if (ev->resync)
		put(t, " [resync]");
}

static int text_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct text *t = s->state;
	size_t mark = t->lines.buf.len;
	char buf[IOTX_TITLE_MAX];
	const char *title = ev->cls->title ? ev->cls->title(ev->msg, buf) : NULL;

	t->err = 0;
	put_time(t, ev->ts_ns);
	if (ev->ends && (ev->ends->ip_version || ev->ends->iface))
		put_ends(t, ev->ends);
	put_title(t, ev->cls, title);
	put_fields(t, ev, title);
	trim(t);
	put_marks(t, ev);
	put(t, "\n");
	return iotx_lines_commit(&t->lines, s, mark, t->err);
}

static bool wants_color(const struct iotx_sink_options *opt, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return opt->color && isatty(fd) && !(no_color && *no_color) &&
	       !(term && !strcmp(term, "dumb"));
}

static int text_open(struct iotx_sink *s, const char *arg, const struct iotx_sink_options *opt)
{
	struct text *t;
	int err;

	if (arg)
		return -EINVAL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	err = iotx_lines_open(&t->lines, s, NULL);
	if (err) {
		free(t);
		return err;
	}
	t->color = wants_color(opt, t->lines.fd);
	t->writer.visitor.show_secrets = opt->show_secrets;
	s->state = t;
	return 0;
}

static int text_flush(struct iotx_sink *s)
{
	struct text *t = s->state;

	return iotx_lines_flush(&t->lines, s);
}

static void text_close(struct iotx_sink *s)
{
	struct text *t = s->state;

	iotx_lines_close(&t->lines);
	free(t);
}

const struct iotx_sink_class iotx_text_sink = {
	.name = "text",
	.help = "one line a message for people, on standard output; takes no argument",
	.open = text_open,
	.event = text_event,
	.flush = text_flush,
	.close = text_close,
};
