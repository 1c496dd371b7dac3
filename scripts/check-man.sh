#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Holds the man page against the program: the same options in the same forms, and every
# output and protocol that --help names. Exits 77, skipped, where mandoc is missing.
# usage: check-man.sh [PROGRAM [PAGE]]
set -eu
cd "$(dirname "$0")/.."
program=${1:-${BUILD:-build}/iotxdp}
page=${2:-user/cli/iotxdp.8}

if ! command -v mandoc >/dev/null; then
	echo "# mandoc is not installed"
	exit 77
fi
if [ ! -x "$program" ]; then
	echo "$program is not built"
	exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0

fail() {
	echo "$1" >&2
	status=1
}

# Without the overstrikes of a terminal from before screens.
plain_page() { mandoc -T ascii -O width=200 "$page" | sed "s/.$(printf '\b')//g"; }

# "-r, --read FILE", "--mode MODE"
options_of_page() { plain_page | sed -n 's/^ \{5\}\(-[-a-zA-Z].*\)/\1/p'; }

# Two blanks end the form: the help text stands behind them, or on the next line.
options_of_help() { sed -n 's/^ \{2,6\}\(-[-a-zA-Z].*\)/\1/p' "$scratch/help" | sed 's/  .*//'; }

names_below() { # HEADING
	awk -v heading="$1" 'index($0, heading) == 1 { on = 1; next } !/^  / { on = 0 }
		on { print $1 }' "$scratch/help"
}

"$program" --help >"$scratch/help"
options_of_help | sort >"$scratch/in-help"
options_of_page | sort >"$scratch/in-page"
[ -s "$scratch/in-help" ] || fail "$program --help shows no options"
if ! diff "$scratch/in-help" "$scratch/in-page" >"$scratch/diff"; then
	fail "options differ: < is of --help, > of $page"
	grep '^[<>]' "$scratch/diff" >&2
fi

for heading in Outputs Protocols; do
	names_below "$heading" >"$scratch/names"
	[ -s "$scratch/names" ] || fail "--help names nothing under $heading"
	while read -r name; do
		grep -q "^\(\.It \)\?\.\?Cm $name\>" "$page" || fail "$page: no word of $name ($heading)"
	done <"$scratch/names"
done

for port in $(awk '/^Protocols/ { on = 1; next } !/^  / { on = 0 }
		on { gsub(/[^0-9 ]/, ""); print }' "$scratch/help"); do
	grep -q "\<$port\>" "$page" || fail "$page: no word of the default port $port"
done

mandoc -T lint -W warning "$page" || fail "$page: mandoc finds faults"
echo "# $(wc -l <"$scratch/in-help") options checked"
exit $status
