# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's counters against the interface's own, and what a person reads in the maps.

mixed_traffic() {
	local i
	mqtt_sub sub-1 -V 5 -h $LAB_SERVER4 -q 1 -t 'a/#' -C 12
	for i in 1 2 3; do
		mqtt_pub -V 311 -h $LAB_SERVER4 -i "pub-$i" -q $((i - 1)) -t a/b -m "$i"
		seq 3 | mqtt_pub -V 5 -h $LAB_SERVER4 -i "lines-$i" -t a/c -l
	done
	coap -m get "coap://$LAB_SERVER4/time" >/dev/null
	client ping -q -c 3 -i 0.1 $LAB_SERVER4 >/dev/null 2>&1 || true
	client bash -c "exec 3<>/dev/tcp/$LAB_SERVER4/9" 2>/dev/null || true
}

# seen = what the interface says it has received and sent, packet by packet.
seen_equals_interface() { # MODE
	local before after ledger
	lab_up 4
	lab_broker
	lab_coap
	wait_for 20 quiet
	watch_json run --mode "$1"
	before=$(interface_packets)
	mixed_traffic
	wait_for 20 quiet
	after=$(interface_packets)
	ledger=$(map_sum ledger)
	unwatch run
	identities_hold run
	same 'packets in and out' \
		"$(echo "$before $after" | awk '{ print $3 - $1, $4 - $2 }')" \
		"$(jq -r '"\(.ingress.seen) \(.egress.seen)"' <<<"$ledger")"
}

test_counters_seen_native() {
	seen_equals_interface native
}

test_counters_seen_generic() {
	seen_equals_interface generic
}

# I1 from the maps themselves: each packet is in exactly one place.
test_counters_identity_of_packets() {
	lab_up
	lab_broker
	lab_coap
	watch_json run
	mixed_traffic
	wait_for 20 quiet
	map_sum ledger >"$LAB_TMP/ledger.json"
	map_sum totals >"$LAB_TMP/totals.json"
	unwatch run
	same 'seen and the sum of the parts' \
		"$(jq -c '[.ingress.seen, .egress.seen]' "$LAB_TMP/ledger.json")" \
		"$(jq -c -s '[("ingress", "egress") as $d |
			(.[0][$d] | .not_iot + .fragments + .malformed) +
			([.[1][$d][] | .packets? // empty] | add)]' \
			"$LAB_TMP/ledger.json" "$LAB_TMP/totals.json")"
	same 'fragments and malformed' '[0,0]' "$(jq -c '[.ingress, .egress] |
		[(map(.fragments) | add), (map(.malformed) | add)]' "$LAB_TMP/ledger.json")"
	[ "$(jq .ingress.not_iot "$LAB_TMP/ledger.json")" -gt 0 ]
}

# A datagram in fragments is counted as fragments and makes no flow.
test_counters_fragments() {
	lab_up 4
	watch run eth0 -o none
	client ping -q -c 1 -W 5 -s 4000 $LAB_SERVER4 >/dev/null
	wait_for 20 quiet
	same 'fragments' '[3,3]' "$(map_sum ledger | jq -c '[.ingress.fragments, .egress.fragments]')"
	published
	same 'flows' 0 "$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | jq length)"
	unwatch run
	identities_hold run
}

# Traffic that is none of ours makes no flow entry.
test_counters_no_flow_for_others() {
	lab_up 4
	server python3 -m http.server 8000 --directory "$LAB_TMP" >/dev/null 2>&1 &
	LAB_PIDS+=($!)
	wait_for 20 lab_listens tcp 8000
	watch run eth0 -o none
	client bash -c "exec 3<>/dev/tcp/$LAB_SERVER4/8000
		printf 'GET / HTTP/1.0\r\n\r\n' >&3; cat <&3" >/dev/null
	wait_for 20 quiet
	published
	same 'flows' 0 "$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | jq length)"
	unwatch run
}

# Numbers that differ from run to run are masked; everything a person reads is compared.
masked_dump() { # MAP
	bpftool map dump pinned "$LAB_PINS/eth0/$1" | python3 tests/net/masked.py
}

# A golden dump: addresses, ports and names legible. UPDATE=1 writes it anew.
test_counters_map_dump() {
	local map golden
	lab_up
	lab_broker
	lab_coap
	watch_json run
	# Ports are chosen, so that the order and the numbers of the dump are known.
	client mosquitto_pub -V 5 -h $LAB_SERVER4 -i pub-4 -q 2 -t a/b -m x
	client mosquitto_pub -V 311 -h $LAB_SERVER6 -i pub-6 -q 1 -t a/b -m x
	coap -p 40004 -m get "coap://$LAB_SERVER4/time" >/dev/null
	coap -p 40006 -m get "coap://[$LAB_SERVER6]/time" >/dev/null
	wait_for 20 quiet
	published
	for map in flows4 flows6; do
		golden=tests/net/golden/$map.txt
		masked_dump $map >"$LAB_TMP/$map"
		[ "${UPDATE:-0}" = 0 ] || cp "$LAB_TMP/$map" $golden
		same "$golden and the dump" "$(cat $golden)" "$(cat "$LAB_TMP/$map")"
	done
	contains "$LAB_TMP/flows4" '"src_ip": \[10,9,0,2'
	contains "$LAB_TMP/flows6" '"dst_ip": 0xfd090000000000000000000000000002'
	unwatch run
}
