#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tests on real traffic, at length: round after round of all of them, with the load many
# times as long, and the kernels of other releases. One summary at the end, compared with the
# last one, which is kept in IOTXDP_NIGHTLY.
# usage: nightly.sh [MINUTES [PATTERN...]]     at most, default 50; tests whose names match one, default all
set -u
cd "$(dirname "$0")/.." || exit
minutes=${1:-50}
patterns=("${@:2}")
export BUILD=${BUILD:-build} LOAD=${LOAD:-8} TIME_LIMIT=900
keep=${IOTXDP_NIGHTLY:-/var/lib/iotxdp-nightly}
deadline=$((SECONDS + minutes * 60))
child=

[ "$(id -u)" = 0 ] || { echo 'nightly: needs root' >&2; exit 2; }
[[ $minutes =~ ^[0-9]+$ ]] || { sed -n '/^# usage:/s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$keep" || exit
log=$keep/running.log
: >"$log"
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Ends with what is left of the time; says so if that was before its end.
run() { # COMMAND...
	local left=$((deadline - SECONDS)) code=0
	((left > 0)) || return 0
	timeout -k 30 "$left" "$@" >>"$log" 2>&1 &
	child=$!
	wait "$child" || code=$?
	child=
	[ $code != 124 ] || cut_short='; the time was up before the end of the last one'
}

make --no-print-directory -s "BUILD=$BUILD" all "$BUILD/tests/bench/blast" || exit
rounds=0
slowest=0
cut_short=
[ "${KERNELS:-all}" = none ] || run scripts/kernels.sh
# A round that could not end says nothing: it begins only if the slowest so far would fit.
while ((SECONDS + slowest < deadline)); do
	start=$SECONDS
	run tests/net/run.sh "${patterns[@]}"
	rounds=$((rounds + 1))
	((SECONDS - start <= slowest)) || slowest=$((SECONDS - start))
done

# A test is its name; what it was each time is counted.
tests() { # LOG
	sed -n 's/^\(ok\|not ok\) - \([^(#]*[^ (#]\).*/\1:\2/p' "$1" | sed 's/: [0-9].*//' | sort | uniq -c |
		awk '{ n = $1; sub(/^ *[0-9]+ /, ""); print $0 ": " n }'
}
failed() { sed -n 's/^not ok:\(.*\): [0-9]*$/\1/p' "$1"; }

tests "$log" >"$keep/now"
first=
[ -e "$keep/last" ] || first='there is no last time to compare with'
touch "$keep/last"
new=$(comm -13 <(failed "$keep/last" | sort) <(failed "$keep/now" | sort))
gone=$(comm -23 <(failed "$keep/last" | sort) <(failed "$keep/now" | sort))
{
	echo "nightly: $(git describe --always --dirty 2>/dev/null || echo no version), Linux $(uname -r)"
	echo "$rounds rounds in $((SECONDS / 60)) minutes, load $LOAD:" \
		"$(grep -c '^ok' "$log") passed, $(grep -c '^not ok' "$log") failed$cut_short"
	grep '^not ok' "$keep/now"
	[ -z "$new" ] || sed 's/^/fails since now: /' <<<"$new"
	[ -z "$gone" ] || sed 's/^/fails no more: /' <<<"$gone"
	[ -n "$new$gone" ] || echo "${first:-the same as the last time}"
} >"$keep/summary"
mv "$keep/now" "$keep/last"
mv "$log" "$keep/last.log"
cat "$keep/summary"
! grep -q '^not ok' "$keep/last"
