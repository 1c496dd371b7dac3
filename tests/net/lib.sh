# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tests of this folder share. IOTXDP is the program.
. scripts/lab.sh

# Says where a test failed, once, from the inside out.
trace() {
	local i
	trap - ERR
	echo "failed: $1"
	for ((i = 1; i < ${#FUNCNAME[@]} - 1; i++)); do
		echo "  at ${BASH_SOURCE[i]}:${BASH_LINENO[i - 1]} in ${FUNCNAME[i]}"
	done
} >&2
trap 'trace "$BASH_COMMAND"' ERR

skip() {
	echo "$*"
	exit 77
}

same() { # WHAT EXPECTED GOT
	[ "$2" != "$3" ] || return 0
	printf '%s differ: expected (<), got (>)\n' "$1"
	diff <(printf '%s\n' "$2") <(printf '%s\n' "$3")
	return 1
} >&2

contains() { # FILE PATTERN
	grep -q -E "$2" "$1" && return
	printf 'nothing like "%s" in:\n' "$2"
	cat "$1"
	return 1
} >&2

lacks() { # FILE PATTERN
	if grep -n -E "$2" "$1"; then
		printf 'that is in %s and matches "%s"\n' "$1" "$2"
		return 1
	fi
} >&2

# --- the program ---------------------------------------------------------------------------

# Starts it on the server's side: NAME.json, NAME.out, NAME.err in LAB_TMP, its process in
# WATCHER. The pins are the lab's own, because bpffs is shared by namespaces.
watch() { # NAME OPTIONS...
	local name=$1
	shift
	lab_spawn server "$IOTXDP" --pin-dir "$LAB_PINS" "$@" \
		>"$LAB_TMP/$name.out" 2>"$LAB_TMP/$name.err"
	WATCHER=$LAB_PID
	lab_watching "$WATCHER" "$LAB_TMP/$name.err" || {
		cat "$LAB_TMP/$name.err" >&2
		return 1
	}
}

# The common case: every message of eth0 goes to NAME.json, and every finding.
watch_json() { # NAME OPTIONS...
	local name=$1
	shift
	watch "$name" eth0 -o "json:$LAB_TMP/$name.json" \
		--events mqtt,coap,mqttsn,websocket,dns,finding "$@"
}

unwatch() { # NAME: ends the last one, which must say so with status 0
	local status=0
	lab_stop "$WATCHER" INT || status=$?
	[ $status = 0 ] && return
	echo "iotxdp ended with status $status:" >&2
	cat "$LAB_TMP/$1.err" >&2
	return 1
}

# A start that must fail: the message in LAB_TMP/refused, the status in REFUSED.
refused() { # OPTIONS...
	REFUSED=0
	server timeout 60 "$IOTXDP" "$@" >/dev/null 2>"$LAB_TMP/refused" || REFUSED=$?
}

# --- traffic ---------------------------------------------------------------------------------

mqtt_pub() { client timeout 60 mosquitto_pub "$@"; }

# A subscriber in the background, confirmed by the broker; its lines go to ID.sub.
mqtt_sub() { # ID ARGUMENTS...
	local id=$1
	shift
	lab_spawn client mosquitto_sub -W 60 -i "$id" "$@" >"$LAB_TMP/$id.sub"
	wait_for 20 grep -q "Sending SUBACK to $id" "$LAB_TMP/broker.log"
}

coap() { client timeout 60 "$(lab_coap_tool client)" "$@"; }

# --- what happened -----------------------------------------------------------------------------

events() { # NAME FILTER: of the events of a run, by jq
	jq -r "$2" "$LAB_TMP/$1.json"
}

# Nobody says anything any more: no open connection, and the counters stand still.
quiet() {
	local before
	[ -z "$(server ss -Htn state connected exclude time-wait '( sport = :1883 or sport = :9001 )')" ] || return 1
	before=$(interface_packets)
	sleep 0.3
	[ "$(interface_packets)" = "$before" ]
}

# Every message of the server's own log is an event, and no other is.
same_account() { # VIEW LOG VIEW JSON
	python3 tests/net/views.py "$1" "$2" >"$LAB_TMP/expected"
	python3 tests/net/views.py "$3" "$4" >"$LAB_TMP/said"
	[ -s "$LAB_TMP/expected" ]
	same "the server's log and the events" "$(cat "$LAB_TMP/expected")" "$(cat "$LAB_TMP/said")"
}

# What came until now is in flows4 and flows6 of an interface, by default eth0.
published() { # [IFACE]
	wait_for 20 published_after "$(date +%s%N)" "${1:-eth0}"
}

published_after() { # NANOSECONDS IFACE
	[ "$(bpftool -j map dump pinned "$LAB_PINS/$2/flows" | jq '.[].formatted.value.as_of_ns')" -gt "$1" ]
}

interface_packets() { # "RECEIVED SENT" of eth0
	server ip -s -j link show dev eth0 |
		jq -r '.[0].stats64 | "\(.rx.packets) \(.tx.packets)"'
}

# A per-CPU map, summed: {"ingress": {...}, "egress": {...}}
map_sum() { # totals|ledger
	bpftool -j map dump pinned "$LAB_PINS/eth0/$1" | python3 tests/net/views.py map
}

# The summary's identities hold. It is on standard error.
identities_hold() { # NAME
	local identity
	for identity in I1 I2 I3 I5 I7; do
		contains "$LAB_TMP/$1.err" "$identity .*: holds"
	done
	lacks "$LAB_TMP/$1.err" 'DOES NOT HOLD'
}

# A line of the summary adds up, whatever it says of itself, and is about something.
adds_up() { # NAME IDENTITY
	sed -n "s/^  $2 eth0: \([^:]*\): .*/\1/p" "$LAB_TMP/$1.err" | grep -o -E '[0-9]+( |$)|=' | awk '
		$1 == "=" { right = 1; next }
		right { sum += $1; next }
		{ left = $1 }
		END { if (!right || !left || left != sum) { print "'"$2"': " left " is not " sum; exit 1 } }' >&2
}

# Sums of totals by type, in both directions, against the events.
counters_match_events() { # NAME
	local filter='[inputs | select(.event_type == "mqtt")] | group_by(.iotxdp.direction) |
		map({key: .[0].iotxdp.direction,
		     value: (map(.mqtt | keys[0]) | group_by(.) |
		             map({key: .[0], value: length}) | from_entries)}) | from_entries'
	same 'events and totals by type' \
		"$(jq -n -S "$filter" "$LAB_TMP/$1.json")" \
		"$(jq -S 'map_values(.mqtt_messages | with_entries(select(.value > 0))) |
			with_entries(select(.value != {}))' "$LAB_TMP/totals.json")"
}

finish_mqtt() { # NAME
	wait_for 20 quiet
	map_sum totals >"$LAB_TMP/totals.json"
	map_sum ledger >"$LAB_TMP/ledger.json"
	unwatch "$1"
	same_account broker "$LAB_TMP/broker.log" mqtt "$LAB_TMP/$1.json"
	counters_match_events "$1"
	identities_hold "$1"
}

# What tshark shows of a file, a line for each packet. PDUs have their fields first.
shown() { # FILE FIELDS...
	local file=$1 field options=''
	shift
	for field in "$@"; do
		options="$options -e $field"
	done
	# shellcheck disable=SC2086 # a list of words
	tshark -n -r "$file" -T fields $options 2>/dev/null
}

# Messages of MQTT in NAME.pdu are those of NAME.json, one by one.
same_in_wireshark() { # NAME
	local run=$LAB_TMP/$1
	same 'types, topics and directions' "$(events "$1" 'select(.event_type == "mqtt") |
		"\(.mqtt | keys[0])\t\([.mqtt[].topic?, (.mqtt.subscribe.topics // [])[].topic,
			(.mqtt.unsubscribe.topics // [])[]] |
			map(strings) | join(","))\t\(.iotxdp.direction)"')" \
		"$(shown "$run.pdu" _ws.malformed mqtt.msgtype mqtt.topic exported_pdu.p2p_dir |
			awk -F '\t' '
			BEGIN { split("connect connack publish puback pubrec pubrel pubcomp subscribe suback " \
				"unsubscribe unsuback pingreq pingresp disconnect auth", t, " ") }
			$1 { print "malformed: " $0 }
			$2 { print t[$2] "\t" $3 "\t" ($4 == 1 ? "ingress" : "egress") }')"
}

# Once for a build tree. The registry may be out of reach.
need_npm() { # NAME@VERSION...
	local folder package missing=''
	# one for each set: what one package needs may be another version of what a test asks for
	folder=$(dirname "$IOTXDP")/npm/$(echo "$*" | tr ' /' '++')
	command -v npm >/dev/null || skip 'no npm here'
	for package; do
		[ -d "$folder/node_modules/${package%@*}" ] || missing="$missing $package"
	done
	# shellcheck disable=SC2086 # a list of words
	[ -z "$missing" ] ||
		timeout 100 npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts \
			--loglevel=error $missing >/dev/null || skip 'the npm registry gives no packages'
	export NODE_PATH=$folder/node_modules
}
