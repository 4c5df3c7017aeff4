#!/usr/bin/env bash
# ablation - the benchmark of the engine's stages finds each of them where it looks
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v "${CC:-gcc}" >/dev/null || ! command -v nm >/dev/null; then
	echo "no compiler"
	exit 77
fi
bench/ablation build
