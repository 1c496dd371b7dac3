# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What libcoap's client and server did is what the events and the kernel's counters say.

finish_coap() { # NAME
	map_sum totals >"$LAB_TMP/totals.json"
	unwatch "$1"
	lab_stop "$LAB_COAP" || true # its log is complete when it has ended
	same_account coap-server "$LAB_TMP/coap.log" coap "$LAB_TMP/$1.json"
	same 'events and totals by type' \
		"$(jq -n -c '[inputs | select(.event_type == "coap") | .coap.type | ascii_downcase] |
			[(map(select(. == ("con", "non", "ack", "rst"))) | group_by(.)[] |
			{key: .[0], value: length})] | from_entries' "$LAB_TMP/$1.json")" \
		"$(jq -c '[.ingress, .egress] | map(.coap_messages) |
			[("ack", "con", "non", "rst") as $t | {key: $t, value: (map(.[$t]) | add)} |
			select(.value > 0)] | from_entries' "$LAB_TMP/totals.json")"
	identities_hold "$1"
}

# Every method the server answers, CON and NON, both families, found and not.
test_coap_methods() {
	lab_up
	lab_coap
	watch_json run
	coap -m get "coap://$LAB_SERVER4/.well-known/core" >"$LAB_TMP/core"
	coap -m get "coap://[$LAB_SERVER6]/time" >"$LAB_TMP/time"
	coap -N -m get "coap://$LAB_SERVER4/"
	coap -m put -t text/plain -e 'valve open' "coap://$LAB_SERVER4/example_data"
	coap -m get "coap://[$LAB_SERVER6]/example_data" >"$LAB_TMP/data"
	coap -m delete "coap://$LAB_SERVER4/example_data"
	coap -m post -e x "coap://$LAB_SERVER4/time" 2>/dev/null
	coap -m get "coap://$LAB_SERVER4/a/b?c=d&e=f" 2>/dev/null
	coap -N -m fetch -e x "coap://$LAB_SERVER4/time" 2>/dev/null
	finish_coap run
	same 'a payload' "$(cat "$LAB_TMP/data")" "$(events run '.coap |
		select(.code == "2.05") | .payload' | grep -x -F "$(cat "$LAB_TMP/data")")"
	same 'the query' 'c=d&e=f' "$(events run '.coap.uri_query // empty')"
}

# Notifications carry the numbers that the client saw.
test_coap_observe() {
	lab_up
	lab_coap
	watch_json run
	coap -m get -s 3 -w "coap://$LAB_SERVER4/time" >"$LAB_TMP/seen"
	wait_for 20 grep -q 'Observe:1' "$LAB_TMP/coap.log"
	finish_coap run
	[ "$(events run 'select(.iotxdp.direction == "egress") | .coap.observe // empty' | wc -l)" -ge 3 ]
}

# Block by block, each way.
test_coap_blocks() {
	lab_up
	lab_coap
	watch_json run
	head -c 2000 /dev/zero | tr '\0' x >"$LAB_TMP/large"
	coap -m put -b 64 -f "$LAB_TMP/large" "coap://$LAB_SERVER4/example_data"
	coap -m get -b 128 "coap://[$LAB_SERVER6]/example_data" >"$LAB_TMP/got"
	finish_coap run
	same 'blocks of the request' "$(seq 0 31)" "$(events run 'select(.iotxdp.direction == "ingress") |
		.coap.block1.num // empty')"
	same 'blocks of the response' "$(seq 0 15)" "$(events run 'select(.iotxdp.direction == "egress") |
		.coap.block2.num // empty')"
}
