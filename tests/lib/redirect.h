/* SPDX-License-Identifier: GPL-2.0-only */
/* A standard stream led elsewhere for a while. */
#ifndef IOTXDP_TESTS_REDIRECT_H
#define IOTXDP_TESTS_REDIRECT_H

/* fd now is where `to` is; returns what iotx_restore needs. */
int iotx_redirect(int fd, int to);
void iotx_restore(int fd, int saved);

#endif
