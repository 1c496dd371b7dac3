#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boots Debian's kernels of several releases in QEMU, without hardware support, and asks of
# each: are the programs loaded, at what price to the verifier; are they attached; is each
# packet of some captures counted, by type, on both ends of a pair?
# usage: kernels.sh [KERNEL]...     5.10, 6.1, 6.12, newest (default: all of them)
# Prints a TAP line for each. What is fetched is kept in IOTXDP_KERNELS.
set -u
cd "$(dirname "$0")/.." || exit
PATH=$PATH:/usr/sbin:/sbin
build=${BUILD:-build}
cache=${IOTXDP_KERNELS:-/var/cache/iotxdp-kernels}
tries=4 # QEMU's emulation now and then loses a kernel early in its boot
time_limit=300 # the verifier of 5.10 takes its time there
[ $# -gt 0 ] || set -- 5.10 6.1 6.12 newest

scratch=$(mktemp -d)
child=
trap '[ -z "$child" ] || kill "$child"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

skip_all() {
	echo "ok - kernels # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip_all 'needs root, for apt'
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip_all 'not a Debian amd64 machine'
if ! timeout 900 scripts/kernels-fetch.sh "$cache" "$@" >"$scratch/fetch" 2>&1; then
	sed 's/^/# /' "$scratch/fetch"
	skip_all 'the kernels or QEMU cannot be had'
fi
sed 's/^/# /' "$scratch/fetch"
make --no-print-directory -s "BUILD=$build" all "$build/tests/bpf/test_budget" \
	"$build/tests/kernels/replay" "$build/tests/bench/gen" || exit

# --- the machine -------------------------------------------------------------------------------

tool() { # what the machine has, else what was fetched
	command -v "$1" || find "$cache/tools" -path "*bin/$1" -type f | head -n 1
}

copy_program() { # FILE: with the libraries it needs
	local library
	cp -L "$1" "$root/$2"
	ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -nL "$library" "$root$library"
	done
}

# Everything but the kernel's modules, once for all.
make_root() {
	local applet busybox
	root=$scratch/root
	mkdir -p "$root"/{bin,proc,sys,dev,t,lib64}
	busybox=$(tool busybox)
	cp -L "$busybox" "$root/bin/busybox"
	for applet in sh mount cat echo insmod poweroff grep uname usleep kill env; do
		ln -s busybox "$root/bin/$applet"
	done
	copy_program "$(command -v ip)" bin/ip
	copy_program "$build/iotxdp" t/iotxdp
	copy_program "$build/tests/bpf/test_budget" t/test_budget
	copy_program "$build/tests/kernels/replay" t/replay
	cp tests/kernels/init.sh "$root/init"
	for kind in mqtt5 dense ws coap; do # no two of them have the same flows
		"$build/tests/bench/gen" $kind 1 "$root/t/$kind.pcap" || return
		mv "$root/t/$kind.pcap.json" "$scratch/$kind.json"
	done
}

boot() { # KERNEL: what the machine says goes to $scratch/KERNEL
	local qemu tools=$cache/tools name=$1
	rm -f "$root"/t/*.ko
	cp "$cache/kernel/$name"/*.ko "$root/t/" 2>/dev/null
	(cd "$root" && find . | "$(tool cpio)" -o -H newc --quiet | gzip -1) >"$scratch/initrd"
	qemu=$(tool qemu-system-x86_64)
	LD_LIBRARY_PATH=$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu timeout $time_limit "$qemu" \
		-L "$tools/usr/share/qemu" -L "$tools/usr/share/seabios" -L /usr/share/qemu -L /usr/share/seabios \
		-accel tcg -cpu max -smp 1 -m 1024 -nographic -no-reboot -nodefaults -serial stdio \
		-kernel "$cache/kernel/$name/vmlinuz" -initrd "$scratch/initrd" \
		-append 'console=ttyS0 quiet panic=-1' </dev/null >"$scratch/$name" 2>&1 &
	child=$!
	wait $child
	child=
	tr -d '\r' <"$scratch/$name" | sed 's/.*@@ up/@@ up/' >"$scratch/$name.text"
}

boot_until_up() { # KERNEL
	local n
	for ((n = 0; n < tries; n++)); do
		boot "$1"
		! grep -q '^@@ up' "$scratch/$1.text" || return 0
	done
	echo "# the kernel did not come up in $tries tries" >>"$scratch/$1.text"
}

# --- what it said ------------------------------------------------------------------------------

judge() { # KERNEL
	python3 tests/kernels/judge.py "$scratch/$1.text" "$scratch"/*.json
}

make_root || exit
failures=0
for kernel; do
	start=$SECONDS
	boot_until_up "$kernel"
	if judge "$kernel" >"$scratch/verdict"; then
		echo "ok - kernel $kernel: $(tail -n 1 "$scratch/verdict") ($((SECONDS - start)) s)"
		sed '$d; s/^/# /' "$scratch/verdict"
	else
		echo "not ok - kernel $kernel"
		sed 's/^/# /' "$scratch/verdict" "$scratch/$kernel.text"
		failures=$((failures + 1))
	fi
done
[ $failures = 0 ]
