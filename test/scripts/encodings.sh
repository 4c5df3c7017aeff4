#!/usr/bin/env bash
# encodings.sh - pages and pictures are ASCII, and the same, in databases and for
# clients of every encoding; the scripts of the extension are ASCII too
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PGOPTIONS='-c client_min_messages=warning'

Fail()
{
	echo "encodings: $1" >&2
	exit 1
}

# HasOthers FILE...: prints lines with bytes outside ASCII
HasOthers()
{
	LC_ALL=C grep -n '[^ -~[:space:]]' "$@"
}

# Draw DATABASE CLIENT_ENCODING: page and picture
Draw()
{
	PGCLIENTENCODING=$2 psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" <<-'END'
		SELECT places.map('stock', 'id', 'la', 'geom', places.rules(target_homes => 25, max_radius => 500), title => (SELECT max(la) FROM stock));
		SELECT places.map_svg('stock', 'id', 'la', 'geom', places.rules(target_homes => 25, max_radius => 500), title => (SELECT max(la) FROM stock));
	END
}

# Try ENCODING NAME CLIENT_ENCODING...: NAME in UTF-8, which the clients must be able to say
Try()
{
	local encoding=$1 name=$2 database="in_${1,,}" client server=$1
	shift 2

	createdb --template template0 --encoding "$encoding" --locale C "$database" || Fail "no database in $encoding"
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'CREATE EXTENSION places CASCADE' || Fail "no extension in $encoding"
	[ "$encoding" != SQL_ASCII ] || server=UTF8
	PGCLIENTENCODING=UTF8 psql -X -q -v ON_ERROR_STOP=1 -v name="$name" -d "$database" <<-'END' || Fail "no stock in $encoding"
		CREATE TABLE stock AS
		SELECT i AS id, :'name' AS la, ST_SetSRID(ST_MakePoint(i * 37 % 300, i * 73 % 400), 27700) AS geom FROM generate_series(1, 30) i;
	END
	for client in "$@"; do
		Draw "$database" "$client" >"$work/$database.$client" || Fail "no map in $encoding for a client in $client"
		! HasOthers "$work/$database.$client" || Fail "bytes outside ASCII from $encoding for a client in $client"
		cmp "$work/$database.$1" "$work/$database.$client" || Fail "not the same for a client in $client"
	done
	grep -q "$(printf %s "$name" | python3 -c 'import sys; print("<title>" + "".join("&#%d;" % ord(c) if ord(c) > 126 else c for c in sys.stdin.read()) + "</title>")')" "$work/$database.$1" ||
		Fail "the name is lost in $encoding"
	grep -qF "$(printf %s "$name" | python3 -c 'import json, sys; print(json.dumps(sys.stdin.read()))')" "$work/$database.$1" ||
		Fail "the name is lost in the data of $encoding"
	dropdb "$database"
}

! HasOthers sql/places--*.sql || Fail 'a script of the extension is not ASCII'
command -v python3 >/dev/null || { echo 'no python3'; exit 77; }

export PYTHONIOENCODING=utf-8 PYTHONUTF8=1
Try UTF8 'Åre 三 𝔸 – ñ' UTF8 WIN1252 LATIN1 EUC_JP
Try LATIN1 'Bézières ² §' LATIN1 UTF8
Try EUC_JP '東京都 港区' EUC_JP SJIS UTF8
Try SQL_ASCII 'Åre 三' SQL_ASCII UTF8 LATIN1
