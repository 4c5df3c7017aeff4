"""Time on layouts of one size, beside an ordinary town of the same size in the same run.

Whatever the layout, balanced may take five times as long as on the town.  An answer
that takes more than PATIENCE times as long as the town is not waited for.
"""

import numpy

import engine
from common import FULL, Skipped, invented, stock45k, table

TARGET = 450
PATIENCE = {"balanced": 20, "kmeans": 20, "coverage": 5}
METHODS = tuple(PATIENCE)


def lines(x, y, copies, step, jitter=None):
	"""Homes on lines three metres apart, so many copies of the town."""
	uprn = numpy.arange(len(x))
	g = numpy.arange(1, copies + 1)[:, None]
	lx, ly = (x + 3 * g).ravel(), (y + (uprn * g) % 17).ravel()
	if jitter is not None:
		random = numpy.random.default_rng(3)
		lx, ly = lx + random.uniform(-jitter, jitter, lx.size), ly + random.uniform(-jitter, jitter, ly.size)
	return lx, ly, None


def town(random, n):
	"""Homes of stock45k's largest authorities about their places, blown up to n; else invented."""
	try:
		groups = stock45k()
	except Skipped:
		return invented(random, n, 40)
	x, y = max(groups.values(), key=lambda xy: xy.shape[1])
	of = random.integers(0, len(x), n)
	return numpy.round(8 * (numpy.array((x[of], y[of])) + random.normal(0, 60, (2, n)))) / 8


def layouts(n):
	"""Names of layouts, with (x, y, w), and the target; the first is the ordinary one."""
	random = numpy.random.default_rng(4)
	x, y = town(random, n)
	yield "town", (x, y, None), TARGET
	yield "another invented", (*invented(random, n, 40), None), TARGET
	try:
		small = stock45k()["E06000025"]
	except (Skipped, KeyError):
		small = invented(random, 1000, 8)
	copies = max(1, n // small.shape[1])
	yield "lines, %d copies" % copies, lines(*small, copies, 3), TARGET
	yield "lines, 8 copies, target 200", lines(*small, 8, 3), 200
	yield "lines, 1 cm off", lines(*small, copies, 3, 0.01), TARGET
	yield "lines, 2 m off", lines(*small, copies, 3, 2.0), TARGET
	side = int(numpy.sqrt(n))
	gx, gy = numpy.divmod(numpy.arange(n), side)
	yield "grid of 10 m", (10.0 * gx, 10.0 * gy, None), TARGET
	yield "one street", (10.0 * numpy.arange(n), numpy.zeros(n), None), TARGET
	of = random.integers(0, 60, n)
	along = numpy.round(random.uniform(0, 3000, n))
	yield "streets", (numpy.where(of % 2, along, 100.0 * of), numpy.where(of % 2, 100.0 * of, along), None), TARGET
	at = random.uniform(0, 8000, (2, 50))
	block = random.integers(0, 50, n)
	yield "towers of 400", (at[0][block], at[1][block], None), TARGET
	at = random.uniform(0, 100000, (2, n // 40))
	village = random.integers(0, n // 40, n)
	yield "villages of 40", (at[0][village] + numpy.round(random.normal(0, 80, n)),
							 at[1][village] + numpy.round(random.normal(0, 80, n)), None), TARGET
	far = x.copy(), y.copy()
	far[0][0], far[1][0] = 99999999, 99999999
	yield "town, one home at the end of the grid", (*far, None), TARGET
	heavy = numpy.ceil(numpy.minimum(random.pareto(1.1, n), 400))
	yield "heavy-tailed weights", (x, y, heavy), TARGET * heavy.mean()
	wide = 10.0 ** random.uniform(-9, 6, n)
	yield "weights of 1e-9 to 1e6", (x, y, wide), wide.sum() / n * TARGET
	yield "everybody within a metre", (numpy.round(random.uniform(0, 1, n), 2),
									   numpy.round(random.uniform(0, 1, n), 2), None), TARGET


def rows(n):
	base = {}
	for name, (x, y, w), target in layouts(n):
		row = [name, len(x)]
		for method in METHODS:
			patience = base[method] * PATIENCE[method] * len(x) / n if method in base else engine.NEVER
			def once():
				return engine.solve(x, y, w, seconds=patience, method=method, target=target)
			answers = [once()]
			if not answers[0].late:
				answers += [once() for _ in range(2 if FULL else 1)]
			least = min(answer.seconds for answer in answers)
			ratio = least / base.setdefault(method, least) * n / len(x)
			row.append("%.3f s" % least if name == "town" else
					   ("above %.0f" if answers[0].late else "%.2f") % ratio)
		yield row


def run():
	table("processor time a home, beside an ordinary town (must: balanced at most 5)",
		  ["layout", "homes", *METHODS], rows(20000))
