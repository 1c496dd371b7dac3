/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can come of reading untrusted bytes. Decoders and the core speak these;
 * system-facing functions return 0 or -errno and never mix the two.
 */
#ifndef IOTXDP_ERR_H
#define IOTXDP_ERR_H

/*        id         value  verdict       sentence */
#define IOTX_ERRORS(X)                                                                          \
	X(OK, 0, "ok", "well formed")                                                           \
	X(E_SHORT, -1, "incomplete", "the bytes end before the message does")                   \
	X(E_BAD, -2, "malformed", "the bytes break the format")                                 \
	X(E_RULE, -3, "violation", "the format holds, a rule of the protocol is broken")        \
	X(E_LIMIT, -4, "limit", "a limit of this program was reached, on purpose")              \
	X(E_LOST, -5, "lost", "bytes are missing, so message boundaries are unknown")           \
	X(E_ALIEN, -6, "alien", "the bytes are not of this protocol")                           \
	X(E_END, -7, "end", "an iterator has nothing left")

enum iotx_err {
#define X(id, value, verdict, sentence) IOTX_##id = value,
	IOTX_ERRORS(X)
#undef X
};

#endif
