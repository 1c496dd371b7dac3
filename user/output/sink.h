/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Outputs. A sink knows events and no protocol. To add one: a file in this folder
 * that ends in its class, and a line in sinks.def.
 */
#ifndef IOTXDP_OUTPUT_SINK_H
#define IOTXDP_OUTPUT_SINK_H

#include "core/event.h"
#include "core/frame.h"

struct iotx_sink_options {
	bool show_secrets;
	bool color; /* the sink decides further: only ever on a terminal */
	bool flows; /* events of conversations that are over go to every output that takes events */
	bool append; /* to a database that is there; else it is refused */
	bool findings; /* only what breaks a rule is asked for */
	const char *source; /* where the events come from, for people; may be NULL */
};

struct iotx_sink;

/* What came of one interface or file, for outputs that have a place for it. */
struct iotx_sink_tally {
	const char *iface; /* NULL: a file */
	u64 ts_ns;         /* when it was counted */
	u64 seen;          /* packets */
	u64 lost;          /* of them, wanted and not delivered */
};

/*
 * Functions return 0 or -errno, and count what is written and dropped. A sink takes
 * events or frames; the other function is NULL.
 */
struct iotx_sink_class {
	const char *name; /* as in -o name[:argument] */
	const char *help; /* one line of --help, with the form of the argument */
	bool flows; /* takes events of conversations that are over, also if not told to */
	bool with_messages; /* of findings it wants the messages too, and leaves out the others */
	int (*open)(struct iotx_sink *s, const char *arg, const struct iotx_sink_options *opt);
	int (*event)(struct iotx_sink *s, const struct iotx_event *ev);
	int (*frame)(struct iotx_sink *s, const struct iotx_frame *frame);
	/* Of a sink that takes frames, or NULL: what is found in the frame that comes next. */
	void (*remark)(struct iotx_sink *s, const struct iotx_event *ev);
	int (*tally)(struct iotx_sink *s, const struct iotx_sink_tally *t); /* or NULL */
	int (*flush)(struct iotx_sink *s);
	void (*close)(struct iotx_sink *s);
};

/*
 * `written` counts events, or frames, whose bytes the system has taken; `beside` events of
 * which there is nothing to write.
 */
struct iotx_sink {
	const struct iotx_sink_class *cls;
	void *state;
	u64 offered, written, dropped, beside; /* I5: the first is the sum after a flush */
	bool flows;                    /* takes events of conversations that are over */
	bool to_stdout;                /* set by open; only one sink may */
	int reader_fd;                 /* set by open: a pipe whose reader may go quietly, or -1 */
	int err;                       /* the first that was reported */
};

#define IOTX_SINKS_MAX 8

struct iotx_sinks {
	struct iotx_sink list[IOTX_SINKS_MAX];
	u32 count;
	bool quit; /* the reader of a pipe has gone: end quietly */
};

/* spec is NAME[:ARGUMENT]. On failure says why and returns -errno; -EINVAL: usage. */
int iotx_sinks_add(struct iotx_sinks *sinks, const char *spec, const struct iotx_sink_options *opt);

/* An event to every sink. A sink that fails is reported once; its events count as dropped. */
void iotx_sinks_event(struct iotx_sinks *sinks, const struct iotx_event *ev);
/* One that is left out, because findings alone are asked for. */
void iotx_sinks_hidden_event(struct iotx_sinks *sinks, const struct iotx_event *ev);

/* Is there one that takes events of conversations that are over? */
bool iotx_sinks_want_flows(const struct iotx_sinks *sinks);
void iotx_sinks_frame(struct iotx_sinks *sinks, const struct iotx_frame *frame);
void iotx_sinks_tally(struct iotx_sinks *sinks, const struct iotx_sink_tally *t);
void iotx_sinks_flush(struct iotx_sinks *sinks);

/* Flushes and closes; 0, or the first error that a sink met. */
int iotx_sinks_close(struct iotx_sinks *sinks);

/* One line per class, for --help. */
void iotx_sinks_help(void (*line)(const char *name, const char *help));

#endif
