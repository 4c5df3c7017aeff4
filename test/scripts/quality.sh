#!/usr/bin/env bash
# quality - the benchmark of the answers still fits the engine that it links
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v "${CC:-gcc}" >/dev/null; then
	echo "no compiler"
	exit 77
fi
bench/quality build
