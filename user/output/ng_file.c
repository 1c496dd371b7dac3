// SPDX-License-Identifier: GPL-2.0-only
#include "ng_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Wireshark reads at the other end: it goes away when it has seen enough. */
static int reader_of(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) ? fd : -1;
}

static int open_section(struct iotx_ng_file *f)
{
	int err = iotx_ng_section(&f->lines.buf);

	f->open = !err;
	f->interface_count = 0;
	return err;
}

/* A name is that of the command line, or NULL: the same place for as long as we run. */
static bool same(const struct iotx_ng_interface *a, const struct iotx_ng_interface *b)
{
	return a->name == b->name && a->link_type == b->link_type;
}

/* Sets f->latest, and describes the interface if it is new. */
static int find_interface(struct iotx_ng_file *f, const struct iotx_ng_interface *i)
{
	int err;

	if (f->latest < f->interface_count && same(&f->interfaces[f->latest], i))
		return 0;
	for (f->latest = 0; f->latest < f->interface_count; f->latest++)
		if (same(&f->interfaces[f->latest], i))
			return 0;
	if (f->interface_count == IOTX_NG_INTERFACES_MAX)
		return -ENOSPC;
	err = iotx_ng_interface(&f->lines.buf, i->link_type, i->name);
	if (!err)
		f->interfaces[f->interface_count++] = *i;
	return err;
}

/* What came of the last call that may have written. */
static int settle(struct iotx_ng_file *f, int err)
{
	if (err)
		f->open = false;
	return err;
}

int iotx_ng_create(struct iotx_sink *s, const char *path, size_t state_size)
{
	struct iotx_ng_file *f;
	int err;

	if (!path)
		return -EINVAL;
	f = calloc(1, state_size);
	if (!f)
		return -ENOMEM;
	err = iotx_lines_open(&f->lines, s, path);
	if (err) {
		free(f);
		return err;
	}
	f->lines.record = iotx_ng_record;
	s->reader_fd = reader_of(f->lines.fd);
	s->state = f;
	err = open_section(f);
	if (err)
		iotx_ng_close(s);
	return err;
}

int iotx_ng_write(struct iotx_sink *s, const struct iotx_ng_interface *i, struct iotx_ng_packet *p)
{
	struct iotx_ng_file *f = s->state;
	size_t mark = f->lines.buf.len;
	int err = f->open ? 0 : open_section(f);

	if (!err)
		err = find_interface(f, i);
	if (!err) {
		p->interface = f->latest;
		err = iotx_ng_packet(&f->lines.buf, p);
	}
	return settle(f, iotx_lines_commit(&f->lines, s, mark, err));
}

int iotx_ng_tally(struct iotx_sink *s, const struct iotx_sink_tally *t)
{
	struct iotx_ng_file *f = s->state;
	int err = 0;

	for (u32 i = 0; f->open && i < f->interface_count && !err; i++)
		if (f->interfaces[i].name == t->iface)
			err = iotx_ng_statistics(&f->lines.buf, i, t->ts_ns, t->seen, t->lost);
	return err;
}

int iotx_ng_flush(struct iotx_sink *s)
{
	struct iotx_ng_file *f = s->state;

	return settle(f, iotx_lines_flush(&f->lines, s));
}

void iotx_ng_close(struct iotx_sink *s)
{
	struct iotx_ng_file *f = s->state;

	iotx_lines_close(&f->lines);
	free(f);
}

enum iotx_ng_direction iotx_ng_direction_of(const char *dir)
{
	if (!dir)
		return IOTX_NG_UNKNOWN;
	return strcmp(dir, "ingress") ? IOTX_NG_OUTBOUND : IOTX_NG_INBOUND;
}
