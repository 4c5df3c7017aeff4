#!/usr/bin/env bash
# cancel.sh - every public function answers a cancel within a second: test/fuzz/cancel
# Alone: how long a cancel takes is measured.
set -euo pipefail

command -v python3 >/dev/null || { echo "there is no python3"; exit 77; }
exec test/fuzz/cancel
