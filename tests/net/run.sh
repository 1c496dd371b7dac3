#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests on real traffic, each in a lab of its own. Prints a TAP line per test.
# usage: run.sh [PATTERN]...      tests whose names match one; default: all
# A test is a function test_NAME in a file test_*.sh of this folder. It fails when a
# command of it fails, and is skipped when it ends with `skip REASON`.
set -u
cd "$(dirname "$0")/../.." || exit
IOTXDP=$(realpath "${BUILD:-build}")/iotxdp
export IOTXDP
time_limit=${TIME_LIMIT:-180}

if [ "${1:-}" = --one ]; then
	set -eEu -o pipefail
	. tests/net/lib.sh
	. "$2"
	trap 'exit 143' INT TERM HUP
	"$3"
	exit 0
fi

child=
log=$(mktemp)
trap '[ -z "$child" ] || kill -TERM "$child"; wait; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

wanted() { # NAME PATTERNS...
	local name=$1 pattern
	shift
	[ $# -gt 0 ] || return 0
	for pattern; do
		[[ ! $name =~ $pattern ]] || return 0
	done
	return 1
}

run_one() { # FILE FUNCTION
	local code=0 name=${2#test_}
	timeout -k 30 $time_limit "$0" --one "$1" "$2" >"$log" 2>&1 &
	child=$!
	wait "$child" || code=$?
	child=
	case $code in
	0) echo "ok - net $name" ;;
	77) echo "ok - net $name # SKIP $(tail -n 1 "$log")" ;;
	*)
		echo "not ok - net $name (status $code)"
		sed 's/^/# /' "$log"
		return 1
		;;
	esac
}

if [ "$(id -u)" != 0 ]; then
	echo 'ok - net # SKIP needs root'
	exit 0
fi
failures=0
for file in tests/net/test_*.sh; do
	for function in $(sed -n 's/^\(test_[a-z0-9_]*\)() {$/\1/p' "$file"); do
		wanted "$function" "$@" || continue
		run_one "$file" "$function" || failures=$((failures + 1))
	done
done
[ $failures = 0 ]
