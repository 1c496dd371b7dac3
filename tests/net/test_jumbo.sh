# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Packets above a page: native XDP sees them in pieces, generic XDP put together.

# Messages of 8 kB each way; whoever receives is watched with the OPTIONS.
eight_kb() { # MTU HOW OPTIONS...
	local mtu=$1 how=$2 i
	shift 2
	lab_up
	client ip link set dev lab0 mtu "$mtu"
	server ip link set dev eth0 mtu "$mtu"
	lab_broker
	watch_json run "$@"
	contains "$LAB_TMP/run.err" "watching eth0.*$how"
	mqtt_sub sub-lines -V 5 -h $LAB_SERVER4 -q 1 -t 'lines/#' -C 100
	for i in $(seq 50); do
		head -c 6000 /dev/urandom | base64 -w 0
		echo
	done >"$LAB_TMP/lines"
	mqtt_pub -V 311 -h $LAB_SERVER4 -i pub-4 -q 1 -t lines/4 -l <"$LAB_TMP/lines"
	mqtt_pub -V 5 -h $LAB_SERVER6 -i pub-6 -q 1 -t lines/6 -l <"$LAB_TMP/lines"
	wait_for 30 grep -q 'Received DISCONNECT from sub-lines' "$LAB_TMP/broker.log"
	finish_mqtt run
	for i in ingress egress; do
		same "messages, $i" "$(cat "$LAB_TMP/lines" "$LAB_TMP/lines")" \
			"$(events run 'select(.iotxdp.direction == "'$i'") | .mqtt.publish // empty | .message')"
	done
	# Else nothing was learned about packets above a page.
	jq -e '.ingress | .seen_bytes / .seen > 2000 and .samples_unreadable == 0' "$LAB_TMP/ledger.json" || {
		jq -c '.ingress | [.seen_bytes, .seen]' "$LAB_TMP/ledger.json"
		return 1
	}
}

test_jumbo_native() {
	eight_kb 9000 'XDP native' --mode native
}

test_jumbo_without_frags() {
	export IOTXDP_WITHOUT=frags
	eight_kb 9000 'XDP generic'
}

# Aggregates of what the sender's stack leaves to the card, or what the receiver's puts together.
test_jumbo_generic_aggregates() {
	eight_kb 1500 'XDP generic' --mode generic
}
