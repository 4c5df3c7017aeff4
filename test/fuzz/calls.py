"""Statements: a call of any function of the catalogue, in any of the ways that
a user can call it."""
import values
from values import literal

FUNCTIONS = """
SELECT p.oid::regproc::text, p.prokind, COALESCE(p.proargnames, '{}'),
	COALESCE(p.proallargtypes, ARRAY(SELECT unnest(p.proargtypes)))::text, COALESCE(p.proargmodes::text[], '{}'), p.pronargdefaults,
	format_type(p.prorettype, NULL), p.proretset, p.provariadic <> 0, n.nspname = 'places',
	has_function_privilege('public', p.oid, 'EXECUTE')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('places', 'places_internal') AND has_function_privilege(p.oid, 'EXECUTE')
	AND has_schema_privilege(n.oid, 'USAGE')
	-- PostGIS's own functions under another name are PostGIS's affair
	AND NOT (n.nspname = 'places_internal' AND p.proname ~ '^(st|postgis|pgis)_')
ORDER BY p.oid::regprocedure::text"""
TYPES = """
SELECT t.oid, format_type(t.oid, NULL), t.typelem <> 0 AND t.typlen = -1, format_type(t.typelem, NULL)
FROM pg_type t
WHERE t.oid IN (SELECT unnest(COALESCE(p.proallargtypes, p.proargtypes::oid[])) FROM pg_proc p
	WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('places', 'places_internal')))"""
COMPOSITES = """
SELECT format_type(c.reltype, NULL), a.attname, format_type(a.atttypid, NULL)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('places', 'places_internal', 'fuzz'))
	AND c.relkind IN ('c', 'r', 'v')
ORDER BY c.oid, a.attnum"""
STOCKS = """
SELECT c.oid::regclass::text, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attnum > 0)
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
WHERE c.relnamespace = 'fuzz'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname <> 'many'
GROUP BY c.oid ORDER BY c.oid::regclass::text"""

MOST_DEPTH = 2


def elements(array):
    """An array of simple words in PostgreSQL's text form."""
    words, word, quoted, k = [], "", False, 1
    while k < len(array):
        c = array[k]
        if quoted and c == "\\":
            k += 1
            word += array[k]
        elif c == '"':
            quoted = not quoted
        elif not quoted and c in ",}":
            words.append(word)
            word = ""
        else:
            word += c
        k += 1
    return [] if array == "{}" else words


class Function:
    def __init__(self, row, type_names):
        (self.name, self.kind, names, types, modes, defaults, self.result, retset, variadic, self.public_schema,
         self.for_all) = row
        names, types, modes = elements(names), elements(types), elements(modes)
        modes = modes or ["i"] * len(types)
        names = names or [""] * len(types)
        self.arguments = [(names[k] if k < len(names) else "", type_names[types[k]])
                          for k in range(len(types)) if modes[k] in "ibv"]
        self.required = len(self.arguments) - int(defaults)
        self.is_set = retset == "t"
        self.variadic = variadic == "t"
        self.named = all(name for name, _ in self.arguments) and self.kind != "a"
        self.public_schema = self.public_schema == "t"
        self.for_all = self.for_all == "t"


class Catalogue:
    """What there is to call and to call it with, as one role sees it."""

    def __init__(self, session):
        session.rows("SET search_path = pg_catalog")
        types = session.rows(TYPES)
        names = {row[0]: row[1] for row in types}
        self.element = {row[1]: row[3] for row in types if row[2] == "t"}
        # nobody can write a value of type internal
        self.functions = [f for f in (Function(row, names) for row in session.rows(FUNCTIONS))
                          if "internal" not in (kind for _, kind in f.arguments)]
        self.fields = {}
        for of, name, kind in session.rows(COMPOSITES):
            self.fields.setdefault(of, []).append((name, kind))
        self.stocks = [(row[0], elements(row[1] or "{}")) for row in session.rows(STOCKS)]
        self.makers = {}
        for f in self.functions:
            if not f.is_set and f.kind in "fa":
                self.makers.setdefault(f.result, []).append(f)
        special = [f for f in self.functions if not f.for_all]
        public = [f for f in self.functions if f.public_schema and f.for_all]
        # what people use is tried more often than what they merely could
        self.lists = [part for part in (self.functions, public, public, special, special) if part]


class Statement:
    """One statement, random but for its generator."""

    def __init__(self, catalogue, r):
        self.c, self.r = catalogue, r
        self.stock, self.columns = r.choice(catalogue.stocks)
        if r.random() < 0.4:
            self.stock, self.columns = next(s for s in catalogue.stocks if s[0] == "fuzz.homes")
        self.any = r.choice(values.POLYMORPHIC)

    # ---- values ----

    def ruleset(self):
        """Rules: mostly such as people might set, else anything."""
        r = self.r
        way = r.random()
        if way < 0.03:
            return "NULL::places.ruleset"
        if way < 0.08:
            return "ROW(%s)::places.ruleset" % ", ".join(self.plain(name, kind) for name, kind in self.c.fields["places.ruleset"])
        target = r.choice([1, 2, 5, 20, 60, 0.5, 450])
        words = {"method": r.choice(values.WORDS["method"][:3]), "target_homes": repr(target)}
        if r.random() < 0.4:
            words["min_homes"] = repr(target * r.choice([0.5, 0.9, 1, 1e-3]))
        if r.random() < 0.4:
            words["max_homes"] = repr(target * r.choice([1, 1.1, 2, 50]))
        if r.random() < 0.5:
            words["max_radius"] = repr(r.choice([1, 10, 100, 500, 3000, 100000]))
        if words["method"] == "'coverage'" and r.random() < 0.5:
            words["remainder"] = r.choice(values.WORDS["remainder"][:3])
            if words["remainder"] == "'attach'" and r.random() < 0.5:
                words["attach_within"] = r.choice(["1", "500", "1e6"])
        if r.random() < 0.2:
            words["max_gap"] = repr(r.choice([1, 10, 100, 1500]))
        if words["method"] != "'coverage'" and r.random() < 0.2:
            words["k"] = repr(r.choice([1, 2, 5, 40, 2147483647]))
        if way < 0.25:
            words[r.choice(["target_homes", "min_homes", "max_homes", "max_radius", "attach_within", "max_gap"])] = values.random_float(r)
        elif way < 0.28:
            words[r.choice(["method", "remainder"])] = r.choice(values.TEXTS)
        if way > 0.9:
            return "ROW(%s)::places.ruleset" % ", ".join(words.get(name, "NULL") for name, _ in self.c.fields["places.ruleset"])
        return "places.rules(%s)" % ", ".join("%s => %s" % word for word in words.items())

    def column(self, argument):
        """A column of the stock at hand, mostly one that suits."""
        r = self.r
        suited = [c for c in values.COLUMNS.get(argument, []) if c in self.columns]
        if suited and r.random() < 0.8:
            return literal(r.choice(suited))
        if argument == "weight_column" and r.random() < 0.5:
            return "NULL"
        if self.columns and r.random() < 0.7:
            return literal(r.choice(self.columns))
        return r.choice(values.NAMES)

    def array(self, kind, depth):
        r = self.r
        item = self.c.element.get(kind) or kind[:-2]
        shape = r.random()
        if shape < 0.08:
            return "NULL::" + kind
        if shape < 0.14:
            return "'{}'::" + kind
        items = [self.value("", item, depth + 1) for _ in range(r.choice([1, 2, 3, 5, 12]))]
        if shape < 0.2:
            return "ARRAY[ARRAY[%s], ARRAY[%s]]::%s" % (items[0], items[-1], kind)
        if shape < 0.26:
            return "pg_catalog.array_fill(%s, ARRAY[%d], ARRAY[%d])" % (items[0], r.choice([0, 1, 3, 600]), r.choice([-3, 0, 5, 2147483000]))
        return "ARRAY[%s]::%s" % (", ".join(items), kind)

    def composite(self, kind, depth):
        r = self.r
        if r.random() < 0.15:
            return "NULL::" + kind
        if kind in ("places_internal.plan_definition", "places.plan_definition") and r.random() < 0.5:
            return "(SELECT p FROM %s p ORDER BY plan_id LIMIT 1)" % kind
        parts = [self.value(name, of, depth + 1) if r.random() < 0.85 else "NULL" for name, of in self.c.fields[kind]]
        if kind == "places.clustering" and r.random() < 0.5:
            n = r.randint(0, 6)
            parts = ["pg_catalog.array_fill(%s, ARRAY[%d])" % (v, n + (r.random() < 0.2))
                     for v in ("%d" % r.choice([1, 0, -1, 2147483647]), "1.0::float8", r.choice(["NULL::text", "'outlying'::text"]))]
        return "ROW(%s)::%s" % (", ".join(parts), kind)

    def plain(self, name, kind):
        r = self.r
        if kind == "internal":
            return "NULL"
        if kind == "text":
            if name in values.SQL_ARGUMENTS and r.random() < 0.8:
                text = r.choice(values.SQL)
            elif name in values.WORDS and r.random() < 0.85:
                text = r.choice(values.WORDS[name])
            else:
                text = values.SIMPLE[kind](r)
            return "(%s)::text" % text
        if kind == "integer" and name == "srid" and r.random() < 0.8:
            return r.choice(values.SRIDS)
        make = values.SIMPLE.get(kind)
        return "(%s)::%s" % (make(r), kind) if make else "NULL::" + kind

    def value(self, name, kind, depth=0):
        r = self.r
        if kind == "anyelement" or kind == "anynonarray":
            kind = self.any
        elif kind == "anyarray":
            kind = (self.any if not self.any.endswith("[]") else self.any[:-2]) + "[]"
        elif kind == '"any"':
            kind = r.choice(values.POLYMORPHIC)
        if depth < MOST_DEPTH and kind in self.c.makers and kind not in ("text", "boolean", "integer") and r.random() < 0.12:
            return self.scalar(r.choice(self.c.makers[kind]), depth + 1)
        if kind == "places.ruleset":
            return self.ruleset()
        if kind == "regclass" and r.random() < 0.85:
            return literal(self.stock) + "::pg_catalog.regclass"
        if kind == "name" and (name.endswith("_column") or r.random() < 0.1):
            return "(%s)::name" % self.column(name)
        if kind == "name" and name == "schema" and r.random() < 0.8:
            return r.choice(values.WORDS["schema"])
        if kind.endswith("[]"):
            return self.array(kind, depth)
        if kind in self.c.fields:
            return self.composite(kind, depth)
        return self.plain(name, kind)

    # ---- calls ----

    def scalar(self, f, depth):
        if f.kind == "a":
            return "(SELECT %s)" % self.aggregate(f, depth)
        return self.call(f, depth)

    def call(self, f, depth=0):
        r = self.r
        most = len(f.arguments)
        given = most if r.random() < 0.5 else r.randint(f.required, most)
        parts = []
        for k, (name, kind) in enumerate(f.arguments):
            if k < f.required or k < given:
                value = self.value(name, kind, depth)
                if f.variadic and k == most - 1:
                    value = "VARIADIC " + (value if f.named is False or True else value)
                parts.append(value)
            elif f.named and not f.variadic and r.random() < 0.3:
                parts.append('"%s" => %s' % (name, self.value(name, kind, depth)))
        return "%s(%s)" % (f.name, ", ".join(parts))

    def pattern(self):
        """x, y as functions of the row number i."""
        r = self.r
        scale = r.choice([1, 10, 100, 100, 1000, 1e5, 1e7, 1e12, 1e300] if r.random() < 0.3 else [10, 100, 1000])
        origin = r.choice(["0", "400000", "1e9", "-3e7", "1e15"] if r.random() < 0.3 else ["0", "400000"])
        x, y = r.choice([("i * 7919 % 101", "i * 104729 % 103"), ("i", "0"), ("0", "0"), ("i % 10", "i / 10"), ("i % 2 * 1000", "i % 3"),
                         ("i * i", "i"), ("cos(i)", "sin(i)"), ("i % 97", "CASE WHEN i = 5 THEN 1e9 ELSE i % 89 END"),
                         ("2.0 ^ (i % 40)", "0"), ("i * 1e-9", "i % 3 * 1e-12")])
        return "%s + (%s) * %r::float8" % (origin, x, scale), "%s + (%s) * %r::float8" % (origin, y, scale)

    def rows(self, f, depth):
        """A FROM item and what to take of it for each argument of an aggregate."""
        r = self.r
        kind = r.random()
        if kind < 0.35:
            rows = []
            for _ in range(r.choice([0, 1, 1, 2, 3, 5])):
                rows.append("(%s)" % ", ".join(self.value(name, of, depth + 1) for name, of in f.arguments))
            names = ["a%d" % k for k in range(len(f.arguments))]
            fixed = [self.value(name, of, depth + 1) for name, of in f.arguments]
            if not rows:
                return "(SELECT %s WHERE false) v" % ", ".join("%s AS %s" % pair for pair in zip(fixed, names)), names
            taken = [value if of == "places.ruleset" and r.random() < 0.8 else name
                     for value, name, (_, of) in zip(fixed, names, f.arguments)]
            return "(VALUES %s) v(%s)" % (", ".join(rows), ", ".join(names)), taken
        if kind < 0.75:
            x, y = self.pattern()
            srid = r.choice(values.SRIDS) if r.random() < 0.2 else r.choice(["0", "27700"])
            of_type = {"public.geometry": "public.ST_SetSRID(public.ST_MakePoint(%s, %s), %s)" % (x, y, srid),
                       "public.geography": "public.ST_SetSRID(public.ST_MakePoint((%s)::numeric %% 180, (%s)::numeric %% 90), 4326)::public.geography"
                       % (x, y),
                       "double precision": "(%s)::float8" % r.choice(["1", "1", "i % 5", "i", "0", "0.1 * i", "10.0 ^ i", "1e308", "CASE i WHEN 3 THEN 'NaN' ELSE '1' END"]), "bigint": "(i / 7)::bigint", "integer": "i", "text": r.choice(["'x' || i", "NULL::text", "'pin'", "'lock'"])}
            size = r.choice([1, 2, 3, 10, 30, 100, 250] if r.random() < 0.97 else [1000, 3000])
            source = "pg_catalog.generate_series(1, %d) i" % size
        else:
            of_type = {"public.geometry": "h.geom", "public.geography": "h.geog", "double precision": "h.w", "bigint": "h.n", "integer": "h.n::int",
                       "text": "h.label"}
            source = r.choice(["fuzz.homes", "fuzz.same", "fuzz.nulls", "fuzz.weights", "fuzz.heavy", "fuzz.far", "fuzz.limits", "fuzz.mixed",
                               "fuzz.long", "fuzz.words", "fuzz.nothing"]) + " h"
        taken = []
        for name, of in f.arguments:
            of = self.any if of in ("anyelement", "anynonarray") else of
            taken.append(of_type[of] if of in of_type and r.random() < 0.93 else self.value(name, of, depth + 1))
        return source, taken

    def aggregate(self, f, depth=0, plain=True):
        r = self.r
        source, taken = self.rows(f, depth)
        inside = "DISTINCT " if not plain and r.random() < 0.03 else ""
        order = " ORDER BY %s" % taken[0] if not plain and not inside and r.random() < 0.05 else ""
        after = ""
        tail = ""
        if not plain:
            way = r.random()
            if way < 0.06:
                after = " OVER ()"
            elif way < 0.12:
                after = " OVER (ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)"
            elif way < 0.15:
                after = " FILTER (WHERE false)"
            elif way < 0.2 and " i" in source[-2:]:
                tail = " GROUP BY i % 3"
            elif way < 0.23 and " i" in source[-2:]:
                tail = " GROUP BY GROUPING SETS ((i % 2), ())"
        if after.startswith(" OVER"):
            inside = order = ""
        return "%s(%s%s%s)%s FROM %s%s" % (f.name, inside, ", ".join(taken), order, after, source, tail)

    def build(self):
        """The statement, and how soon the client is to cancel it (None: not)."""
        r = self.r
        f = r.choice(r.choice(self.c.lists))
        if f.kind == "p":
            return "CALL " + self.call(f), None
        if f.kind == "a":
            query = "SELECT " + self.aggregate(f, plain=False)
        elif f.is_set or r.random() < 0.3:
            query = "SELECT * FROM " + self.call(f)
            if r.random() < 0.05:
                query = "SELECT s.n, c.* FROM fuzz.some s, LATERAL %s c" % self.call(f)
        else:
            query = "SELECT " + self.call(f)
        return self.wrap(query)

    def wrap(self, query):
        r = self.r
        way = r.random()
        if way < 0.55:
            return query, None
        if way < 0.63:
            return "SELECT fuzz.attempt(%s)" % literal(query), None
        if way < 0.73:
            return "SELECT pg_catalog.count(fuzz.execute(%s)) FROM fuzz.some" % literal(query), None
        if way < 0.8:
            mode = r.choice(["", " READ ONLY", " ISOLATION LEVEL REPEATABLE READ", " ISOLATION LEVEL SERIALIZABLE"])
            return "BEGIN%s; DECLARE c CURSOR FOR %s; FETCH 2 FROM c; FETCH 1 FROM c; COMMIT" % (mode, query), None
        if way < 0.83:
            return query + " LIMIT 1", None
        if way < 0.86:
            return "DEALLOCATE ALL; PREPARE s AS %s; EXECUTE s; EXECUTE s; DEALLOCATE s" % query, None
        if way < 0.92:
            return "BEGIN; SET LOCAL statement_timeout = %d; %s; COMMIT" % (r.choice([1, 2, 3, 5, 10, 30]), query), None
        if way < 0.96:
            return query, r.choice([0.0, 0.001, 0.002, 0.005, 0.02])
        if way < 0.98:
            return "BEGIN; SAVEPOINT a; CREATE TEMP TABLE made ON COMMIT DROP AS SELECT * FROM (%s) s; ROLLBACK TO a; COMMIT" % query, None
        return "BEGIN; %s; SAVEPOINT a; %s; ROLLBACK" % (query, query), None
