#!/usr/bin/env bash
# readme - the statements of README.md on the demo's stock: each runs, and prints
# what stands under it
#
#   test/scripts/readme.sh           compares
#   test/scripts/readme.sh --write   puts what they print under them instead
#
# A block ```sql is run, and so is ```sh run, and the block ```text behind it is what
# it printed, of ```sql prose as sentences; of ```sql quiet what it prints is of no
# interest, and ```sql example is not run.  A block ```csv is the file homes.csv.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PGOPTIONS='-c client_min_messages=warning'

# Run FILE: its statements, or its commands on this database and the files of this checkout
Run()
{
	if [ -f "$1.sh" ]; then
		sed -i -e "s,\$(pg_config --sharedir)/places,$PWD/share," -e "s/yourdatabase/$PGDATABASE/" "$1.sh"
		(cd "$work" && bash -e "$1.sh")
	elif [ -f "$1.prose" ]; then
		psql -X -A -t -v ON_ERROR_STOP=1 -f "$1.sql" | fold -s -w 116
	else
		psql -X -v ON_ERROR_STOP=1 -P footer=off -P format=wrapped -P columns=116 -f "$1.sql"
	fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

psql -X -q -v ON_ERROR_STOP=1 -f demo/stock.sql
awk -v work="$work" '
	/^```(sql|sql quiet|sql prose|sh run)$/ {
		n++
		part = substr($1, 4)
		printf "" > (work "/" n ".sql")
		if ($1 == "```sql" && $2 != "") print > (work "/" n "." $2)
		next
	}
	/^```csv$/ { part = "csv"; next }
	/^```text$/ { part = "text"; next }
	/^```/ { part = ""; next }
	part == "csv" { print > (work "/homes.csv"); next }
	part != "" { print > (work "/" n "." part) }' README.md

number=0
while [ -f "$work/$((number += 1)).sql" ]; do
	Run "$work/$number" >"$work/$number.all" 2>&1 || { cat "$work/$number".* >&2; exit 1; }
	if [ -f "$work/$number.quiet" ]; then
		continue
	fi
	sed -E -e 's/ +$//' -e '/^$|^(CREATE|SELECT) /d' "$work/$number.all" >"$work/$number.out"
	if [ "${1:-}" != --write ] && ! diff "$work/$number.text" "$work/$number.out"; then
		printf 'readme: this is not what README.md shows of\n%s\n' "$(cat "$work/$number".s*)" >&2
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
			/^```(sql|sql quiet|sql prose|sh run)$/ { n++; shown = $2 != "quiet" }
			/^```$/ && shown {
				print "```text"
				while ((getline line < (work "/" n ".out")) > 0) print line
				print "```"
				shown = 0
			}' >"$work/README.md"
	cp "$work/README.md" README.md
fi
