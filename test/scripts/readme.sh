#!/usr/bin/env bash
# readme - the statements of README.md on the demo's stock: each runs, and prints
# what stands under it
#
#   test/scripts/readme.sh           compares
#   test/scripts/readme.sh --write   puts what they print under them instead
#
# A block ```sql is run, and the block ```text behind it is what it printed; of
# ```sql quiet what it prints is of no interest, and ```sql example is not run.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PGOPTIONS='-c client_min_messages=warning'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

psql -X -q -v ON_ERROR_STOP=1 -f demo/stock.sql
awk -v work="$work" '
	/^```sql( quiet)?$/ { n++; part = "sql"; if ($2 != "") print > (work "/" n ".quiet"); next }
	/^```text$/ { part = "text"; next }
	/^```/ { part = ""; next }
	part != "" { print > (work "/" n "." part) }' README.md

number=0
while [ -f "$work/$((number += 1)).sql" ]; do
	psql -X -v ON_ERROR_STOP=1 -P footer=off -P format=wrapped -P columns=116 -f "$work/$number.sql" >"$work/$number.all" 2>&1 ||
		{ cat "$work/$number.sql" "$work/$number.all" >&2; exit 1; }
	if [ -f "$work/$number.quiet" ]; then
		continue
	fi
	sed -E -e 's/ +$//' -e '/^$|^(CREATE|SELECT) /d' "$work/$number.all" >"$work/$number.out"
	if [ "${1:-}" != --write ] && ! diff "$work/$number.text" "$work/$number.out"; then
		printf 'readme: this is not what README.md shows of\n%s\n' "$(cat "$work/$number.sql")" >&2
		exit 1
	fi
done
[ "$number" -gt 5 ] || { echo "readme: hardly any statements found" >&2; exit 1; }

if [ "${1:-}" = --write ]; then
	awk '/^$/ { blank++; next }
		/^```text$/ { skip = 1; blank = 0 }
		!skip { while (blank > 0) { print ""; blank-- } print }
		/^```$/ { skip = 0 }' README.md |
		awk -v work="$work" '
			{ print }
			/^```sql( quiet)?$/ { n++; shown = $2 == "" }
			/^```$/ && shown {
				print "\n```text"
				while ((getline line < (work "/" n ".out")) > 0) print line
				print "```"
				shown = 0
			}' >"$work/README.md"
	cp "$work/README.md" README.md
fi
