// SPDX-License-Identifier: GPL-2.0-only
#include "pins.h"

#include "base/log.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BPFFS "/sys/fs/bpf"

static bool on_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

static bool below_bpffs(const char *path)
{
	size_t len = strlen(BPFFS);

	return !strncmp(path, BPFFS, len) && (path[len] == '/' || !path[len]);
}

static int mount_bpffs(void)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME;
	int err;

	if (!mount("bpf", BPFFS, "bpf", flags, "mode=0700"))
		return 0;
	err = -errno;
	iotx_error("cannot mount the BPF file system on " BPFFS ": %s", strerror(errno));
	return err;
}

/* Like mkdir -p; `path` is written to and restored. */
static int make_dirs(char *path)
{
	for (char *p = path + 1;; p++) {
		char c = *p;
		int err;

		if (c && c != '/')
			continue;
		*p = '\0';
		err = mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
		*p = c;
		if (err || !c)
			return err;
	}
}

/* Is what is there of `path` so far on bpffs? */
static bool belongs_to_bpffs(const char *path)
{
	char at[PATH_MAX];
	char *slash;

	snprintf(at, sizeof(at), "%s", path);
	while (access(at, F_OK)) {
		slash = strrchr(at, '/');
		if (!slash || slash == at)
			return false;
		*slash = '\0';
	}
	return on_bpffs(at);
}

/* bpffs refuses dots in names, and no interface has a colon in its name. */
static int set_paths(struct iotx_pins *p, const char *root, const char *ifname)
{
	int n = snprintf(p->root, sizeof(p->root), "%s", root);
	size_t at;

	while (n > 1 && p->root[n - 1] == '/')
		p->root[--n] = '\0';
	at = (size_t)n + 1;
	if (snprintf(p->dir, sizeof(p->dir), "%s/%s", p->root, ifname) >= (int)sizeof(p->dir))
		return -ENAMETOOLONG;
	for (char *c = p->dir + at; *c; c++)
		if (*c == '.')
			*c = ':';
	return 0;
}

/* -EWOULDBLOCK: another holds the lock; -ESTALE: another has just removed the directory. */
static int lock_dir(struct iotx_pins *p)
{
	struct stat held, named;
	int err = make_dirs(p->dir);

	if (err)
		return err == -ENOENT ? -ESTALE : err;
	p->lock_fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->lock_fd < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	if (flock(p->lock_fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (stat(p->dir, &named) || fstat(p->lock_fd, &held) || held.st_ino != named.st_ino)
		err = -ESTALE;
	if (!err)
		return 0;
	close(p->lock_fd);
	p->lock_fd = -1;
	return err;
}

static void explain(const struct iotx_pins *p, const char *ifname, int err)
{
	if (err == -EWOULDBLOCK)
		iotx_error("%s is already watched by another iotxdp, which holds %s: stop that one "
			   "first; if it is of another network namespace, use --pin-dir",
			   ifname, p->dir);
	else if (err == -EPERM)
		iotx_error("cannot make %s: a BPF file system permits no dots in names", p->dir);
	else
		iotx_error("cannot use %s: %s", p->dir, strerror(-err));
}

int iotx_pins_open(struct iotx_pins *p, const char *root, const char *ifname)
{
	int err;

	p->lock_fd = -1;
	err = set_paths(p, root, ifname);
	if (!err && below_bpffs(p->root) && !on_bpffs(BPFFS)) {
		err = mount_bpffs();
		if (err)
			return err;
	}
	if (!err && !belongs_to_bpffs(p->root)) {
		iotx_error("%s is not on a BPF file system: name a directory below " BPFFS
			   " with --pin-dir",
			   p->root);
		return -EINVAL;
	}
	if (!err) {
		do
			err = lock_dir(p);
		while (err == -ESTALE);
	}
	if (err)
		explain(p, ifname, err);
	return err;
}

static int pin_path(const struct iotx_pins *p, const char *name, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", p->dir, name) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int iotx_pins_add(const struct iotx_pins *p, int map_fd, const char *name)
{
	char path[PATH_MAX];
	int err = pin_path(p, name, path);

	if (err)
		return err;
	if (unlink(path) && errno != ENOENT)
		return -errno;
	return bpf_obj_pin(map_fd, path) ? -errno : 0;
}

void iotx_pins_close(struct iotx_pins *p)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (p->lock_fd < 0)
		return;
	dir = opendir(p->dir);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !pin_path(p, entry->d_name, path))
			unlink(path);
	if (dir)
		closedir(dir);
	rmdir(p->dir);
	rmdir(p->root); /* fails while another interface has its pins there */
	close(p->lock_fd);
	p->lock_fd = -1;
}
