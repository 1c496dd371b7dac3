#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who may include whom. The same table, for people, is in ARCHITECTURE.md.
# usage: check-layers.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/..}"
LC_ALL=C
export LC_ALL

# shellcheck disable=SC2016 # the program is awk's
find include bpf user tests -name '*.[ch]' -print | sort | xargs awk '
# An include of ours that names no folder means the folder of its file.
function full_name(what, file, parts, n) {
	if (what ~ /\// || what == "vmlinux.h" || what ~ /\.skel\.h$/)
		return what
	n = split(file, parts, "/")
	return parts[n - 1] "/" what
}

# Of libc and the kernel: whatever stands in angle brackets and is no library of ours or of others.
function is_system(bracket, what) {
	return bracket == "<" && what !~ /^(iotxdp|bpf|pcap)\// && what !~ /^(libbpf|pcap|libelf|zlib)/
}

function offends(why) {
	printf "%s:%d: %s\n    %s\n", FILENAME, FNR, $0, why
	bad++
}

function check_shared(what) {
	if (FILENAME == "include/iotxdp/port.h" && what ~ /^(vmlinux\.h|bpf\/.*|stdint\.h|stdbool\.h)$/)
		return
	if (what !~ /^iotxdp\/[a-z0-9_]+\.(h|def)$/)
		offends("include/iotxdp is compiled in both worlds: its headers include each other, " \
			"and only port.h more (vmlinux.h and bpf/ or stdint.h and stdbool.h)")
}

function check_bpf(what, bracket) {
	if (what !~ /^iotxdp\// && what !~ /^bpf\/[a-z]+\.bpf\.h$/ && !(bracket == "<" && what ~ /^bpf\//))
		offends("the kernel half includes iotxdp/*, its own *.bpf.h and <bpf/...>, nothing of user/")
}

function check_base(what, system_header) {
	if (!system_header && what !~ /^base\// && what !~ /^iotxdp\/(port|sample)\.h$/)
		offends("user/base knows nothing of the subject: libc, base/*, iotxdp/port.h and iotxdp/sample.h")
}

function check_wire(what) {
	if (what !~ /^iotxdp\/(port|err|cursor|proto|[a-z0-9]+_hdr)\.h$/ &&
	    what !~ /^(base|wire)\// && what !~ /^(string|stddef|stdint|stdbool)\.h$/)
		offends("a decoder is pure: iotxdp/{port,err,cursor,proto,*_hdr}.h, base/*, wire/* and string.h; " \
			"no stdio, no allocation, no time, no errno, no core")
}

function check_core(what, system_header) {
	if (what ~ /^zlib/) {
		if (FILENAME !~ /^user\/core\/(ws_deflate|unpack)\.c$/)
			offends("zlib is known in user/input/source.c, user/core/ws_deflate.c and unpack.c alone")
	} else if (what == "stdio.h" || (!system_header && what !~ /^(iotxdp|wire|base|core)\//))
		offends("user/core includes iotxdp/*, wire/*, base/*, core/* and libc without stdio; " \
			"no libbpf, no libpcap, no input, no output")
}

function check_input(what, system_header) {
	if (what ~ /^pcap/ && FILENAME !~ /^user\/input\/pcap[a-z_]*\.[ch]$/)
		offends("libpcap is known in user/input/pcap* alone")
	else if (what ~ /^zlib/) {
		if (FILENAME != "user/input/source.c")
			offends("zlib is known in user/input/source.c, user/core/ws_deflate.c and unpack.c alone")
	} else if (!system_header && what !~ /^(core|base|iotxdp|input|bpf)\// && what !~ /\.skel\.h$/ &&
		 what !~ /^pcap/)
		offends("user/input includes core/*, base/*, iotxdp/*, input/*, its libraries and libc; " \
			"no decoder, no output")
}

function check_output(what, system_header) {
	if (!system_header && what !~ /^(base|output)\// && what !~ /^core\/(event|frame)\.h$/)
		offends("an output knows events and no protocol: core/{event,frame}.h, base/*, output/* and libc")
}

function check_cli(what, bracket) {
	if (what ~ /^(bpf\/|pcap|libbpf)/ || what ~ /\.skel\.h$/)
		offends("user/cli reaches libbpf and libpcap through user/input only")
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
	match($0, /[<"][^>"]*[>"]/)
	bracket = substr($0, RSTART, 1)
	what = substr($0, RSTART + 1, RLENGTH - 2)
	system_header = is_system(bracket, what)
	if (bracket == "\"")
		what = full_name(what, FILENAME)
	if (what ~ /\.c$/)
		offends("a .c file is compiled, never included")
	if (what ~ /\.\.\//)
		offends("an include names its folder: base/buf.h, never ../base/buf.h")
	if (FILENAME ~ /^include\/iotxdp\//)
		check_shared(what)
	else if (FILENAME ~ /^bpf\//)
		check_bpf(what, bracket)
	else if (FILENAME ~ /^user\/base\//)
		check_base(what, system_header)
	else if (FILENAME ~ /^user\/wire\//)
		check_wire(what)
	else if (FILENAME ~ /^user\/core\//)
		check_core(what, system_header)
	else if (FILENAME ~ /^user\/input\//)
		check_input(what, system_header)
	else if (FILENAME ~ /^user\/output\//)
		check_output(what, system_header)
	else if (FILENAME ~ /^user\/cli\//)
		check_cli(what)
	else if (FILENAME ~ /^user\//)
		offends("a new folder of user/ needs a rule in scripts/check-layers.sh")
	count++
}

END {
	printf "# %d includes checked\n", count
	exit bad > 0 || !count
}'
