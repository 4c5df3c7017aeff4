"""How good the clusterings are, by programs that solve the same problem.

    PGDATABASE=places_bench quality.py [LIMIT]

Run by bench/run, which leaves the tables of schema.sql.  Two comparisons, each
skipped where Python lacks its package:

k-means: the sum of squared distances against that of the best of ten starts of
scikit-learn's KMeans, with the same k, on all authorities of the stock and on
every twentieth of the postcodes'.

balanced: with the centroids of our places as centres, the sum of squares
against the optimum of dealing the homes to the centres, between low and high
homes each, on authorities of at most LIMIT homes.  The transportation problem
(scipy's linear programming) may divide a point between centres, places does
not.  With one home a point its optimum divides none.  With blocks of flats it
is only a bound, and the optimum over whole points comes from integer
programming; where that runs out of time, from the bound that it has proved.
"""

import subprocess
import sys

BOUNDS = {450: (405, 495), 150: (135, 165)}		# by target_homes: +-10 %
SECONDS = 20								# for one integer programme


def query(sql):
	"""Rows of text."""
	out = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql],
						 check=True, capture_output=True, text=True).stdout
	return [line.split("|") for line in out.splitlines()]


def table(title, header, rows):
	"""Prints a table as people and Markdown read it."""
	rows = [[str(value) for value in row] for row in rows]
	widths = [max(map(len, column)) for column in zip(header, *rows)]
	print("\n%s\n" % title)
	for row in [header, ["-" * width for width in widths]] + rows:
		print("| %s |" % " | ".join(value.ljust(width) for value, width in zip(row, widths)))
	sys.stdout.flush()


def percent(part, whole):
	return "%.2f" % (100 * (part / whole - 1))


# ---- k-means ----

def authorities(relation, work, every):
	"""(la_code, k, our sum of squares) for every so manieth authority by code."""
	return query("""
		SELECT la_code, k, ss
		FROM (SELECT la_code, count(*) AS k, sum(ss) AS ss, row_number() OVER (ORDER BY la_code) AS n
			  FROM bench.place WHERE work = %d AND contestant LIKE '%%kmeans' GROUP BY la_code) a
		WHERE n %% %d = 0 ORDER BY la_code""" % (work, every))


def best_of_ten(relation, la_code, k):
	"""scikit-learn's sum of squares for an authority."""
	points = numpy.array(query("SELECT ST_X(geom), ST_Y(geom) FROM %s WHERE la_code = '%s'"
							   % (relation, la_code)), dtype=float)
	points -= points.mean(axis=0)
	return KMeans(n_clusters=k, n_init=10, max_iter=1000, random_state=1).fit(points).inertia_


def compare_kmeans():
	rows = []
	for work, relation, every in ((4, "bench.stock", 1), (3, "bench.postcode", 20)):
		ours, theirs, ratios = 0, 0, []
		for la_code, k, ss in authorities(relation, work, every):
			best = best_of_ten(relation, la_code, int(k))
			ours += float(ss)
			theirs += best
			if best > 0:
				ratios.append((float(ss) / best, la_code, k))
		if ratios:
			worst = max(ratios)
			rows.append((relation, len(ratios), percent(ours, theirs),
						 "%s (%s, k = %s)" % (percent(worst[0], 1), worst[1], worst[2]),
						 percent(min(ratios)[0], 1),
						 sum(ratio > 1.02 for ratio, _, _ in ratios)))
	table("k-means against scikit-learn's best of ten starts (must: 2 % above at most)",
		  ["homes", "authorities", "% above in total", "worst", "best", "above 2 %"], rows)


# ---- balanced ----

def places_of(relation, target, limit):
	"""Arrays of (x, y, homes, place), a row for each point, by authority of at least two places."""
	rows = query("""
		SELECT h.la_code, ST_X(h.geom), ST_Y(h.geom), count(*), max(m.place)
		FROM (SELECT la_code, array_agg(id) AS ids,
					 places.cluster(geom, places.rules('balanced', %d)) AS c
			  FROM %s GROUP BY la_code HAVING count(*) <= %d) g,
			 places.members(g.ids, g.c) m
			 JOIN %s h ON h.id = m.home
		GROUP BY h.la_code, h.geom ORDER BY 1, 2, 3""" % (target, relation, limit, relation))
	groups = {}
	for la_code, *values in rows:
		groups.setdefault(la_code, []).append([float(value) for value in values])
	return {la_code: numpy.array(group) for la_code, group in groups.items()
			if max(row[3] for row in group) > 1}


def centroids(group):
	places = range(1, int(group[:, 3].max()) + 1)
	return numpy.array([numpy.average(group[group[:, 3] == j, :2], axis=0,
									  weights=group[group[:, 3] == j, 2]) for j in places])


def optima(costs, homes, low, high):
	"""Least costs of dealing each point (rows) to centres (columns): divided, and whole."""
	n, k = costs.shape
	scale = (costs.min(axis=1) * homes).mean()
	objective = (costs * homes[:, None]).ravel() / scale
	each_point = LinearConstraint(sparse.kron(sparse.eye(n), numpy.ones((1, k))), 1, 1)
	each_centre = LinearConstraint(sparse.kron(homes[None], sparse.eye(k)), low, high)
	bounds = []
	for whole in (0, 1):
		solved = milp(objective, constraints=[each_point, each_centre], bounds=Bounds(0, 1),
					  integrality=numpy.full(n * k, whole),
					  options={"time_limit": SECONDS, "mip_rel_gap": 1e-4} if whole else {})
		if solved.status > 1:
			raise RuntimeError(solved.message)
		bounds.append((solved.mip_dual_bound if whole else solved.fun) * scale)
	return bounds[0], max(bounds)


def cost_of(group, costs):
	return (costs[range(len(group)), group[:, 3].astype(int) - 1] * group[:, 2]).sum()


def compare_authority(group, low, high):
	"""Our cost and the optima, or None where the bounds cannot be, or are not, kept."""
	total = group[:, 2].sum()
	held = numpy.bincount(group[:, 3].astype(int), weights=group[:, 2])[1:]
	if numpy.ceil(total / high) > numpy.floor(total / low):
		return None
	if held.min() < low or held.max() > high:
		return held, None
	difference = group[:, None, :2] - centroids(group)[None]
	costs = (difference ** 2).sum(axis=2)
	return held, (cost_of(group, costs), *optima(costs, group[:, 2], low, high))


def compare_balanced_on(relation, target, limit):
	"""A row of the table."""
	low, high = BOUNDS[target]
	compared = {}
	outside = 0
	for la_code, group in places_of(relation, target, limit).items():
		result = compare_authority(group, low, high)
		if result and result[1]:
			compared[la_code] = result
		elif result:
			outside += 1
	if not compared:
		return None
	counts = [len(held) for held, _ in compared.values()]
	sizes = numpy.concatenate([held for held, _ in compared.values()])
	ours, divided, whole = numpy.sum([costs for _, costs in compared.values()], axis=0)
	worst = max((costs[0] / costs[2], la_code) for la_code, (_, costs) in compared.items())
	return (relation, target, len(compared), "%d to %d" % (min(counts), max(counts)),
			"%d to %d" % (sizes.min(), sizes.max()), outside, percent(whole, divided),
			percent(ours, whole), "%s (%s)" % (percent(worst[0], 1), worst[1]))


def compare_balanced(limit):
	query("""
		CREATE TABLE IF NOT EXISTS bench.house AS
		SELECT DISTINCT ON (la_code, geom) id, la_code, geom FROM bench.stock
		ORDER BY la_code, geom, id""")
	rows = [compare_balanced_on(relation, target, limit)
			for relation in ("bench.house", "bench.stock") for target in BOUNDS]
	table("balanced against the exact assignment of whole points to the same centres"
		  " (must: 1 % above at most; house: one home a point; stock: with blocks of flats)",
		  ["homes", "target", "authorities", "places", "sizes", "out of bounds",
		   "% that whole points cost", "% above in total", "worst"], [row for row in rows if row])


try:
	import numpy
except ImportError:
	print("skipped: no numpy for %s (Debian: python3-numpy)" % sys.executable)
	sys.exit()
try:
	from sklearn.cluster import KMeans
	compare_kmeans()
except ImportError:
	print("skipped: no scikit-learn for %s (Debian: python3-sklearn)" % sys.executable)
try:
	from scipy import sparse
	from scipy.optimize import Bounds, LinearConstraint, milp
	compare_balanced(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
except ImportError:
	print("skipped: no scipy for %s (Debian: python3-scipy)" % sys.executable)
