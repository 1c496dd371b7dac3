#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the demo as a person would, to its end and interrupted, and looks at what it leaves.
set -u
cd "$(dirname "$0")/../.." || exit
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
folder=$(mktemp -d)
log=$folder/log
child=
trap '[ -z "$child" ] || kill -TERM "$child"; wait; rm -rf "$folder"' EXIT
trap 'exit 143' INT TERM HUP
status=0

verdict() { # TRUE? SENTENCE
	if [ "$1" = yes ]; then
		echo "ok - demo: $2"
	else
		echo "not ok - demo: $2"
		status=1
	fi
}

holds() { "$@" && echo yes; }

says() { # PATTERN SENTENCE
	verdict "$(holds grep -q -E "$1" "$log")" "$2"
}

# What a run made can be told by its process id and by its environment.
remains() { # PID
	ip netns list | grep "^iotxdp-[cs]-$1"
	ls -d "/sys/fs/bpf/iotxdp-lab-$1" "$folder"/iotxdp-lab.*
	ls -d "$(sed -n 's/^iotxdp: watching.* maps in //p' "$log")"
	grep -l -z -x -F "TMPDIR=$folder" /proc/[0-9]*/environ
} 2>/dev/null

start_demo() {
	TMPDIR=$folder env --default-signal=INT scripts/run.sh >"$log" 2>&1 &
	child=$!
}

end_demo() { # SENTENCE
	local code=0 left
	wait "$child" || code=$?
	left=$(remains "$child")
	child=
	verdict "$(holds [ $code = 0 ])" "$1 (status $code)"
	verdict "$(holds [ -z "$left" ])" "leaves nothing behind $left"
}

start=$SECONDS
start_demo
end_demo 'ends by itself with 0'
verdict "$(holds [ $((SECONDS - start)) -lt 25 ])" 'within 25 s'
says 'CONNECT.*thermo-1' 'shows who connects'
says 'PUBLISH.*sensors/kitchen/temp' 'shows an MQTT 3.1.1 message'
says 'PUBLISH.*sensors/power' 'shows an MQTT 5 message'
says 'PUBLISH.*pump/state' 'shows a will'
says 'SUBSCRIBE.*sensors/#' 'shows a subscription'
says 'WebSocket UPGRADE .*9001' 'shows a WebSocket handshake'
says ':9001 .*MQTT PUBLISH.*rooms/hall/light' 'shows MQTT inside WebSocket'
says 'CON GET.*time' 'shows a CoAP request'
says '2\.05' 'shows a CoAP response'
says '"src_ip": \[10,9,0,' 'shows the map'
[ $status = 0 ] || sed 's/^/# /' "$log"

start_demo
for _ in $(seq 600); do
	grep -q 'CONNECT' "$log" && break
	kill -0 "$child" 2>/dev/null || break
	sleep 0.05
done
kill -INT "$child"
end_demo 'interrupted, ends with 0'
[ $status = 0 ] || sed 's/^/# /' "$log"
exit $status
