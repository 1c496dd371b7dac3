#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetches what kernels.sh boots into a cache: Debian's cloud kernels of other releases, QEMU,
# busybox. By an apt state of its own: nothing on this machine is changed or installed, and the
# mirror is the one that the machine's own apt uses.
# usage: kernels-fetch.sh CACHE KERNEL...      5.10, 6.1, 6.12, newest
set -eu -o pipefail
cache=$1
shift
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

declare -A suites=([5.10]=bullseye-security [6.1]=bookworm [6.12]=trixie [newest]=sid)
meta=linux-image-cloud-amd64

# Where the machine gets its own release from: REPOSITORY URI.
machine_mirror() { # debian|debian-security
	apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(RELEASE)' 'Created-By: Packages' |
		awk -v kind="$1" '/ Debian / && (/-security *$/ ? "debian-security" : "debian") == kind {
			print $1
			exit
		}'
}

# apt with a state of its own for a set of releases: mostly one, so that a name means one package.
state() { # SUITE[,SUITE] COMMAND...
	local suite dir=$cache/apt/$1 command=$2 mirror list=
	for suite in ${1//,/ }; do
		mirror=$(machine_mirror "$([[ $suite == *-security ]] && echo debian-security || echo debian)")
		[ -n "$mirror" ] || { echo "kernels: apt of this machine knows no Debian mirror" >&2; return 1; }
		list+="deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"$'\n'
	done
	shift 2
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	printf %s "$list" >"$dir/sources.list"
	"$command" -q -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" -o Acquire::Languages=none \
		-o Acquire::Retries=3 -o APT::Sandbox::User=root "$@"
}

# A list is good for a day.
update() { # SUITE
	local stamp=$cache/apt/$1/updated
	[ -n "$(find "$stamp" -mmin -1440 2>/dev/null)" ] && return
	state "$1" apt-get update >/dev/null
	touch "$stamp"
}

depends() { # SUITE PACKAGE: the packages of the kernel itself that it needs
	state "$1" apt-cache show --no-all-versions "$2" | sed -n 's/^\(Pre-\)\?Depends: //p' | tr ',' '\n' |
		sed -n 's/^ *\(linux-\(image\|binary\|modules\)-[^ ]*\).*/\1/p'
}

closure() { # SUITE PACKAGE
	local name
	echo "$2"
	for name in $(depends "$1" "$2"); do
		closure "$1" "$name"
	done
}

unpack() { # SUITE DIRECTORY PACKAGES...
	local suite=$1 dir=$2 deb
	shift 2
	rm -rf "$dir.new" "$cache/debs"
	mkdir -p "$dir.new" "$cache/debs"
	(cd "$cache/debs" && state "$suite" apt-get download "$@" >/dev/null)
	for deb in "$cache/debs"/*.deb; do
		dpkg-deb -x "$deb" "$dir.new"
	done
	rm -rf "$dir" "$cache/debs"
	mv "$dir.new" "$dir"
}

# What is used of a kernel: its image and three modules, unpacked.
fetch_kernel() { # NAME
	local name=$1 suite=${suites[$1]} package packages root=$cache/unpacked dir module found
	update "$suite"
	packages=$(closure "$suite" $meta | grep -v "^$meta$" | sort -u)
	package=$(grep -m 1 '^linux-image-' <<<"$packages")
	dir=$cache/kernel/$name
	[ "$(cat "$dir/package" 2>/dev/null)" != "$package" ] || return 0
	echo "kernels: fetching $package"
	# shellcheck disable=SC2086 # a list of words
	unpack "$suite" "$root" $packages
	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$(find "$root" -name 'vmlinuz*' -type f | head -n 1)" "$dir/vmlinuz"
	for module in veth sch_ingress cls_bpf; do
		found=$(find "$root" -name "$module.ko*" | head -n 1)
		case $found in
		'') ;; # built in
		*.xz) xz -dc "$found" >"$dir/$module.ko" ;;
		*) cp "$found" "$dir/$module.ko" ;;
		esac
	done
	rm -rf "$root"
	echo "$package" >"$dir/package"
}

# QEMU with every library that this machine lacks, beside it; nothing is installed.
fetch_tools() {
	local suite=bookworm,bookworm-backports tools=$cache/tools deb
	[ ! -e "$tools/bin/cpio" ] || return 0
	echo "kernels: fetching QEMU and busybox"
	update $suite
	rm -rf "$tools" "$cache/apt/$suite/cache/archives"
	mkdir -p "$tools"
	state $suite apt-get install -y --no-install-recommends --download-only -t bookworm-backports \
		qemu-system-x86 busybox-static cpio >/dev/null
	for deb in "$cache/apt/$suite/cache/archives"/*.deb; do
		dpkg-deb -x "$deb" "$tools"
	done
	rm -rf "$cache/apt/$suite/cache/archives"
}

fetch_tools
for kernel; do
	fetch_kernel "$kernel"
done
