# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A lab to source: two namespaces and a veth pair, a client's side and a server's, whose
# interface is named eth0 in its namespace; a real broker and a real CoAP server.
#
#   lab_up [4]      makes it; 4: without IPv6, for exact packet counts
#   client CMD...   runs a command on the client's side;  server CMD...  on the server's
#   lab_down        removes everything; also done on exit
#
# A namespace is entered by nsenter: `ip netns exec` mounts a /sys of its own, in which
# the pins under /sys/fs/bpf cannot be seen.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

LAB_CLIENT4=10.9.0.1
LAB_SERVER4=10.9.0.2
LAB_CLIENT6=fd09::1
LAB_SERVER6=fd09::2
LAB_PIDS=()

# wait_for SECONDS COMMAND...: until it succeeds; its output does not matter.
wait_for() {
	local limit=$1 deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= deadline)); then
			echo "gave up after $limit s waiting for: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

client() { nsenter --net="/run/netns/$LAB_CLIENT" "$@"; }
server() { nsenter --net="/run/netns/$LAB_SERVER" "$@"; }

# Starts a command of one side in the background, its process in LAB_PID. bash has
# background commands ignore SIGINT; a program under test is to get it.
lab_spawn() { # client|server COMMAND...
	local net=/run/netns/$LAB_CLIENT
	[ "$1" = client ] || net=/run/netns/$LAB_SERVER
	shift
	env --default-signal=INT,QUIT nsenter --net="$net" "$@" &
	LAB_PID=$!
	LAB_PIDS+=("$LAB_PID")
}

lab_pid_gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

lab_says_watching() { grep -q '^iotxdp: watching' "$1"; }

lab_watching_or_gone() { lab_says_watching "$2" || lab_pid_gone "$1"; }

# Until an iotxdp watches; fails as soon as it has ended instead.
lab_watching() { # PID ERRORS
	wait_for 30 lab_watching_or_gone "$1" "$2" && lab_says_watching "$2"
}

# Waits for the end of a process that was told to; its exit status is returned.
lab_reap() { # PID
	wait_for 20 lab_pid_gone "$1" || kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# Ends a process of the lab; its exit status is returned.
lab_stop() { # PID [SIGNAL]
	kill -"${2:-TERM}" "$1" 2>/dev/null
	lab_reap "$1"
}

lab_sysctl() { # NAMESPACE KEY=VALUE
	nsenter --net="/run/netns/$1" sysctl -q -w "$2"
}

# Neighbours are fixed and nothing is announced: only what the clients do is on the wire.
lab_side() { # NAMESPACE INTERFACE ADDRESS4 ADDRESS6 IPV6?
	local ns=$1 dev=$2 in
	in=(nsenter "--net=/run/netns/$ns")
	"${in[@]}" ip link set lo up
	if [ "$5" = no ]; then
		lab_sysctl "$ns" net.ipv6.conf.all.disable_ipv6=1
	else
		lab_sysctl "$ns" net.ipv6.conf."$dev".accept_ra=0
		lab_sysctl "$ns" net.ipv6.conf."$dev".router_solicitations=0
		"${in[@]}" ip link set "$dev" addrgenmode none
		"${in[@]}" ip addr add "$4/64" dev "$dev" nodad
	fi
	"${in[@]}" ip addr add "$3/24" dev "$dev"
	"${in[@]}" ip link set "$dev" up
}

lab_neighbours() { # NAMESPACE INTERFACE PEER4 PEER6 PEERMAC IPV6?
	local in=(nsenter "--net=/run/netns/$1")
	"${in[@]}" ip neigh replace "$3" lladdr "$5" dev "$2" nud permanent
	[ "$6" = no ] || "${in[@]}" ip neigh replace "$4" lladdr "$5" dev "$2" nud permanent
}

lab_up() {
	local ipv6=yes
	[ "${1:-}" != 4 ] || ipv6=no
	[ "$(id -u)" = 0 ] || { echo "the lab needs root" >&2; return 1; }
	LAB_ID=$BASHPID
	LAB_CLIENT=iotxdp-c-$LAB_ID
	LAB_SERVER=iotxdp-s-$LAB_ID
	LAB_PINS=/sys/fs/bpf/iotxdp-lab-$LAB_ID
	LAB_TMP=$(mktemp -d "${TMPDIR:-/tmp}/iotxdp-lab.XXXXXX")
	trap lab_down EXIT
	ip netns add "$LAB_CLIENT"
	ip netns add "$LAB_SERVER"
	ip link add lab0 address 02:00:00:00:09:01 netns "$LAB_CLIENT" type veth \
		peer name eth0 address 02:00:00:00:09:02 netns "$LAB_SERVER"
	lab_side "$LAB_CLIENT" lab0 $LAB_CLIENT4 $LAB_CLIENT6 $ipv6
	lab_side "$LAB_SERVER" eth0 $LAB_SERVER4 $LAB_SERVER6 $ipv6
	lab_neighbours "$LAB_CLIENT" lab0 $LAB_SERVER4 $LAB_SERVER6 02:00:00:00:09:02 $ipv6
	lab_neighbours "$LAB_SERVER" eth0 $LAB_CLIENT4 $LAB_CLIENT6 02:00:00:00:09:01 $ipv6
}

lab_listens() { # tcp|udp PORT
	local flags=-Hltn
	[ "$1" = tcp ] || flags=-Hlun
	[ -n "$(server ss $flags "sport = :$2")" ]
}

# Its log is the broker's own account of every message. More lines for its configuration may follow.
lab_broker() { # [LINE]...
	cat >"$LAB_TMP/mosquitto.conf" <<-EOF
		listener 1883
		listener 9001
		protocol websockets
		allow_anonymous true
		user root
		persistence false
		sys_interval 0
		log_dest stderr
		log_type all
	EOF
	[ $# = 0 ] || printf '%s\n' "$@" >>"$LAB_TMP/mosquitto.conf"
	lab_spawn server mosquitto -c "$LAB_TMP/mosquitto.conf" >"$LAB_TMP/broker.log" 2>&1
	wait_for 20 lab_listens tcp 1883
	wait_for 20 lab_listens tcp 9001
}

# The packages offer one program per TLS library; which one does not matter here.
lab_coap_tool() { # client|server
	local tls
	for tls in notls openssl gnutls; do
		command -v "coap-$1-$tls" && return
	done
	command -v "coap-$1"
}

lab_coap() {
	lab_spawn server "$(lab_coap_tool server)" -v 7 >"$LAB_TMP/coap.log" 2>&1
	LAB_COAP=$LAB_PID
	wait_for 20 lab_listens udp 5683
}

lab_remove_namespace() {
	local pid
	[ -e "/run/netns/$1" ] || return 0
	for pid in $(ip netns pids "$1"); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	ip netns del "$1" || true
}

# Whatever happened before, as much as possible is removed.
lab_down() {
	local pid
	trap '' INT TERM HUP
	set +e
	for pid in "${LAB_PIDS[@]}"; do
		kill -TERM "$pid" 2>/dev/null
	done
	for pid in "${LAB_PIDS[@]}"; do
		lab_reap "$pid"
	done
	LAB_PIDS=()
	lab_remove_namespace "$LAB_CLIENT"
	lab_remove_namespace "$LAB_SERVER"
	rm -rf "$LAB_PINS" "$LAB_TMP"
	trap - EXIT INT TERM HUP
}
