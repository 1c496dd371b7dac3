#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Captures against their truth. BUILD says which build.
set -eu
cd "$(dirname "$0")/../.."
exec python3 -B tests/golden/compare.py "${BUILD:-build}/iotxdp"
