#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Holds the documents against the tree: the README has every counter with the sentence that
# the program prints, and no option that does not exist; ARCHITECTURE.md has one line for
# every file of its rooms, and none for a file that is gone.
set -eu
cd "$(dirname "$0")/.."
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0

# same NAME: compares what the tree has with what the document says.
same() {
	sort "$scratch/tree" >"$scratch/tree.sorted"
	sort "$scratch/document" >"$scratch/document.sorted"
	[ -s "$scratch/tree" ] || { echo "$1: nothing found to compare"; status=1; }
	if ! diff "$scratch/tree.sorted" "$scratch/document.sorted" >"$scratch/diff"; then
		echo "$1: < is what the tree has, > what the document says"
		grep '^[<>]' "$scratch/diff"
		status=1
	fi
	echo "# $(wc -l <"$scratch/tree") compared: $1"
}

# X(name, "sentence") as a row of a table
sed -n 's/^	X(\([a-z0-9_]*\), "\(.*\)").*/| `\1` | \2 |/p' \
	include/iotxdp/abi.h user/core/engine.h >"$scratch/tree"
awk '/^\| Counter / { on = 1; getline; next } !/^\|/ { on = 0 } on' README.md >"$scratch/document"
same 'counters of the README'

# Each room has a heading with its path; a row starts with `file`, or `file.[ch]` for a pair.
awk '/^### `.*`/ { room = $2; gsub(/`/, "", room) }
	/^## / { room = "" }
	/^\| `/ && room {
		file = $2
		gsub(/`/, "", file)
		if (sub(/\.\[ch\]$/, "", file)) {
			print room file ".c"
			print room file ".h"
		} else {
			print room file
		}
	}' ARCHITECTURE.md >"$scratch/document"
find include bpf user scripts -type f ! -name '*~' ! -name '.*' >"$scratch/tree"
same 'files of ARCHITECTURE.md'

sed -n 's/^	{ .*, "\([a-z-]*\)", .*/--\1/p' user/cli/options.c >"$scratch/options"
grep -o -E -e '`[^`]*--[a-z][a-z-]*' README.md | grep -o -E -e '--[a-z][a-z-]*' | sort -u |
	while read -r option; do
		grep -q -x -e "$option" "$scratch/options" || echo "README.md: there is no $option"
	done >"$scratch/unknown"
if [ -s "$scratch/unknown" ]; then
	cat "$scratch/unknown"
	status=1
fi
exit $status
