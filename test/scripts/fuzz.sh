#!/usr/bin/env bash
# fuzz.sh - a short run of the fuzzer (test/fuzz), which `make fuzz` runs at length
#
# First the worst that was ever found, a statement each, then random calls of
# every function that a user may execute, always the same ones.
set -euo pipefail

command -v python3 >/dev/null || { echo "there is no python3"; exit 77; }
exec test/fuzz/run --worst --seed 11 --calls 2000 --seconds 40 --server-limit 4
