#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Captures against their truth, and the questions of scripts/questions. BUILD says which build.
set -eu
cd "$(dirname "$0")/../.."
program=${BUILD:-build}/iotxdp
status=0
python3 -B tests/golden/compare.py "$program" || status=1
python3 -B tests/golden/tshark_fields.py "$program" || status=1
python3 -B tests/golden/streams.py "$program" || status=1
python3 -B tests/golden/questions.py "$program" || status=1
python3 -B tests/golden/pdu.py "$program" || status=1
python3 -B tests/golden/payloads.py "$program" || status=1
python3 -B tests/golden/findings.py "$program" || status=1
python3 -B tests/golden/flows.py "$program" || status=1
exit $status
