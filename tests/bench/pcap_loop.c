// SPDX-License-Identifier: GPL-2.0-only
/* The yardstick: what libpcap takes to read a capture when nothing is done with it. */
#include <pcap/pcap.h>
#include <stdio.h>

struct sum {
	unsigned long long packets, bytes;
};

static void on_packet(unsigned char *arg, const struct pcap_pkthdr *h, const unsigned char *data)
{
	struct sum *sum = (struct sum *)arg;

	sum->packets++;
	sum->bytes += h->caplen + data[0];
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	struct sum sum = { 0, 0 };
	pcap_t *p;

	if (argc != 2) {
		fputs("usage: pcap_loop FILE\n", stderr);
		return 2;
	}
	p = pcap_open_offline(argv[1], why);
	if (!p) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	if (pcap_loop(p, -1, on_packet, (unsigned char *)&sum)) {
		fprintf(stderr, "%s: %s\n", argv[1], pcap_geterr(p));
		return 1;
	}
	printf("%llu %llu\n", sum.packets, sum.bytes);
	pcap_close(p);
	return 0;
}
