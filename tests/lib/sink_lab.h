/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Outputs under test: a folder of their own, events to offer, what they say kept
 * from the terminal, and what must hold at any time.
 */
#ifndef IOTXDP_TESTS_SINK_LAB_H
#define IOTXDP_TESTS_SINK_LAB_H

#include "output/sink.h"
#include "temp.h"

/* A name in the folder, and with the name of an output before it. */
#define IOTX_LAB_PATH_MAX (IOTX_TEMP_PATH_MAX + 16)
#define IOTX_LAB_SPEC_MAX (IOTX_LAB_PATH_MAX + 16)

extern char iotx_lab_dir[IOTX_TEMP_PATH_MAX]; /* empty but for */
extern char iotx_lab_path[IOTX_LAB_PATH_MAX]; /* a file that is not there yet */
extern char iotx_lab_spec[IOTX_LAB_SPEC_MAX]; /* JSON to it */

/* Of a group of tests. */
int iotx_lab_setup(void **state);
int iotx_lab_teardown(void **state);

/* The calls under test, which may write to standard error. */
int iotx_lab_add(struct iotx_sinks *sinks, const char *spec);
int iotx_lab_add_with(struct iotx_sinks *sinks, const char *what,
		      const struct iotx_sink_options *opt);
void iotx_lab_offer(struct iotx_sinks *sinks, u32 count); /* lines differ in length */
void iotx_lab_flush(struct iotx_sinks *sinks);
int iotx_lab_finish(struct iotx_sinks *sinks);

/* Lines that they wrote there since the last question. */
u32 iotx_lab_said(void);

/* I5: what was offered is what was written and what was dropped. */
void iotx_lab_check_sum(const struct iotx_sink *s);

/* Every line of the file is whole and valid; returns how many. */
u64 iotx_lab_lines_in(const char *file);

#endif
