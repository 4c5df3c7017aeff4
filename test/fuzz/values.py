"""Values for arguments, plausible and hostile ones, as SQL.

Every value depends on the generator that is handed in and on nothing else.
"""

FLOATS = ["0", "-0.0", "1", "2", "5", "10", "50", "450", "3000", "0.5", "0.1", "1e-9", "5e-324", "2.3e-308", "1e15",
          "9007199254740993", "1e100", "1e154", "1e300", "1e304", "1e308", "1.7976931348623157e308", "-1", "-1e308",
          "'NaN'", "'Infinity'", "'-Infinity'", "4e7", "1e8", "1e9", "2147483648", "134217728", "1e-300", "NULL"]
INTS = ["0", "1", "-1", "2", "3", "7", "10", "100", "255", "256", "1000", "32767", "32768", "65535", "1000000",
        "2147483647", "-2147483648", "134217728", "1073741824", "NULL"]
BIGS = INTS + ["9223372036854775807", "'-9223372036854775808'", "9007199254740993", "4294967296", "1099511627776"]
SRIDS = ["0", "27700", "4326", "3857", "3395", "32630", "2154", "999999", "-1", "4258", "2163"]
TEXTS = ["''", "' '", "'a'", "'h1'", "'h37'", "'LA1'", "'p1'", "'''; DROP TABLE x; --'", "'\"'", "'%s %I %L %%'", "'$1'", "'\\'",
         "E'\\n'", "E'\\x01'", "'é'", "U&'\\+01F600'", "U&'\\FFFF'", "'日本語'", "repeat('x', 70)", "repeat('é', 40)",
         "repeat('long ', 20000)", "'</script>'", "'NULL'", "'null'", "'{}'", "'[1,2]'", "'0'", "'1'", "'-1'", "'1e308'", "NULL",
         "'fuzz.homes'", "'pg_catalog.pg_class'", "'public'", "'fuzz'"]
WORDS = {
    "method": ["'coverage'", "'balanced'", "'kmeans'", "'Coverage'", "''", "NULL"],
    "remainder": ["'flag'", "'attach'", "'group'", "NULL", "'no'"],
    "plan": ["'p1'", "'p2'", "'p3'", "'p ''\"4'", "'none such'", "NULL", "'p5'"],
    "hold": ["'pin'", "'lock'", "'none'", "NULL", "''", "'Pin'"],
    "home": ["'h1'", "'h2'", "'h3'", "'h37'", "'x'", "''", "NULL", "repeat('h', 9000)"],
    "new_name": ["'p1'", "'p5'", "'p6'", "''", "repeat('n', 9000)"],
    "schema": ["'fuzz_layers'", "'pg_catalog'", "'public'", "'no such'", "'places'"],
    "columns": ["'ids'", "'points'", "'weights'", "'packed'", "'packed_ids'", "'cluster'", "'cluster_places'", "'nothing'", "''"],
    "reason": ["'too_small'", "'too_spread'", "'in_parts'", "'outlying'", "'attached'", "'dispersed'", "NULL", "''"],
    "argument": ["'id_column'", "'geom_column'", "'weight_column'", "NULL"],
    "schedule": ["'0 3 * * *'", "'* * * *'", "''", "'@daily'"],
    "projection": ["'+proj=laea +lat_0=52 +lon_0=0'", "''", "'27700'", "'nonsense'"],
}
WORDS["home_id"] = WORDS["home"]
SQL = ["''", "';'", "' '", "'--'", "'SELECT 1'", "'SELECT 1; SELECT 2'", "'CHECKPOINT'", "'VACUUM'", "'BEGIN'", "'COMMIT'", "'ABORT'",
       "'SET work_mem = 64'", "'SHOW work_mem'", "'EXPLAIN SELECT 1'", "'LISTEN x'", "'DO ''BEGIN END'''", "'TABLE fuzz.homes'",
       "'CREATE TEMP TABLE made_by_fuzz (a int)'", "'INSERT INTO fuzz.ruled SELECT * FROM fuzz.homes'", "'DELETE FROM fuzz.ruled RETURNING 1'",
       "'COPY fuzz.homes TO STDOUT'", "'DECLARE c CURSOR FOR SELECT 1'", "'SELECT NULL::text, NULL::bytea, NULL::bytea'",
       "'SELECT NULL::text, 1::bigint, 1::float8, NULL'", "'SELECT ''a''::text, ''\\x00''::bytea, ''\\x0011''::bytea'",
       "'SELECT ''a''::text, ''\\xff''::bytea'", "'SELECT $1'", "'SELECT FROM fuzz.homes'", "'VALUES (1, 2)'", "'PREPARE s AS SELECT 1'",
       "'EXECUTE s'", "'SELECT * FROM fuzz.homes FOR UPDATE'", "'WITH d AS (DELETE FROM fuzz.ruled RETURNING 1) SELECT * FROM d'",
       "'NOTIFY x'", "'DISCARD ALL'", "'SELECT 1/0'", "'SELECT pg_catalog.repeat(''a'', 1000)::bytea'"]
SQL_ARGUMENTS = {"grouped", "packed", "query", "source", "homes_query", "figures", "from_item", "homes", "sql", "command"}
BYTES = ["''", "'\\x'", "'\\x00'", "'\\xff'", "decode(repeat('00', 24), 'hex')", "decode(repeat('ff', 64), 'hex')",
         "decode('01000000' || repeat('00', 60), 'hex')", "decode(repeat('ffffff7f', 16), 'hex')",
         "decode('0a000000' || repeat('7ff0000000000000', 10), 'hex')", "convert_to(repeat('x', 5000), 'UTF8')", "NULL"]
JSONS = ["'{}'", "'[]'", "'null'", "'1'", "'\"a\"'", "'{\"plan\":\"p1\"}'", "'{\"plan\":null}'", "'{\"plan\":{\"a\":[1]}}'", "NULL",
         "('[' || repeat('[', 2000) || repeat(']', 2000) || ']')", "'{\"plan\":\"none such\"}'", "'{\"plan\":\"p2\",\"layer\":\"homes\"}'"]
GEOMETRIES = ["'POINT(1 2)'", "'POINT EMPTY'", "'SRID=27700;POINT(400000 300000)'", "'SRID=27700;POINT(400100 300100)'",
              "'SRID=4326;POINT(-1 52)'", "'SRID=4326;POINT(180 90)'", "'SRID=4326;POINT(-180 -90)'", "'SRID=4326;POINT(1000 1000)'",
              "'SRID=3857;POINT(1 2)'", "'SRID=999999;POINT(1 2)'", "'POINT Z(1 2 3)'", "'POINT M(1 2 3)'", "'POINT ZM(1 2 3 4)'",
              "'MULTIPOINT(1 2)'", "'MULTIPOINT(1 2,3 4)'", "'SRID=27700;MULTIPOINT(1 2)'", "'MULTIPOINT EMPTY'", "'LINESTRING(0 0,10 10)'",
              "'LINESTRING EMPTY'", "'POLYGON((0 0,10 0,10 10,0 10,0 0))'", "'POLYGON((0 0,1 1,0 0,0 0))'", "'POLYGON EMPTY'",
              "'SRID=27700;POLYGON((0 0,100000 0,100000 100000,0 100000,0 0))'", "'MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((2 2,3 2,3 3,2 2)))'",
              "'POLYGON((0 0,10 10,10 0,0 10,0 0))'", "'GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'", "'GEOMETRYCOLLECTION EMPTY'",
              "'CIRCULARSTRING(0 0,1 1,2 0)'", "'CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))'", "'TIN(((0 0,1 0,0 1,0 0)))'",
              "'TRIANGLE((0 0,1 0,0 1,0 0))'", "'POINT(nan nan)'", "public.ST_MakePoint('Infinity', 1)", "'POINT(1e308 1e308)'", "'POINT(-1e300 5e-324)'",
              "'POINT(1e15 1)'", "'POINT(40000000 -40000000)'", "'POINT(1e9 1e9)'", "'POLYGON((0 0,1e300 0,1e300 1e300,0 0))'", "NULL"]
GEOGRAPHIES = ["'POINT(-1 52)'", "'POINT(-1.001 52.001)'", "'POINT(180 90)'", "'POINT(-180 -90)'", "'POINT(0 0)'", "'POINT EMPTY'",
               "'MULTIPOINT(1 2)'", "'LINESTRING(0 0,10 10)'", "'POLYGON((0 0,10 0,10 10,0 0))'", "'SRID=4258;POINT(1 2)'", "'POINT Z(1 2 3)'",
               "'POINT(1000 1000)'", "'POINT(nan nan)'", "NULL"]
REGCLASSES = ["0", "1", "4294967295", "'pg_class'", "'pg_catalog.pg_stat_activity'", "'information_schema.columns'", "'public.spatial_ref_sys'",
              "'fuzz.sequence'", "'fuzz.homes_index'", "'pg_toast.pg_toast_1255'", "'fuzz.pair'", "'places.runs'", "NULL", "'pg_authid'"]
TIMES = ["now()", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'294276-12-31'", "NULL"]
INTERVALS = ["'1 day'", "'0'", "'-178000000 years'", "'178000000 years'", "NULL"]
POINTS = ["'(0,0)'", "'(1,2)'", "'(NaN,NaN)'", "'(Infinity,-Infinity)'", "'(1e308,-1e308)'", "'(5e-324,0)'", "NULL"]
NAMES = ["''", "'id'", "'la'", "'geom'", "'geog'", "'w'", "'label'", "'n'", "'ctid'", "'xmin'", "'tableoid'", "'no such'", "'\"id\"'", "'Id'",
         "'id; --'", "NULL", "repeat('a', 64)", "'%I'", "'fuzz_user'", "'fuzz_admin'", "'public'"]

# columns that a call takes for what they are made for, by the end of the argument's name
COLUMNS = {"id_column": ["id", "Id", "c_int", "c_uuid"], "authority_column": ["la", "l a"], "geom_column": ["geom", 'geom"etry', "geog"],
           "weight_column": ["w", "wéight"], "label_column": ["label", "select"]}

POLYMORPHIC = ["text", "integer", "public.geometry", "public.geography", "double precision", "bigint", "bytea", "fuzz.pair", "integer[]",
               "boolean", "json", "uuid"]


def literal(word):
    return "'" + word.replace("'", "''") + "'"


def random_float(r):
    kind = r.random()
    if kind < 0.5:
        return r.choice(FLOATS)
    if kind < 0.8:
        return repr(round(r.uniform(0, 100), r.choice([0, 2, 9])))
    return "%r" % (r.uniform(-1, 1) * 10.0 ** r.randint(-320, 308))


def random_bytes(r):
    return "'\\x" + bytes(r.choice([0, 0, 255, 1, 127, r.randrange(256)]) for _ in range(r.randint(0, 80))).hex() + "'"


def random_text(r):
    return literal("".join(chr(r.choice([r.randint(32, 126), r.randint(0xa0, 0x24ff), r.randint(1, 31)]))
                           for _ in range(r.randint(1, 30))))


def random_geometry(r):
    srid = r.choice(SRIDS[:5])
    scale = 10.0 ** r.randint(-3, 9)
    return "'SRID=%s;POINT(%r %r)'" % (srid, r.uniform(-1, 1) * scale, r.uniform(-1, 1) * scale)


def town_geometry(r):
    return "'SRID=27700;POINT(%d %d)'" % (400000 + r.randint(0, 3000), 300000 + r.randint(0, 3000))


SIMPLE = {
    "double precision": lambda r: random_float(r),
    "real": lambda r: random_float(r),
    "numeric": lambda r: r.choice(["0", "1", "'NaN'", "1e1000", "-1", "NULL"]),
    "integer": lambda r: r.choice(INTS) if r.random() < 0.6 else str(r.randint(-10, 300)),
    "smallint": lambda r: r.choice(["0", "1", "-32768", "32767", "NULL"]),
    "bigint": lambda r: r.choice(BIGS) if r.random() < 0.6 else str(r.randint(-2, 30)),
    "boolean": lambda r: r.choice(["true", "false", "NULL"]),
    "text": lambda r: r.choice(TEXTS) if r.random() < 0.8 else random_text(r),
    "name": lambda r: r.choice(NAMES),
    "bytea": lambda r: r.choice(BYTES) if r.random() < 0.5 else random_bytes(r),
    "json": lambda r: r.choice(JSONS),
    "jsonb": lambda r: r.choice(JSONS),
    "oid": lambda r: r.choice(["0", "1", "4294967295", "1259", "NULL"]),
    "regclass": lambda r: r.choice(REGCLASSES),
    "regtype": lambda r: r.choice(["0", "'text'", "4294967295", "NULL"]),
    "public.geometry": lambda r: r.choice([town_geometry, random_geometry, lambda q: q.choice(GEOMETRIES)])(r),
    "public.geography": lambda r: r.choice(GEOGRAPHIES),
    "timestamp with time zone": lambda r: r.choice(TIMES),
    "interval": lambda r: r.choice(INTERVALS),
    "point": lambda r: r.choice(POINTS),
    "uuid": lambda r: r.choice(["'00000000-0000-0000-0000-000000000000'", "NULL"]),
}
