// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the frames of a capture out of one end of a pair, and waits for them at the other.
 * usage: replay INTERFACE PEER CAPTURE    says how many there were
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/*
 * What a full queue refuses has been counted on its way out and is sent again. So the queue is
 * not to be full: the receiver of a pair has room for 256.
 */
#define BURST 16 /* whole pages, for which a socket has room */
#define PATIENCE_MS 1000

static int end_of_pair(const char *name, int protocol)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !at.sll_ifindex || bind(fd, (const struct sockaddr *)&at, sizeof(at)))
		return -1;
	return fd;
}

/* Until n frames have come, or none comes any more. */
static void wait_for(int fd, unsigned long n)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	char first;

	while (n-- && poll(&wanted, 1, PATIENCE_MS) == 1)
		recv(fd, &first, sizeof(first), 0);
}

static int send_frame(int fd, const u_char *data, size_t len)
{
	while (send(fd, data, len, 0) < 0)
		if (errno != ENOBUFS && errno != EINTR)
			return -errno;
	return 0;
}

int main(int argc, char **argv)
{
	char err[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	unsigned long sent = 0;
	const u_char *data;
	pcap_t *capture;
	int fd, peer;

	if (argc != 4) {
		fprintf(stderr, "usage: replay INTERFACE PEER CAPTURE\n");
		return 2;
	}
	capture = pcap_open_offline(argv[3], err);
	fd = end_of_pair(argv[1], 0);
	peer = end_of_pair(argv[2], ETH_P_ALL);
	if (!capture || fd < 0 || peer < 0) {
		fprintf(stderr, "replay: %s: %s\n", capture ? argv[1] : err, strerror(errno));
		return 1;
	}
	while (pcap_next_ex(capture, &head, &data) == 1) {
		int failed = send_frame(fd, data, head->caplen);

		if (failed) {
			fprintf(stderr, "replay: frame %lu: %s\n", sent + 1, strerror(-failed));
			return 1;
		}
		if (++sent % BURST == 0)
			wait_for(peer, BURST);
	}
	pcap_close(capture);
	printf("sent %lu\n", sent);
	return 0;
}
