"""contact_gap - draws stocks and contacts, asks as a reader, and attacks (attack.py)

Each draw is asked about on two calendar days: contacts are put back by so many days, which is
the same as a calendar that has gone on, and some homes are heard from in between.
"""

import sys

import numpy
import psycopg2
import psycopg2.extras
from attack import Attack, components

SUPPRESS = 10
DAYS = list(range(90, 181, 6))
LEVELS = {"locality": "l", "place": "p", "patch": "c"}

STOCK = """
DROP TABLE IF EXISTS gap_stock, gap_contact;
SELECT setseed(%(seed)s);
-- clusters of three knots each, homes far apart, rows that are blocks of six homes or have no location
CREATE TABLE gap_stock AS
SELECT row_number() OVER () AS id, la, CASE WHEN random() < 0.05 THEN 6 ELSE 1 END AS homes,
	CASE WHEN random() > 0.02 THEN ST_SetSRID(ST_MakePoint(60000 * la + x, y), 27700) END AS geom
FROM (
	SELECT la, 4000 * c + 220 * k + 60 * random() AS x, 20000 + 60 * random() AS y
	FROM generate_series(1, %(authorities)s) la, generate_series(0, %(clusters)s - 1) c, generate_series(0, 2) k,
		generate_series(1, 40 + ((la * 7 + c * 5 + k * 3) * 11 %% 17)) i
	UNION ALL
	SELECT la, 24000 * random(), 22000 + 9000 * random()
	FROM generate_series(1, %(authorities)s) la, generate_series(1, %(scattered)s) i) s;
SELECT places.create_plan('gap', 'gap_stock', 'id', 'la', 'geom', places.rules('balanced', 180, min_homes => 100, max_homes => 260, max_radius => 900),
	weight_column => 'homes', boundary_within => 0);
SELECT places.create_patches('gap patches', 'gap', places.rules('balanced', 60, min_homes => 30, max_homes => 90));
SELECT places.create_localities('gap localities', 'gap', places.rules('balanced', 550, min_homes => 250, max_homes => 900, max_radius => 100000));
SELECT places FROM places.run('gap');
CREATE TABLE gap_contact (home int, at date);
GRANT SELECT ON gap_contact TO gap_attacker;
SELECT places.add_contacts('gap', 'all', 'gap_contact', 'home', 'at');
"""

FORGET_STOCK = """
SELECT places.drop_plan('gap localities'), places.drop_plan('gap patches'), places.drop_plan('gap');
"""


def ask(database, query, values=None):
	database.execute(query, values)
	return database.fetchall()


class Stock:
	"""A tree, its atoms, and what is true of its homes."""

	def __init__(self, database):
		self.cells = {LEVELS[level] + str(place): n for n, (level, place) in
			enumerate(ask(database, "SELECT level, place FROM places.tree WHERE tree = 'gap' ORDER BY level, place"))}
		self.published = {LEVELS[level] + str(place): homes for level, place, homes in
			ask(database, "SELECT level, place, homes FROM places.tree WHERE tree = 'gap'")}
		paths = ask(database, "SELECT home_id::int, locality, place, patch, weight FROM places.home_path WHERE plan = 'gap' ORDER BY 1")
		self.home = numpy.array([p[0] for p in paths])
		atoms = sorted({p[1:] for p in paths}, key=str)
		self.atom_of = numpy.array([atoms.index(p[1:]) for p in paths])
		self.weight = numpy.array([a[3] for a in atoms])
		self.rows = numpy.bincount(self.atom_of, minlength=len(atoms)).astype(float)
		self.matrix = numpy.zeros((len(self.cells), len(atoms)))
		for n, atom in enumerate(atoms):
			for letter, place in zip("lpc", atom):
				if place is not None:
					self.matrix[self.cells[letter + str(place)], n] = 1
		self.homes = self.matrix @ (self.rows * self.weight)
		for name, n in self.cells.items():
			assert self.published[name] == self.homes[n], (name, self.published[name], self.homes[n])

	def counts(self, age, day):
		"""Rows and homes of each cell that have not been heard from for more than so many days."""
		rows = numpy.bincount(self.atom_of, weights=age > day, minlength=len(self.rows))
		return self.matrix @ rows, self.matrix @ (rows * self.weight)


def draw_contacts(stock, random, shift, busy, quiet):
	"""Days since each home was last heard from on two calendar days; infinite: never.

	Each patch has a share of its own that was heard from, and a time of its own when. In between
	some homes are, up to a share busy of them, but none in a share quiet of the patches.
	"""
	kinds = len(stock.rows)
	never, span, of = 0.5 * random.random(kinds), 150 + 250 * random.random(kinds), stock.atom_of
	first = (span[of] * random.random(len(of)) ** 1.2).round()
	first[random.random(len(of)) < never[of]] = numpy.inf
	second = first + shift
	calls = busy * random.random(kinds) * (random.random(kinds) > quiet)
	heard = random.random(len(of)) < calls[of]
	second[heard] = random.integers(0, shift, heard.sum())
	return first, second


def draw_edge(stock, random, shift):
	"""As above, but about one patch in three is all but unsafe for the most days, becomes it, and nothing else changes."""
	first, _ = draw_contacts(stock, random, shift, 0, 1)
	second = first + shift
	for atom in numpy.flatnonzero(random.random(len(stock.rows)) < 0.33):
		homes = numpy.flatnonzero(stock.atom_of == atom)
		silent = homes[first[homes] > DAYS[-1]]
		first[silent[SUPPRESS:]] = 100
		second[silent[SUPPRESS:]] = 100 + shift
		second[silent[:1 + random.integers(2)]] = 0
	return first, second


def shown_on(database, stock, age):
	"""What a reader sees of contacts of these ages: counts by cell and day, medians by cell."""
	database.execute("TRUNCATE gap_contact")
	known = numpy.isfinite(age)
	psycopg2.extras.execute_values(database, "INSERT INTO gap_contact SELECT v.home, current_date - v.age FROM (VALUES %s) v(home, age)",
		[(int(h), int(a)) for h, a in zip(stock.home[known], age[known])], page_size=5000)
	database.execute("SET ROLE gap_attacker")
	counts, medians = {}, {}
	for day, level, place, homes, unheard, share, median in ask(database, """
			SELECT d.days, g.* FROM unnest(%s) d(days) CROSS JOIN LATERAL places.contact_gap('gap', d.days) g""", (DAYS,)):
		cell = stock.cells[LEVELS[level] + str(place)]
		assert homes == stock.homes[cell] and (unheard is None) == (share is None)
		if unheard is not None:
			assert abs(share - unheard / homes) < 1e-3, "a share that is not of the count"
			counts[cell, day] = unheard
		if median is not None:
			assert medians.setdefault(cell, median) == median, "a median that changes with days"
	database.execute("RESET ROLE")
	return counts, medians


def is_safe(stock, age, cell, day):
	"""Whether so many have not been heard from, and so many have, in homes and in rows."""
	rows, homes = (c[cell] for c in stock.counts(age, day))
	return min(rows, stock.matrix[cell] @ stock.rows - rows, homes, stock.homes[cell] - homes) >= SUPPRESS


def check_shown(stock, ages, shown):
	"""Counts are true, and safe in rows and homes."""
	for today, (counts, _) in enumerate(shown):
		for (cell, day), value in counts.items():
			if value != stock.counts(ages[today], day)[1][cell] or not is_safe(stock, ages[today], cell, day):
				sys.exit("contact_gap: shows %s of cell %s for %s days" % (value, cell, day))


def attack(stock, ages, shift, shown, random, most=None):
	"""How many unsafe counts are withheld, and which of them break the standard."""
	withheld, broken = 0, []
	for cells, atoms in components(stock.matrix):
		one = Attack(stock.matrix[numpy.ix_(cells, atoms)], stock.rows[atoms], stock.weight[atoms], DAYS, shift)
		hidden = []
		for today, (counts, medians) in enumerate(shown):
			for n, cell in enumerate(cells):
				for day in DAYS:
					if (cell, day) in counts:
						one.learn(n, today, day, counts[cell, day])
					elif not is_safe(stock, ages[today], cell, day):
						hidden.append((n, today, day))
				if cell in medians:
					one.learn_median(n, today, medians[cell])
		withheld += len(hidden)
		if hidden:
			broken += [((cells[n], today, day), low, high) for (n, today, day), low, high in one.known_counts(hidden, random, most=most)]
		if most and len(broken) >= most:
			break
	return withheld, broken


def naive(stock, ages):
	"""What would be shown if each unsafe count were withheld, and nothing else."""
	shown = []
	for age in ages:
		counts = {}
		for day in DAYS:
			for cell, homes in enumerate(stock.counts(age, day)[1]):
				if SUPPRESS <= homes <= stock.homes[cell] - SUPPRESS:
					counts[cell, day] = homes
		shown.append((counts, {}))
	return shown


def shown_by_day(database, stock, ages):
	"""What would be shown if counts were withheld for those days alone for which a pair is unsafe."""
	database.execute("SELECT pg_get_functiondef('places_internal.gap_days()'::regprocedure)")
	as_it_is = database.fetchone()[0]
	database.execute("CREATE OR REPLACE FUNCTION places_internal.gap_days() RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ARRAY[NULL, NULL]::int[]; DISCARD PLANS")
	shown = [shown_on(database, stock, age) for age in ages]
	database.execute(as_it_is + "; DISCARD PLANS")
	return shown


def main():
	connection = psycopg2.connect("", options="-c client_min_messages=error -c TimeZone=UTC")
	database = connection.cursor()
	database.execute("CREATE ROLE gap_attacker IN ROLE places_reader")
	random = numpy.random.default_rng(17)
	total = dict.fromkeys(("withheld", "shown", "medians", "one by one", "by day"), 0)
	for seed, authorities, clusters, scattered in ((0.1, 2, 3, 0), (0.2, 1, 6, 15), (0.3, 2, 5, 40)):
		database.execute(STOCK, {"seed": seed, "authorities": authorities, "clusters": clusters, "scattered": scattered})
		connection.commit()
		stock = Stock(database)
		for shift, busy, quiet in ((8, 0.5, 0), (7, 0.02, 0), (12, 0, None)):
			ages = draw_edge(stock, random, shift) if quiet is None else draw_contacts(stock, random, shift, busy, quiet)
			shown = [shown_on(database, stock, age) for age in ages]		# in one transaction, hence of one current_date
			check_shown(stock, ages, shown)
			withheld, known = attack(stock, ages, shift, shown, random)
			if known:
				sys.exit("contact_gap: what is shown gives away %d of %d: %s" % (len(known), withheld, known[:5]))
			total["withheld"] += withheld
			total["shown"] += sum(len(counts) for counts, _ in shown)
			total["medians"] += sum(len(medians) for _, medians in shown)
		total["one by one"] += len(attack(stock, ages, shift, naive(stock, ages), random, most=5)[1])
		total["by day"] += len(attack(stock, ages, shift, shown_by_day(database, stock, ages), random, most=5)[1])
		connection.commit()
		database.execute(FORGET_STOCK)
	database.execute("DROP OWNED BY gap_attacker; DROP ROLE gap_attacker")
	connection.commit()
	said = ("%(withheld)d unsafe counts withheld, none given away by %(shown)d counts and %(medians)d medians; "
		"%(one by one)d or more if withheld one by one, %(by day)d or more if a pair were withheld by day" % total)
	if not all(total.values()):
		sys.exit("contact_gap: %s: this proves nothing" % said)
	print("contact_gap: " + said)


if __name__ == "__main__":
	main()
