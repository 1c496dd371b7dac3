/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames from a capture file of either format, packed by gzip or not. */
#ifndef IOTXDP_INPUT_FILE_H
#define IOTXDP_INPUT_FILE_H

#include "input.h"
#include "source.h"

/* A format. Functions print why they fail, and -EINTR means that a signal interrupted. */
struct iotx_file_class {
	int (*open)(void **reader, struct iotx_source *source);
	/* Numbers the frames from 1. 1; 0 at the end; -errno. */
	int (*next)(void *reader, struct iotx_frame *frame);
	void (*close)(void *reader);
};

struct iotx_file;

/*
 * "-" is standard input; a filter of NULL lets every frame pass. On failure says why and
 * returns -errno; -EINTR, without a word, when a signal interrupted it.
 */
int iotx_file_open(struct iotx_file **out, const char *path, const char *filter);

/*
 * The next frame: 1. The end: 0. Damage, behind which nothing can be read: says so, naming
 * the place, and returns -errno; -EINTR as above.
 */
int iotx_file_next(struct iotx_file *f, struct iotx_frame *frame);

/* 1 or 0; -EINVAL, after saying why, when the filter means nothing to the link type. */
int iotx_file_passes(struct iotx_file *f, const struct iotx_frame *frame);

void iotx_file_close(struct iotx_file *f);

struct iotx_file_state {
	u64 frames, passed; /* read so far, and of them passed by the filter */
	u64 taken, size;    /* bytes of the file as it lies there; size 0: unknown */
};

void iotx_file_state(const struct iotx_file *f, struct iotx_file_state *state);

#endif
