// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the frames of a capture out of an interface, one after the other.
 * usage: replay INTERFACE CAPTURE    says how many there were
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * What a full queue refuses has been counted on its way out and is sent again. So the queue is
 * not to be full: the receiver of a pair has room for 256, and its turn after BURST.
 */
#define BURST 64
#define PAUSE_US 2000

static int send_frame(int fd, const struct sockaddr_ll *to, const u_char *data, size_t len)
{
	while (sendto(fd, data, len, 0, (const struct sockaddr *)to, sizeof(*to)) < 0)
		if (errno != ENOBUFS && errno != EINTR)
			return -errno;
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	char err[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	unsigned long sent = 0;
	const u_char *data;
	pcap_t *capture;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: replay INTERFACE CAPTURE\n");
		return 2;
	}
	capture = pcap_open_offline(argv[2], err);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (!capture || fd < 0 || !to.sll_ifindex) {
		fprintf(stderr, "replay: %s: %s\n", capture ? argv[1] : err, strerror(errno));
		return 1;
	}
	while (pcap_next_ex(capture, &head, &data) == 1) {
		int failed = send_frame(fd, &to, data, head->caplen);

		if (failed) {
			fprintf(stderr, "replay: frame %lu: %s\n", sent + 1, strerror(-failed));
			return 1;
		}
		if (++sent % BURST == 0)
			usleep(PAUSE_US);
	}
	pcap_close(capture);
	printf("sent %lu\n", sent);
	return 0;
}
