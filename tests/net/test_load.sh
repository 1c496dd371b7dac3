# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The ledger under load: a sender of our own, alone, millions of packets; whatever is lost on
# the way to user space, every packet is accounted for, by class, and every loss has a reason.
# LOAD is the length: 1 for make test, more for make nightly.
LOAD=${LOAD:-1}
blast=$(dirname "$IOTXDP")/tests/bench/blast

blast() { # PER_SECOND FRAME:PACKETS[:FLOWS]...; what was sent goes to LAB_TMP/sent.json
	client "$blast" lab0 "$@" >"$LAB_TMP/sent.json"
}

# Of both directions; what is sent comes in.
sent() { jq "$1" "$LAB_TMP/sent.json"; }
total() { map_sum totals | jq "[.ingress, .egress | $1] | add"; }
ledger() { map_sum ledger | jq "[.ingress, .egress | $1] | add"; }

# Nothing but the sender has sent: each class is what was sent of it.
accounted_by_class() {
	same 'mqtt packets' "$(sent '.mqtt.packets + ."mqtt-16".packets')" "$(total .mqtt.packets)"
	same 'publish messages' "$(sent '.mqtt.messages + ."mqtt-16".messages')" "$(total .mqtt_messages.publish)"
	same 'coap packets' "$(sent .coap.packets)" "$(total .coap.packets)"
	same 'coap messages' "$(sent .coap.messages)" "$(total .coap_messages.con)"
	same 'packets that are not IoT' "$(sent '."other-udp".packets + ."other-tcp".packets')" "$(ledger .not_iot)"
	same 'packets' "$(sent '[.[].packets] | add')" "$(ledger .seen)"
}

mixed() { # FLOWS
	local n=$((LOAD * 250000))
	blast 0 "mqtt:$n:$1" "mqtt-16:$((n / 8)):$1" "coap:$n:$1" "other-udp:$n" "other-tcp:$n"
}

loaded() { # OPTIONS...: a lab and a watcher
	[ -x "$blast" ] || skip 'tests/bench/blast is not built'
	lab_up 4
	watch run eth0 -o none --mode native "$@"
}

# Every identity holds, and those of flows by the numbers themselves.
settled() {
	unwatch run
	identities_hold run
	adds_up run I3
	adds_up run I7
}

# Of mixed: no flow had to make room, so they are as many as were sent.
all_flows_live() { # FLOWS
	contains "$LAB_TMP/run.err" \
		"I3 eth0: flows created $((3 * $1)) = live $((3 * $1)) \\+ expired 0 \\+ evicted 0: holds"
}

test_load_every_packet_is_accounted_for() {
	loaded -s 0
	mixed 1024
	accounted_by_class
	same 'segments whose boundaries were lost' 0 "$(ledger '.segments_gap + .segments_lost')"
	settled
	all_flows_live 1024
}

# More is wanted than a small ring holds: the rest has a reason, and the counts do not change.
test_load_ring_starved() {
	loaded --ring-size 64K --budget 0
	mixed 1024
	accounted_by_class
	[ "$(ledger .samples_ring_full)" -gt 0 ]
	[ "$(ledger .samples_over_budget)" = 0 ]
	settled
}

# Far more flows than the table has entries.
test_load_table_full() {
	loaded -s 0 --flows 256
	mixed 8192
	accounted_by_class
	[ "$(ledger .flows_evicted)" -gt 16384 ]
	settled
}

# The consumer stands still for seconds; the kernel half goes on alone.
test_load_consumer_stopped() {
	loaded
	kill -STOP "$WATCHER"
	mixed 1024
	sleep 1
	accounted_by_class
	kill -CONT "$WATCHER"
	[ "$(ledger '.samples_ring_full + .samples_over_budget')" -gt 0 ]
	settled
}

# One client floods, another one's sessions are seen whole.
test_load_flood_starves_nobody() {
	local i sessions=20 seconds=$((4 + LOAD)) flood before after
	[ -x "$blast" ] || skip 'tests/bench/blast is not built'
	lab_up 4
	lab_broker
	wait_for 20 quiet
	watch_json run --mode native
	before=$(interface_packets)
	lab_spawn client "$blast" lab0 220000 "mqtt:$((220000 * seconds))" >"$LAB_TMP/sent.json" 2>"$LAB_TMP/blast.err"
	flood=$LAB_PID
	for i in $(seq $sessions); do
		client timeout 20 mosquitto_sub -h $LAB_SERVER4 -i "sub-$i" -t "quiet/$i" -E
	done
	lab_pid_gone "$flood" && echo 'the flood was over too soon' && return 1
	wait "$flood"
	cat "$LAB_TMP/blast.err"
	[ "$(sed -n 's/^blast: \([0-9]*\) packets a second.*/\1/p' "$LAB_TMP/blast.err")" -ge 200000 ]
	wait_for 20 quiet
	# Two senders share the pair, so the flood may lose some: what has arrived is what counts.
	after=$(interface_packets)
	same 'packets in and out' "$(echo "$before $after" | awk '{ print $3 - $1, $4 - $2 }')" \
		"$(map_sum ledger | jq -r '"\(.ingress.seen) \(.egress.seen)"')"
	same 'session messages that were refused' 0 "$(ledger .samples_shaping_lost)"
	unwatch run
	identities_hold run
	grep -E 'samples_|I2' "$LAB_TMP/run.err" || true
	same 'session messages of the quiet clients' \
		"$(printf "$sessions %s\n" connack connect disconnect suback subscribe)" \
		"$(events run 'select([.src_ip, .dest_ip] | index("'$LAB_CLIENT4'")) | .mqtt | keys[0]' |
			sort | uniq -c | awk '{ print $1, $2 }')"
}
