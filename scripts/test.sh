#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds, runs the tests, and ends with one line: N passed, N failed, N skipped.
# usage: test.sh [checks|unit|san|bpf|golden|net|demo|kernels]...   (default: all of them)
# A part says how it went in one line; what went wrong is shown in full, and everything
# with V=1.
# shellcheck disable=SC2046 # lists of programs are words on purpose
set -u
cd "$(dirname "$0")/.." || exit
export BUILD=${BUILD:-build}
san=$BUILD-san
passed=0 failed=0 skipped=0 child=
# The packages that scripts/deps.sh installs are those of /usr/bin/python3.
PATH=/usr/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
log=$(mktemp)

finish() {
	if [ -n "$child" ]; then
		kill -TERM "$child" 2>/dev/null
		wait "$child"
	fi
	rm -f "$log"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Many kinds of tests, one language: lines of TAP.
count_lines() { grep -c -E "$1" "$log"; }

tally() { # PART STATUS SECONDS
	local ok bad skip
	skip=$(count_lines '^(not )?ok\b.*# SKIP')
	ok=$(($(count_lines '^ok\b') - $(count_lines '^ok\b.*# SKIP')))
	bad=$(($(count_lines '^not ok\b') - $(count_lines '^not ok\b.*# SKIP')))
	# A program that died said less than it meant to.
	if [ "$2" != 0 ] && [ "$bad" = 0 ]; then
		echo "# exit status $2"
		bad=1
	fi >>"$log"
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	if [ "${V:-0}" = 1 ]; then
		cat "$log"
	elif [ "$bad" != 0 ]; then
		grep -v -E '^ok\b' "$log"
	else
		grep -E '# SKIP|^# [0-9]+ ' "$log"
	fi
	printf '%-7s %d passed, %d failed, %d skipped (%d s)\n' "$1:" "$ok" "$bad" "$skip" "$3"
}

# In the background, so that an interrupt ends it at once and cleans up behind it.
part() { # PART COMMAND...
	local name=$1 start=$SECONDS status=0
	shift
	"$@" >"$log" 2>&1 &
	child=$!
	wait "$child" || status=$?
	child=
	tally "$name" "$status" $((SECONDS - start))
}

# Test programs of a folder, as the Makefile names them.
programs() { # BUILD FOLDER
	local source
	for source in "tests/$2"/test_*.c; do
		[ ! -e "$source" ] || echo "$1/${source%.c}"
	done
}

# A build that fails is a test that fails; the other parts still run.
build() { # PART BUILD SAN TARGETS...
	local name=$1 where=$2 sanitize=$3
	shift 3
	make --no-print-directory -s "BUILD=$where" "SAN=$sanitize" "$@" >"$log" 2>&1 && return
	cat "$log"
	echo "$name: does not build"
	failed=$((failed + 1))
	return 1
}

cmocka() { # PROGRAMS...
	local program status=0
	for program; do
		echo "# $program"
		CMOCKA_MESSAGE_OUTPUT=TAP "$program" || status=$?
		# Its own "not ok" lines say the rest.
		[ $status -lt 128 ] || echo "not ok - $program died of signal $((status - 128))"
	done
	return $status
}

# A script is one test: 0 passed, 77 skipped.
scripts() { # FILES...
	local script status=0
	for script; do
		[ -x "$script" ] || continue
		"$script"
		case $? in
		0) echo "ok - $script" ;;
		77) echo "ok - $script # SKIP" ;;
		*) echo "not ok - $script" && status=1 ;;
		esac
	done
	return $status
}

bpf() {
	local status=0
	cmocka $(programs "$BUILD" bpf) || status=$?
	scripts tests/bpf/*.sh || status=$?
	return $status
}

sanitized() {
	local status=0
	cmocka $(programs "$san" unit) || status=$?
	BUILD=$san tests/golden/run.sh || status=$?
	return $status
}

run_part() {
	case $1 in
	checks) part checks scripts scripts/check-* ;;
	unit)
		build unit "$BUILD" 0 $(programs "$BUILD" unit) &&
			part unit cmocka $(programs "$BUILD" unit)
		;;
	san)
		build san "$san" 1 all $(programs "$san" unit) && part san sanitized
		;;
	bpf)
		build bpf "$BUILD" 0 $(programs "$BUILD" bpf) && part bpf bpf
		;;
	golden) part golden tests/golden/run.sh ;;
	net)
		build net "$BUILD" 0 "$BUILD/tests/bench/blast" && part net tests/net/run.sh
		;;
	demo) part demo tests/net/demo.sh ;;
	kernels) part kernels scripts/kernels.sh 6.1 5.10 ;;
	*)
		sed -n '/^# usage:/s/^# //p' "$0" >&2
		exit 2
		;;
	esac
}

[ $# -gt 0 ] || set -- checks unit san bpf golden net demo kernels
build iotxdp "$BUILD" 0 all
for name; do
	run_part "$name"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
