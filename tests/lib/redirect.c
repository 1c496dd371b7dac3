// SPDX-License-Identifier: GPL-2.0-only
#include "redirect.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int iotx_redirect(int fd, int to)
{
	int saved;

	fflush(NULL);
	saved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	dup2(to, fd);
	return saved;
}

void iotx_restore(int fd, int saved)
{
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
}
