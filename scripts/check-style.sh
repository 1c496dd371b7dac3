#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The rules of CONTRIBUTING.md that a program can judge. clang-format is for editors: it
# does not know how to lay out a table of X() rows, so nothing is held against it here.
# usage: check-style.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/..}"
LC_ALL=C
export LC_ALL

sources() {
	find .ci Makefile bpf include scripts tests user vmlinux -type f \
		\( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.py' -o -name Makefile \
		-o -path '.ci/*' \) ! -path '*/__pycache__/*' -print | sort
}

# shellcheck disable=SC2016 # the program is awk's
sources | xargs awk '
BEGIN {
	LINE_MAX = 100
	TABLE_MAX = 120 # tests are tables, and scripts are few
	FILE_MAX = 500
	FUNCTION_MAX = 80
	MEDIAN_MAX = 15
	# In two halves, so that this file passes its own test.
	unfinished = "(^|[^A-Za-z_])(TO" "DO|FIX" "ME|XX" "X)([^A-Za-z_]|$)|#[ \t]*if[ \t]+0([^A-Za-z0-9]|$)"
	split("strcpy strcat sprintf vsprintf gets atoi atol strtok", words, " ")
	for (i in words)
		banned[words[i]] = 1
}

function offends(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why
	bad++
}

# With tabs of eight; the bytes after the first of a UTF-8 character take no room.
function columns(line, parts, n, i, width) {
	gsub(/[\200-\277]/, "", line)
	n = split(line, parts, "\t")
	for (i = 1; i < n; i++)
		width += length(parts[i]) + 8 - (width + length(parts[i])) % 8
	return width + length(parts[n])
}

# What is left of a line of C without comments, strings and characters. A comment in the
# style of C++ leaves its two slashes.
function code_of(line, out) {
	for (;;) {
		if (in_comment) {
			if (!match(line, /\*\//))
				return out
			line = substr(line, RSTART + 2)
			in_comment = 0
		}
		if (!match(line, /"|'\''|\/\*|\/\//))
			return out line
		out = out substr(line, 1, RSTART - 1)
		line = substr(line, RSTART)
		if (line ~ /^\/\//)
			return out "//"
		if (line ~ /^\/\*/) {
			in_comment = 1
			line = substr(line, 3)
		} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^'\''([^'\''\\]|\\.)*'\''/)) {
			out = out " "
			line = substr(line, RLENGTH + 1)
		} else {
			return out line
		}
	}
}

function check_banned(code, name) {
	while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
		name = substr(code, RSTART, RLENGTH)
		sub(/[ \t]*\(/, "", name)
		if (name in banned)
			offends(name "() is banned: it takes no length, or hides an error")
		code = substr(code, RSTART + RLENGTH)
	}
}

# Kernel style: the braces of a function stand alone in the first column.
function check_function(line) {
	if (line == "{") {
		opened = FNR
	} else if (opened && line ~ /^}/) {
		size = FNR - opened + 1
		if (size > FUNCTION_MAX)
			offends("a function of " size " lines; at most " FUNCTION_MAX)
		by_size[size] += is_product
		functions += is_product
		if (is_product && size > longest)
			longest = size
		opened = 0
	}
}

function check_c(line, code) {
	code = code_of(line)
	if (FNR > 1 && code ~ /\/\//)
		offends("a comment of C++")
	check_banned(code)
	check_function(line)
}

FNR == 1 {
	files++
	in_comment = opened = 0
	is_c = FILENAME ~ /\.(c|h|def)$/
	is_product = FILENAME ~ /^(bpf|include|user)\//
	width_max = is_product ? LINE_MAX : TABLE_MAX
	where = /^# ?(!|shellcheck)/ ? 2 : 1
}

FNR == where && !/^(\/\/|\/\*|#) SPDX-License-Identifier: GPL-2\.0-only/ {
	offends("the first line (after #!) must be SPDX-License-Identifier: GPL-2.0-only")
}
/[ \t\r]$/ { offends("blanks at the end of the line") }
$0 ~ unfinished { offends("unfinished or dead code") }
columns($0) > width_max { offends("wider than " width_max " columns") }
FNR == FILE_MAX + 1 { offends("more than " FILE_MAX " lines") }
is_c { check_c($0) }

function median(n, size) {
	for (size = 1; size <= longest; size++) {
		n += by_size[size]
		if (2 * n >= functions)
			return size
	}
}

END {
	middle = median()
	printf "# %d files, %d functions, median %d lines, longest %d\n", files, functions, middle, longest
	if (middle > MEDIAN_MAX) {
		printf "functions have grown: their median is above %d lines\n", MEDIAN_MAX
		bad++
	}
	exit bad > 0 || !files
}'
