#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Can the differential test fail? Plants ten mistakes, one at a time, in a copy of the
# shared headers, builds the native side with it and runs it against the BPF object
# that ships: every one must be caught. Needs root and $BUILD/iotxdp.skel.h.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
CC=${CC:-gcc}
packets=${IOTXDP_DIFF_PACKETS:-20000}
sources="tests/bpf/test_diff.c tests/lib/bpf_run.c tests/lib/gen.c tests/lib/msg.c
         tests/lib/native.c tests/lib/pkt.c tests/lib/stream.c
         user/base/buf.c user/base/table.c user/cli/ports.c user/core/link.c user/core/track.c"
# Of what reads the kernel's tables, nothing is mutated.
rest=$BUILD/libiotxdp.a

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

# header|sed expression|what is wrong with it
mutations() {
	cat <<'END'
l4|s/\(define IOTX_VLAN_MAX\) 2/\1 3/|a third VLAN tag is read
l4|s/\(define IOTX_IPV6_EXT_MAX\) 8/\1 7/|an extension header too few is read
l4|s/0x3fff) \/\*/0x1fff) \/*/|a first fragment is taken for a whole datagram
l4|s/0xfff9/0xfff8/|the same in IPv6
l4|s/header_len > left/header_len >= left/|a TCP segment without payload is malformed
mqtt_hdr|s/n + 2 + (h->first/n + 3 + (h->first/|a PUBLISH needs a byte more than it does
framing|s/!iotx_seq_before(f->seen_seq, end_seq)/end_seq <= f->seen_seq/|sequence numbers do not wrap
framing|s/w->off += h->length;/w->off += h->length \& 0x3fff;/|long bodies end too early
coap_hdr|s/h->token_length <= IOTX_COAP_TOKEN_MAX/h->token_length < IOTX_COAP_TOKEN_MAX/|a token of 8 bytes is too long
ws_hdr|s/\(define IOTX_WS_HEAD_MAX\) 1024/\1 1023/|the search for the upgrade ends a byte early
END
}

build() {
	# shellcheck disable=SC2086 # a list of files
	"$CC" -std=gnu11 -O1 -D_GNU_SOURCE -I"$tmp/include" -Iuser -Itests/lib -I"$BUILD" \
		$sources "$rest" -o "$tmp/test_diff" -lcmocka -lbpf -lelf -lz
}

run() {
	IOTXDP_DIFF_PACKETS=$packets IOTXDP_DIFF_PROGRAM=iotx_xdp "$tmp/test_diff" \
		>"$tmp/out" 2>&1
}

plant() {
	rm -rf "$tmp/include"
	cp -r include "$tmp/include"
	header=$tmp/include/iotxdp/$1.h
	sed -i "$2" "$header"
	if cmp -s "$header" "include/iotxdp/$1.h"; then
		echo "does not apply to $1.h: $3" >&2
		exit 1
	fi
}

cp -r include "$tmp/include"
build
if ! run; then
	echo "the headers differ from the BPF object before any mutation:" >&2
	cat "$tmp/out" >&2
	exit 1
fi

caught=0 planted=0
mutations >"$tmp/mutations"
while IFS='|' read -r header expression sentence; do
	plant "$header" "$expression" "$sentence"
	build
	planted=$((planted + 1))
	if ! run && grep -q 'differs at packet' "$tmp/out"; then
		caught=$((caught + 1))
		printf 'caught  %s (%s)\n' "$sentence" \
			"$(sed -n 's/.*differs at \(packet [0-9]*: [^:]*\):.*/\1/p' "$tmp/out")"
	else
		printf 'MISSED  %s\n' "$sentence"
	fi
done <"$tmp/mutations"

echo "# $caught of $planted mutations caught"
[ "$caught" -eq "$planted" ] && [ "$planted" -eq 10 ]
