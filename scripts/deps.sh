#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian 12 packages that building and testing need and that are missing.
# No service is started by it: the brokers of the demo and the tests live in namespaces.
set -eu

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

build="make gcc libc6-dev clang bpftool libbpf-dev libelf-dev zlib1g-dev libpcap-dev libsqlite3-dev libmd-dev"
checks="libcmocka-dev mandoc python3 python3-jsonschema python3-cbor2 jq sqlite3 tshark"
lab="iproute2 iputils-ping procps util-linux mosquitto mosquitto-clients python3-paho-mqtt
	libcoap3-bin"

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
	for package in $build $checks $lab; do
		installed "$package" || printf '%s ' "$package"
	done
}

if ! command -v dpkg-query >/dev/null; then
	echo "deps: not a Debian system; needed are: $build $checks $lab" >&2
	exit 1
fi
missing=$(missing_packages)
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	printf 'deps: missing: %s\ndeps: install them as root: sudo make deps\n' "$missing" >&2
	exit 1
fi

# invoke-rc.d and deb-systemd-invoke ask this file; 101 is its "no".
policy=/usr/sbin/policy-rc.d
kept=$policy.before-iotxdp

restore_policy() {
	rm -f "$policy"
	if [ -e "$kept" ] || [ -L "$kept" ]; then
		mv "$kept" "$policy"
	fi
}

inhibit_services() {
	# What an interrupted run left behind is the original: never overwrite it.
	if [ ! -e "$kept" ] && { [ -e "$policy" ] || [ -L "$policy" ]; }; then
		mv "$policy" "$kept"
	fi
	trap restore_policy EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	rm -f "$policy"
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
		-o Acquire::Retries=3 "$@"
}

install_missing() {
	# shellcheck disable=SC2086 # a list of words
	apt install --no-install-recommends $missing
}

known() {
	# shellcheck disable=SC2086
	apt-cache show --no-all-versions $missing >/dev/null 2>&1
}

had_broker=no
! installed mosquitto || had_broker=yes
echo "deps: installing: $missing"
inhibit_services
if ! known || ! install_missing; then
	apt update
	install_missing
fi
# A broker that came only for the demo and the tests is not to start at the next boot.
if [ $had_broker = no ]; then
	update-rc.d mosquitto disable >/dev/null 2>&1 || true
fi
