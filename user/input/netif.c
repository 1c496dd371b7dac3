// SPDX-License-Identifier: GPL-2.0-only
#include "netif.h"

#include "base/log.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAMES_MAX 512 /* of the interfaces that there are, in an error message */

static int say_missing(const char *name)
{
	struct if_nameindex *list = if_nameindex();
	char names[NAMES_MAX] = "";
	size_t len = 0;

	for (struct if_nameindex *i = list; i && i->if_index; i++) {
		if (len + IF_NAMESIZE + 4 > sizeof(names)) {
			snprintf(names + len, sizeof(names) - len, " ...");
			break;
		}
		len += (size_t)snprintf(names + len, sizeof(names) - len, " %s", i->if_name);
	}
	if (list)
		if_freenameindex(list);
	iotx_error("no interface \"%s\"; there are:%s", name, names);
	return -ENODEV;
}

/* One of the SIOCGIF... requests. */
static int ask(unsigned long request, struct ifreq *r)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = ioctl(fd, request, r) ? -errno : 0;
	close(fd);
	return err;
}

int iotx_netif_find(struct iotx_netif *n, const char *name)
{
	struct ifreq r = {};

	n->name = name;
	n->index = if_nametoindex(name);
	if (!n->index || strlen(name) >= sizeof(r.ifr_name))
		return say_missing(name);
	memcpy(r.ifr_name, name, strlen(name));
	if (ask(SIOCGIFFLAGS, &r))
		return say_missing(name);
	n->loopback = r.ifr_flags & IFF_LOOPBACK;
	if (ask(SIOCGIFMTU, &r))
		return say_missing(name);
	n->mtu = (u32)r.ifr_mtu;
	if (ask(SIOCGIFHWADDR, &r))
		return say_missing(name);
	if (r.ifr_hwaddr.sa_family == ARPHRD_ETHER || n->loopback)
		return 0;
	iotx_error("%s has no Ethernet header (link type %u): watch the interface below it", name,
		   r.ifr_hwaddr.sa_family);
	return -EPROTONOSUPPORT;
}
