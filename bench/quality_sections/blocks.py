"""Coverage of blocks of flats, beside integer programming, on random stocks.

Every place that could be kept is listed: within each disc of the radius through two
blocks (or around one, which finds nothing more) all sets of blocks of min to max homes;
the optimum is the packing of such places with the most homes.  Then the same stocks
with the radius or the maximum growing or the minimum falling: kept may not fall.
"""

import numpy
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import engine
from common import FULL, share, table

LOW, HIGH = 450, 900
RADII = (100, 200, 300, 500, 800, 3000)
HIGHS = (900, 1000, 1200, 1600)
LOWS = (450, 400, 300, 200)
MOST_SETS = 8000						# above that a bound takes the place of the optimum
SECONDS = 5								# for one integer programme


def stock(seed, fractional):
	"""x, y, homes of 6 to 22 blocks in a square kilometre, of several kinds by turns."""
	random = numpy.random.default_rng(seed)
	n = random.integers(6, 23)
	x, y = numpy.round(random.uniform(0, 1000, (2, n)))
	homes = [lambda: random.uniform(1, 800, n),
			 lambda: numpy.minimum(800, random.lognormal(4.5, 1.2, n)),
			 lambda: random.uniform(200, 400, n),
			 lambda: random.choice([30, 120, 440, 460, 770], n).astype(float)][seed % 4]()
	if seed % 3 == 0:					# streets: many blocks nearly in line
		y = numpy.round(y / 500) * 500 + random.integers(0, 3, n)
	return x, y, homes if fractional else numpy.ceil(homes)


def discs(x, y, radius):
	"""As bits, the largest sets of blocks that fit in a circle of the radius."""
	n = len(x)
	centres = [(x, y)]
	for i in range(n):
		for j in range(n):
			dx, dy = x[j] - x[i], y[j] - y[i]
			half = numpy.hypot(dx, dy) / 2
			if i != j and 0 < half <= radius:
				up = numpy.sqrt(max(radius ** 2 - half ** 2, 0)) / (2 * half)
				centres.append(([x[i] + dx / 2 - up * dy], [y[i] + dy / 2 + up * dx]))
	cx, cy = (numpy.concatenate(values) for values in zip(*centres))
	near = numpy.hypot(cx[:, None] - x, cy[:, None] - y) <= radius * (1 + 1e-9) + 1e-6
	sets = sorted({int(row) for row in near @ (1 << numpy.arange(n))}, key=lambda s: -bin(s).count("1"))
	largest = []
	for s in sets:
		if not any(s & other == s for other in largest):
			largest.append(s)
	return largest


def viable(x, y, homes, radius, low, high):
	"""All places that could be kept, a column each; None where they are too many."""
	sets = [numpy.empty(0, numpy.int32)]
	for disc in discs(x, y, radius):
		inside = numpy.where(disc >> numpy.arange(len(homes)) & 1, homes, 0)
		sets.append(engine.list_places(inside, low, high, MOST_SETS))
		if sets[-1] is None:
			return None
	found = numpy.unique(numpy.concatenate(sets))
	return (found[None] >> numpy.arange(len(homes))[:, None]) & 1 if len(found) < MOST_SETS else None


def optimum(x, y, homes, radius, low, high, reached):
	"""(the most homes that places can keep, whether that is exact); else it is a bound.
	Blocks that no place can take aside, keeping all is the first bound."""
	member = viable(x, y, homes, radius, low, high)
	if member is None:
		inside = [numpy.where(disc >> numpy.arange(len(homes)) & 1, homes, 0) for disc in discs(x, y, radius)]
		return numpy.max([some for some in inside if some.sum() >= low], axis=0).sum(), False
	every = homes[member.any(axis=1)].sum()
	if reached >= every * (1 - 1e-9):
		return every, True
	held = homes @ member
	solved = milp(-held, constraints=LinearConstraint(sparse.csr_matrix(member), -numpy.inf, 1),
				  bounds=Bounds(0, 1), integrality=numpy.ones(len(held)),
				  options={"mip_rel_gap": 1e-3, "time_limit": SECONDS})
	return min(every, -solved.mip_dual_bound), solved.status == 0


def kept(block, radius=3000, low=LOW, high=HIGH):
	return engine.solve(*block, radius=radius, target=low, min=low, max=high)


def left_outside(answer, low=LOW, high=HIGH):
	"""Blocks that are places by themselves, and in no place that is kept."""
	return numpy.count_nonzero(~answer.row_kept() & (answer.w >= low) & (answer.w <= high))


def against_optimum(stocks, fractional):
	"""A row a radius, and one of all."""
	total = numpy.zeros(2)
	for radius in RADII:
		ours, best, shares, outside, bounds = 0, 0, [], 0, 0
		for seed in range(stocks):
			block = stock(seed, fractional)
			answer = kept(block, radius)
			outside += left_outside(answer) > 0
			most, exact = optimum(*block, radius, LOW, HIGH, answer.kept)
			bounds += not exact
			assert answer.kept <= most * (1 + 1e-6) + 1e-6, (seed, radius, answer.kept, most)
			ours += answer.kept
			best += most
			if most > 0:
				shares.append((answer.kept / most, seed))
		total += ours, best
		yield (radius, len(shares), bounds, share(ours, best), "%s (stock %d)" %
					 (share(min(shares)[0], 1, 1), min(shares)[1]),
					 sum(value < 0.95 for value, _ in shares),
					 sum(value > 1 - 1e-9 for value, _ in shares), outside)
	yield ("all", "", "", share(*total), "", "", "", "")


def falls(answers):
	"""Pairs of neighbours in which kept falls, and the deepest fall as a share."""
	pairs = [(a, b) for a, b in zip(answers, answers[1:])]
	deep = [1 - b / a for a, b in pairs if b < a * (1 - 1e-9)]
	return len(pairs), len(deep), max(deep, default=0)


def monotone(stocks, fractional):
	for name, ask in (("max_radius grows", lambda block: [kept(block, radius=r) for r in RADII]),
					  ("max_homes grows", lambda block: [kept(block, 300, high=h) for h in HIGHS]),
					  ("min_homes falls", lambda block: [kept(block, 300, low=l) for l in LOWS])):
		pairs, count, deepest = 0, 0, 0
		for seed in range(stocks):
			n, fell, deep = falls([answer.kept for answer in ask(stock(seed, fractional))])
			pairs, count, deepest = pairs + n, count + fell, max(deepest, deep)
		yield name, pairs, count, share(deepest, 1, 1)


def city(n, seed):
	"""x, y, homes of n buildings about some centres, most of hundreds or most small."""
	random = numpy.random.default_rng(1000 * n + seed)
	side = 400 * numpy.sqrt(n)
	centres = random.uniform(0, side, (2, max(3, n // 25)))
	at = centres[:, random.integers(0, centres.shape[1], n)] + random.normal(0, side / 25, (2, n))
	homes = numpy.minimum(830, numpy.ceil(random.lognormal(*((5, 1), (2.8, 1.3))[seed % 2], n)))
	return numpy.round(at[0]), numpy.round(at[1]), homes


def proved(block, radius):
	"""The engine's bound, or all homes where that takes long."""
	bound = engine.bound(*block, seconds=5, radius=radius, target=LOW, min=LOW, max=HIGH)
	return bound if bound >= 0 else block[2].sum()


def cities(stocks):
	"""A row a size: too large to be solved exactly, so beside the bound that the engine proves."""
	radii = (400, 600, 900, 1300, 2000, 3000)
	for n in (40, 120, 400, 1200)[:4 if FULL else 3]:
		ours, most, least, outside, fell, deepest, pairs = 0, 0, 1, 0, 0, 0, 0
		for seed in range(stocks):
			block = city(n, seed)
			answers = [kept(block, radius) for radius in radii]
			bounds = [proved(block, radius) for radius in radii]
			ours, most = ours + sum(a.kept for a in answers), most + sum(bounds)
			least = min([least] + [a.kept / b for a, b in zip(answers, bounds) if b > 0])
			outside += sum(left_outside(a) for a in answers)
			count, falling, deep = falls([a.kept for a in answers])
			pairs, fell, deepest = pairs + count, fell + falling, max(deepest, deep)
		yield n, share(ours, most), share(least, 1, 1), outside, "%d of %d" % (fell, pairs), share(deepest, 1)


def run():
	solved, shifted = (300, 1000) if FULL else (24, 60)
	for fractional in (False, True):
		weights = "weights that are not whole" if fractional else "whole homes"
		table("coverage of 6 to 22 blocks of up to 800 homes, min %d, max %d, %s: %% of the optimum"
			  " (must: 99 in total, 95 in each, no viable block outside)" % (LOW, HIGH, weights),
			  ["radius", "stocks", "of these a bound", "% of the optimum", "worst", "below 95 %",
			   "optimal", "with a viable block outside"], against_optimum(solved, fractional))
		table("kept falls though the rules allow more, %s (must: never)" % weights,
			  ["", "pairs", "falls", "deepest, %"], monotone(shifted, fractional))
	table("coverage of cities of buildings, radii of 400 to 3,000 m, beside the proved bound"
		  " (must: no viable block outside, falls of at most 0.1 %)",
		  ["buildings", "% of the bound", "worst", "viable blocks outside", "falls as the radius grows",
		   "deepest, %"], cities(10 if FULL else 2))
