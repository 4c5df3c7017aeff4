#!/usr/bin/env bash
# newcomer - from a checkout and a messy CSV file to a map: the README's three commands,
# in less than five minutes
#
# The commands are taken from the README as they stand there.  Only "sudo" is this
# user, pg_config is this server's, and "yourdatabase" this test's database.
set -euo pipefail
cd "$(dirname "$0")/../.."

Fail()
{
	printf 'newcomer: %s\n' "$1" >&2
	exit 1
}

Sql()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

PG_CONFIG=$(command -v "$PG_CONFIG")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page=build/newcomer.html

# What somebody has: a fresh checkout, a file, a server without places
mkdir "$work/checkout" "$work/bin"
cp -R Makefile places.control share sql src map "$work/checkout"
find "$work/checkout" \( -name '*.o' -o -name 'places--*.sql' \) -delete
Sql -c 'DROP EXTENSION places'

# Three towns in two authorities, as a spreadsheet leaves them: a byte order mark,
# names of its own, numbers with commas, blank lines, notes, doubles, degrees among
# metres, nothing at all, and a home in the sea
LC_ALL=C awk 'BEGIN {
	printf "\357\273\277\"Property Ref\", Local Authority ,X_COORDINATE,\"Y Coordinate\",Postcode,Notes\r\n"
	for (i = 1; i <= 3000; i++) {
		x = 412000 + i % 3 * 9000 + i * 7919 % 1301; y = 287000 + i % 3 * 4000 + i * 104729 % 1399
		la = i % 3 == 2 ? "Otherham" : "Someshire"
		if (i % 7 == 0) { x = sprintf("\"%d,%03d.5\"", x / 1000, x % 1000); y = sprintf("\"%d,%03d\"", y / 1000, y % 1000) }
		if (i % 500 == 0) x = "n/a"
		if (i % 500 == 1) x = y = ""
		if (i == 77) { x = 0; y = 0 }
		if (i == 78) { x = -2.1; y = 52.4 }
		printf "\"%09d\",%s,%s,%s,XX%d 1AA,%s\r\n", i % 600 == 0 ? 5 : i, la, x, y, i % 9, i % 11 ? "" : "\"flat \"\"B\"\", new\""
		if (i % 1000 == 0) printf ",,,,,\r\n\r\n"
	}
}' >"$work/checkout/homes.csv"

# Command PATTERN: the README's one line that begins like this
Command()
{
	local found

	found=$(grep -E "^$1" README.md | sort -u)
	[ "$(wc -l <<<"$found")" = 1 ] && [ -n "$found" ] || Fail "the README does not have one command $1: $found"
	sed -E "s/^sudo //; s,PG_CONFIG=[^ ]*,PG_CONFIG='$PG_CONFIG',; s/\\byourdatabase\\b/$PGDATABASE/" <<<"$found"
}

{
	Command 'sudo make install '
	Command 'psql -v file='
	Command "psql -XAtc .*places\.map\('homes'\)"
} >"$work/commands"
cat "$work/commands"

# The throwaway server's own tree stands for /
DESTDIR=$(cat "$PLACES_WORK/server-path")/root
export DESTDIR
cat >"$work/bin/pg_config" <<-EOF
	#!/bin/sh
	printf '%s%s\n' '$DESTDIR' "\$('$PG_CONFIG' "\$@")"
EOF
chmod +x "$work/bin/pg_config"
began=$SECONDS
(
	cd "$work/checkout"
	PATH=$work/bin:$PATH timeout 300 bash -e "$work/commands" >"$work/said" 2>&1
) || Fail "after $((SECONDS - began)) s: $(tail -n 20 "$work/said")"
echo "$((SECONDS - began)) seconds"
mkdir -p build
mv "$work/checkout/places.html" "$page"

# Nothing is lost, and what is wrong is said
grep -q '^3000 rows of homes\.csv' "$work/said" || Fail "rows: $(cat "$work/said")"
[ "$(Sql -c 'SELECT count(*), count(geom), count(DISTINCT property_ref) FROM homes')" = '3000|2988|2995' ] ||
	Fail "homes: $(Sql -c 'SELECT count(*), count(geom), count(DISTINCT property_ref) FROM homes')"
grep -q '^6 rows with a location that could not be read' "$work/said" || Fail "not read: $(cat "$work/said")"
[ "$(Sql -c "SELECT count(*), count(*) FILTER (WHERE reason = 'no_location') FROM places.assign('homes')")" = '3000|12' ] ||
	Fail 'homes without an answer'
places=$(Sql -c "SELECT count(*) FROM places.summary('homes') WHERE kept")
[ "$places" -ge 3 ] || Fail "$places places in three towns"

if command -v python3 >/dev/null && python3 test/browser/browser.py >/dev/null; then
	python3 - "$page" <<-'EOF' || Fail "$page does not open as a map"
		import sys
		sys.path.insert(0, "test/browser")
		import browser
		page = browser.Browser(browser.find())
		try:
		    page.size(1400, 900)
		    page.open(sys.argv[1])
		    page.settle()
		    text = page.run("document.body.innerText")
		    page.screenshot("build/newcomer.png")
		    assert "Someshire" in text and "Otherham" in text, text[:2000]
		    # at (0, 0) and in degrees: told in words, and not drawn
		    assert page.run("+document.getElementById('map').dataset.dots") == 2986
		    assert "2 homes" in text, text[:2000]
		    assert page.errors == [], page.errors
		finally:
		    page.close()
	EOF
else
	grep -q Otherham "$page" || Fail 'the map shows no places'
fi
