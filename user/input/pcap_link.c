// SPDX-License-Identifier: GPL-2.0-only
#include "pcap_link.h"

#include <pcap/pcap.h>

/* LINKTYPE_ numbers; raw IP also by those that systems have put into files of old. */
static const struct {
	u16 number;
	enum iotx_link link;
} rows[] = {
	{ 0, IOTX_LINK_NULL },     /* NULL */
	{ 1, IOTX_LINK_ETHERNET }, /* EN10MB */
	{ 12, IOTX_LINK_IP },      /* RAW, most systems' DLT_ number */
	{ 14, IOTX_LINK_IP },      /* RAW, that of OpenBSD */
	{ 101, IOTX_LINK_IP },     /* RAW */
	{ 108, IOTX_LINK_NULL },   /* LOOP */
	{ 113, IOTX_LINK_SLL },    /* LINUX_SLL */
	{ 228, IOTX_LINK_IP },     /* IPV4 */
	{ 229, IOTX_LINK_IP },     /* IPV6 */
	{ 276, IOTX_LINK_SLL2 },   /* LINUX_SLL2 */
};

bool iotx_pcap_link(u32 number, enum iotx_link *link)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].number == number) {
			*link = rows[i].link;
			return true;
		}
	}
	return false;
}

const char *iotx_pcap_link_name(u32 number)
{
	const char *name = pcap_datalink_val_to_name((int)number);

	return name ? name : "unknown";
}
