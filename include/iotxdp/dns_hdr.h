/* SPDX-License-Identifier: GPL-2.0-only */
/* The DNS header (RFC 1035, 4.1.1), as far as it tells a message apart. */
#ifndef IOTXDP_DNS_HDR_H
#define IOTXDP_DNS_HDR_H

#include "cursor.h"

#define IOTX_DNS_HDR_LEN 12

/* From the first bytes of a message; over TCP behind the two of its length. */
IOTX_FN bool iotx_dns_plausible(const u8 *b)
{
	u8 opcode = (b[2] >> 3) & 15, zero = b[3] >> 6 & 1;
	u16 questions = iotx_be16(b + 4), answers = iotx_be16(b + 6);

	return opcode == 0 && !zero && questions <= 16 && (questions || answers);
}

IOTX_FN bool iotx_dns_is_response(const u8 *b)
{
	return b[2] >> 7;
}

#endif
