#!/usr/bin/env bash
# contact_gap - what contact_gap() shows does not give away what it withholds
#
# Solved as a linear program (test/disclosure/attack.py) for random stocks, trees and
# contacts: on two calendar days, for many numbers of days, with medians, by a reader.  The same attack
# finds out counts that are withheld one by one, without partners, and those that a pair
# shown for some days and not for others gives away: else this test would prove nothing.  Only a machine without SciPy skips it; continuous
# integration is to have it.
set -euo pipefail
cd "$(dirname "$0")/../.."

for python in python3 /usr/bin/python3 none; do
	if "$python" -c 'import scipy.optimize, psycopg2.extras' 2>/dev/null; then
		break
	fi
done
if [ "$python" = none ]; then
	echo 'no SciPy with psycopg2 here (Debian: apt-get install python3-scipy python3-psycopg2)'
	[ -z "${CI:-}" ] || exit 1
	exit 77
fi
PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 "$python" test/disclosure/contact_gap.py
