#!/usr/bin/env bash
# load.sh - share/load.sql makes a stock of files as people have them, loses no row,
# says what it took for what, and refuses with a hint
set -euo pipefail
cd "$(dirname "$0")/../.."

load=$PWD/share/load.sql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

Fail()
{
	echo "load: $1" >&2
	[ ! -s said ] || cat said >&2
	exit 1
}

# Load FILE [OPTION...]: loads it; what is said goes to the file said
Load()
{
	local file=$1
	shift
	psql -X -v file="$file" "$@" -f "$load" >said 2>&1
}

Loads()
{
	Load "$@" || Fail "$1 is not loaded"
}

# Refuses MESSAGE HINT FILE [OPTION...]
Refuses()
{
	local message=$1 hint=$2
	shift 2
	! Load "$@" || Fail "no complaint: $message"
	grep -qF -- "$message" said && grep -qF -- "$hint" said || Fail "another complaint than: $message / $hint"
}

Says()
{
	grep -qxF -- "$1" said || Fail "it does not say: $1"
}

# Gives QUERY ROWS: without \n at the end
Gives()
{
	local got
	got=$(psql -XAtq -c "$1")
	[ "$got" = "$2" ] || Fail "$1 gives
$got
instead of
$2"
}

# a file as a spreadsheet leaves it: a byte order mark, quotes, a break within a name
# and within a value, rows that end in both, no name, thousands, an empty row, a last one
printf '\xef\xbb\xbf"UPRN", Property Ref ,"","Local\r\nAuthority",X_COORDINATE,"Y_COORDINATE",Homes,Notes,notes,"a, b"\r\n' >sheet.csv
printf '%s\r\n' '0100,R1,,"Barton, North","412,345.0","300 000",2,"one' 'two",n,"say ""x"""' '' \
	'0101,R2,x, Stoke ,412345.5,"300.001,5",1,,,' ',,,,,,,,,' '0102,R3,,Stoke,n/a,300002,two,,,' '0103,R4,,Stoke,,,1,,,' '' '' >>sheet.csv
Loads sheet.csv
Says '4 rows of sheet.csv in the table homes.'
Says '  id:        "UPRN", in the column uprn'
Says '  authority: "Local Authority", in the column local_authority'
Says '  location:  "X_COORDINATE" and "Y_COORDINATE", as geometry (EPSG:27700) in the column geom'
Says '  homes:     "Homes", in the column homes'
Says '  others:    property_ref, column_3, notes, notes_9, a_b'
Says "  text:      UTF8, fields parted by ','"
Says '1 row without a location, loaded with geom null:'
Says '  line 9'
Says '1 row with a location that could not be read, loaded with geom null:'
Says "  line 8: 'n/a' and '300002'"
Says '1 row with a number of homes that could not be read, loaded as null:'
Says "  line 8: 'two'"
Gives "SELECT uprn, local_authority, homes, notes, a_b, ST_AsEWKT(geom) FROM homes ORDER BY uprn" "0100|Barton, North|2|one
two|say \"x\"|SRID=27700;POINT(412345 300000)
0101|Stoke|1|||SRID=27700;POINT(412345.5 300001.5)
0102|Stoke||||
0103|Stoke|1|||"
Gives "SELECT homes FROM places.headline('homes', weight_column => 'homes')" 4
Gives "SELECT x_coordinate FROM homes WHERE uprn = '0102'" n/a

# no table is overwritten unless that is asked for
Refuses 'there is a table or view public.homes already' 'or replace it: -v replace=1.' sheet.csv
Gives 'SELECT count(*) FROM homes' 4
Loads sheet.csv -v replace=1
Loads sheet.csv -v table='"My homes"'
Gives 'SELECT count(*) FROM "My homes"' 4

# rows of another number of fields are there, too
printf 'id,la,easting,northing,note\n1,A,1,2\n2,A,1,2,x,"y, z",w\n3,A,1,2,x\n' >ragged.csv
Loads ragged.csv -v table=ragged
Says '2 rows with another number of fields than there are columns:'
Says '  line 2: too few fields'
Says '  line 3: "y, z",w'
Gives 'SELECT id, note, surplus, ST_X(geom) FROM ragged ORDER BY id' '1||too few fields|1
2|x|"y, z",w|1
3|x||1'

# a quote that is not one of CSV is text: that of an inch takes no row with it
printf 'id,la,easting,northing,note\n' >inch.csv
printf '%s,A,1,2,%s\n' 1 '6" pipe' 2 'fit' 3 '"6" pipe' 4 ' "a, ""b""" ' 5 '12"' 6 '"6"" pipe' 7 '"a' >>inch.csv
printf '%s\n' '' 'b, 6""",x' '8,A,"1",2,"of 6" pipe, two"' '9,A,"1,2,' '10,A,1,2,""' '11,A,1,2,"""x"" y' '12,"6" pipe,1,2,"x"' '13,A,1,2,"open' >>inch.csv
Loads inch.csv -v table=inch
Says '13 rows of inch.csv in the table inch.'
Says '  line 8: x'
Gives 'SELECT id, la, easting, note FROM inch ORDER BY id::int' '1|A|1|6" pipe
2|A|1|fit
3|A|1|"6" pipe
4|A|1|a, "b"
5|A|1|12"
6|A|1|"6"" pipe
7|A|1|a

b, 6"
8|A|1|of 6" pipe, two
9|A|"1|
10|A|1|
11|A|1|"""x"" y
12|"6" pipe|1|x
13|A|1|"open'
# nor does one that another would close more than 50 lines on; the work is linear
awk 'BEGIN { print "id,la,easting,northing,note"; for (i = 1; i <= 100000; i++) print i ",A,1,2," (i == 10 ? "\"a" : i == 100 ? "6\"" : i % 3 ? "x" : "6\" x") }' >far.csv
Loads far.csv -v table=far
Says '100000 rows of far.csv in the table far.'
Gives "SELECT id, note FROM far WHERE note NOT IN ('x', '6\" x') ORDER BY id::int" '10|"a
100|6"'

# lines above the names of the columns, and the number of homes of a row
printf '\xef\xbb\xbf"List, ""of\n\nProperties\nUnit No,Council,Grid E,Grid N,Units\n1,A,1,2,3\n2,A,,2,1\n' >title.csv
Refuses 'no columns of the file say where a home is' '-v skip=1' title.csv -v table=title
Loads title.csv -v table=title -v skip=3
Says '  id:        "Unit No", in the column unit_no'
Says "  line 6: NULL and '2'"
Says "Next: SELECT * FROM places.headline('title', weight_column => 'units');"
Gives "SELECT sum(units) FROM title" 4

# semicolons, tabs and bars; windows-1252 and Latin-1
printf 'asset id;council;Easting;Northing\n1;Caf\xe9 \x80;412345,5;300000\n' >semicolon.csv
Loads semicolon.csv -v table=semicolon
Says "  text:      WIN1252, fields parted by ';'"
Gives 'SELECT council, ST_X(geom) FROM semicolon' "$(printf 'Caf\xc3\xa9 \xe2\x82\xac|412345.5')"
printf 'place_ref\tLAD23CD\teasting\tnorthing\n1\tCaf\xe9\x81\t1\t2\n' >tab.csv
Loads tab.csv -v table=tab
Says '  text:      LATIN1, fields parted by tabs'
printf 'id|la|geom\n1|A|SRID=27700;POINT(1 2)\n2|A|0101000020346C000000000000006A184100000000804F1241\n3|A|POINT EMPTY\n4|A|LINESTRING(0 0, 1 1)\n5|A|POINT (3 4)\n' >bar.csv
Loads bar.csv -v table=bar -v srid=3857
Says "  line 4: 'POINT EMPTY'"
Gives 'SELECT id, ST_AsEWKT(geom) FROM bar ORDER BY id' '1|SRID=27700;POINT(1 2)
2|SRID=27700;POINT(400000 300000)
3|
4|
5|SRID=3857;POINT(3 4)'

# longitude and latitude, of which no thousands are written
printf 'id,district,Latitude,lng\n1,A,"51,5",-0.1\n2,A,51.5,190\n3,A,91,0\n' >degrees.csv
Loads degrees.csv -v table=degrees
Says '  location:  "lng" and "Latitude", as geography (EPSG:4326) in the column geom'
Gives 'SELECT id, ST_AsText(geom) FROM degrees ORDER BY id' '1|POINT(-0.1 51.5)
2|
3|'
Loads degrees.csv -v table=metres -v srid=27700
Gives 'SELECT id, ST_SRID(geom), ST_AsText(geom, 0) FROM metres WHERE id = $$1$$' '1|27700|POINT(531979 179607)'
printf 'id,la,Easting,X coord,Northing\n1,A,1,2,3\n' >two.csv
Refuses 'several columns may be the coordinates of a home' 'Name them, both: -v x="Easting" -v y="Northing".' two.csv -v table=two
Gives "SELECT to_regclass('two') IS NULL" t
Loads two.csv -v table=two -v x='X coord' -v y=northing -v srid=2157
Gives 'SELECT ST_AsEWKT(geom) FROM two' 'SRID=2157;POINT(2 3)'
printf 'id,la,e,n\n1,A,1,51\n' >named.csv
Loads named.csv -v table=named -v x=e -v y=n -v srid=4326
Gives 'SELECT pg_typeof(geom), ST_AsText(geom) FROM named' 'geography|POINT(1 51)'

# databases of other encodings
for encoding in LATIN1 SQL_ASCII; do
	database=places_load_${encoding,,}
	createdb --template template0 --encoding $encoding --locale C $database
	PGDATABASE=$database Loads semicolon.csv
	Says "  text:      LATIN1, fields parted by ';'"
	PGDATABASE=$database PGCLIENTENCODING=LATIN1 Gives "SELECT left(council, 4) FROM homes" "$(printf 'Caf\xe9')"
	dropdb $database
done

# which column is the id need not be clear: whoever asks names it
printf 'property_ref,asset_id,easting,northing,the town\n1,2,3,4,A\n' >unclear.csv
Loads unclear.csv -v table=unclear
Says "  id:        not clear, name one: id_column => 'property_ref' or 'asset_id'"
Says "  authority: not recognised, name one: authority_column => '...'"
Says "Next, with the column's name for each ...: SELECT * FROM places.headline('unclear', id_column => '...', authority_column => '...');"

# names of columns and files are never executed
file=$(printf "it's; \$(touch made) \`touch made\` \"a\" %%s \\\\n :x.csv")
printf 'id,la,easting,northing,"x"") ; DROP TABLE homes; --",geom,ctid\n1,A,1,2,,,\n' >"$file"
Loads "$file" -v table=hostile
[ ! -e made ] || Fail 'the name of a file was executed'
Gives 'SELECT count(*) FROM homes' 4
Gives "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'hostile'::regclass AND attnum > 0" \
	'id la easting northing x_drop_table_homes geom_text ctid_text geom'
mv "$file" -- '-rf.csv'
Loads -rf.csv -v table=dashed
gzip -k sheet.csv
Loads sheet.csv.gz -v table=packed
Gives 'SELECT count(*) FROM (TABLE homes EXCEPT ALL TABLE packed) d' 0

# refusals
printf 'id,la,Post Code\n1,A,AB1 2CD\n' >postcodes.csv
Refuses 'no columns of the file say where a home is' 'Postcodes, as in "Post Code", do not: add the easting and northing' postcodes.csv -v table=none
Refuses 'no columns of the file say where a home is' '-v x=name -v y=name' postcodes.csv -v table=none
printf 'id,la,e,n\n1,A,1,2\n' >nowhere.csv
Refuses 'no columns of the file say where a home is' 'It takes an easting and a northing, or a longitude and a latitude.' nowhere.csv -v table=none
Refuses 'no columns of the file say where a home is' 'Its columns are "id", "la", "e", "n".' nowhere.csv -v table=none -v x=east -v y=n
Refuses 'the file cannot be read' 'It is missing.csv.' missing.csv
Refuses 'the file is a directory' 'Use psql -v file=homes.csv' "$work"
Refuses 'no file is named' 'Use psql -v file=homes.csv' ''
: >empty.csv
Refuses 'the file is empty' 'It is empty.csv.' empty.csv
iconv -t UTF-16 two.csv >wide.csv
Refuses 'the file is UTF-16' 'Save it as CSV UTF-8.' wide.csv
printf 'id,la,easting,northing\n2\0,A,400000,300000\n' | gzip >zero.csv.gz
Refuses 'the file has zero bytes' 'Save it as CSV UTF-8.' zero.csv.gz
printf '\n \r\n' >blank.csv
Refuses 'the file has no rows' 'The first row has the names of the columns.' blank.csv -v table=none
Refuses 'there is no schema to make the table in' 'Name one: psql -v table=schema.homes.' sheet.csv -v table=nowhere.homes
Refuses 'skip must be a number of lines' 'Use -v skip=1' sheet.csv -v table=none -v skip=title
Refuses 'srid must be the number of a reference system' 'Use 27700' sheet.csv -v table=none -v srid=osgb
Gives "SELECT to_regclass('none') IS NULL" t

# for everybody: in a schema of one's own, and only where the extension is
role=places_load_$$
psql -Xq -c "CREATE ROLE $role LOGIN" -c "REVOKE CREATE ON SCHEMA public FROM public" -c "CREATE SCHEMA own AUTHORIZATION $role"
trap 'cd /; rm -rf "$work"; psql -Xq -c "DROP OWNED BY $role CASCADE" -c "DROP ROLE $role"' EXIT
PGUSER=$role Refuses 'you may not make tables in the schema public' "GRANT CREATE ON SCHEMA public TO $role;" sheet.csv -v table=theirs
PGUSER=$role Loads sheet.csv -v table=own.homes
Says "Next: SELECT * FROM places.headline('own.homes', weight_column => 'homes');"
# what others plant on the search path is not found
for arguments in 'text, text' 'text, text, text' 'text, text, text, text'; do
	psql -Xq -c "CREATE FUNCTION public.format($arguments) RETURNS text LANGUAGE sql RETURN '' || 1 / 0"
done
psql -Xq -c 'CREATE FUNCTION public.planted(name, name) RETURNS boolean LANGUAGE sql RETURN 1 / 0 = 1' \
	-c 'CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, PROCEDURE = public.planted)' -c 'ALTER TABLE homes RENAME TO format'
PGOPTIONS='-c search_path=public,pg_catalog' Loads sheet.csv -v table=planted
psql -Xq -d postgres -c "CREATE DATABASE places_load_bare OWNER $role"
PGUSER=$role PGDATABASE=places_load_bare Refuses 'the extension places is not in this database' 'CREATE EXTENSION places CASCADE;' sheet.csv
PGDATABASE=places_load_bare Loads sheet.csv
PGDATABASE=places_load_bare Gives "SELECT homes FROM places.headline('homes')" 4
psql -Xq -d postgres -c 'DROP DATABASE places_load_bare'
