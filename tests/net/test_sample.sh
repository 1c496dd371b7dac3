# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sampling chooses whole conversations and never touches a counter.

CLIENTS=60

many_clients() {
	local i
	for i in $(seq $CLIENTS); do
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub-$i" -q 2 -t "a/$i" -m "$i"
	done
	wait_for 20 quiet
}

# Types of the messages of each conversation, one line each: "n types".
conversations() {
	jq -s -r 'group_by(.flow_id)[] | map(.mqtt | keys[0]) | join(" ")' "$LAB_TMP/run.json" |
		sort | uniq -c | awk '{ n = $1; $1 = ""; print n ":" $0 }'
}

# Of one flow in four, all; of the others, the messages that shape a session.
test_sample_one_in_four() {
	local whole shaped
	lab_up 4
	lab_broker
	watch_json run -s 4
	many_clients
	map_sum totals >"$LAB_TMP/totals.json"
	unwatch run
	identities_hold run
	whole=$(conversations | sed -n 's/^\(.*\): connect connack publish pubrec pubrel pubcomp disconnect$/\1/p')
	shaped=$(conversations | sed -n 's/^\(.*\): connect connack disconnect$/\1/p')
	conversations
	same 'conversations, whole or by their shape' $CLIENTS $((${whole:-0} + ${shaped:-0}))
	((whole >= 3 && whole <= 35))
	same 'weights' '4' "$(events run 'select(.mqtt.publish) | .iotxdp.weight' | sort -u)"
	same 'publish messages counted' $CLIENTS "$(jq .ingress.mqtt_messages.publish "$LAB_TMP/totals.json")"
	same 'pubcomp messages counted' $CLIENTS "$(jq .egress.mqtt_messages.pubcomp "$LAB_TMP/totals.json")"
}

# -s 0: only what shapes a session.
test_sample_shape_only() {
	lab_up 4
	lab_broker
	watch_json run -s 0
	many_clients
	unwatch run
	same 'conversations' "$CLIENTS: connect connack disconnect" "$(conversations)"
}

# A snap length cuts packets, says so, and loses no message boundary.
test_sample_snaplen() {
	local i
	lab_up 4
	lab_broker
	watch_json run -s 1:256
	head -c 5000 /dev/zero | tr '\0' x >"$LAB_TMP/large"
	mqtt_sub sub-1 -V 5 -h $LAB_SERVER4 -q 1 -t 'a/#' -C 5
	for i in 1 2 3 4 5; do
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub-$i" -q 1 -t "a/$i" -f "$LAB_TMP/large"
	done
	wait_for 20 grep -q 'Received DISCONNECT from sub-1' "$LAB_TMP/broker.log"
	wait_for 20 quiet
	map_sum ledger >"$LAB_TMP/ledger.json"
	unwatch run
	identities_hold run
	[ "$(jq .ingress.sample_bytes_cut "$LAB_TMP/ledger.json")" -gt 20000 ]
	same 'topics in and out' "$(for i in 1 2 3 4 5; do printf 'a/%s\na/%s\n' $i $i; done)" \
		"$(events run '.mqtt.publish.topic // empty' | sort)"
	same 'acknowledgements after a cut payload' 10 "$(events run 'select(.mqtt.puback) | 1' | wc -l)"
	same 'disconnects' 6 "$(events run 'select(.mqtt.disconnect) | 1' | wc -l)"
}

# A ring that is too small loses records, not counts, and says how many.
test_sample_ring_full() {
	lab_up 4
	lab_broker
	watch_json run --ring-size 4K
	seq 5000 | mqtt_pub -V 311 -h $LAB_SERVER4 -i pub-1 -q 1 -t a/b -l
	wait_for 20 quiet
	map_sum totals >"$LAB_TMP/totals.json"
	map_sum ledger >"$LAB_TMP/ledger.json"
	unwatch run
	identities_hold run
	jq -e '[.[].samples_ring_full] | add > 0' "$LAB_TMP/ledger.json" >/dev/null
	contains "$LAB_TMP/run.err" 'samples_ring_full +[1-9]'
	same 'publish messages counted' 5000 "$(jq .ingress.mqtt_messages.publish "$LAB_TMP/totals.json")"
}
