"""balanced on up to 13 points, beside the best of all divisions (exact.c)."""

import math

import numpy

import engine
from common import above, table

CASES = 300
SLACK = 1e-6


def case(seed):
	"""x, y, homes, and the rules."""
	random = numpy.random.default_rng(seed)
	n = int(random.integers(6, 14))
	x, y = random.uniform(0, 1000, (2, n))
	if seed % 2:						# clumps
		x, y = (random.choice(v[:4], n) + random.normal(0, 60, n) for v in (x, y))
	homes = numpy.ones(n) if seed % 3 == 0 else random.integers(1, 6, n).astype(float)
	target = homes.sum() / random.integers(2, 5)
	low, high = 0.75 * target, 1.25 * target
	return x, y, homes, {"target": target, "min": low, "max": high}


def best_of_counts(x, y, homes, rules):
	"""Numbers of places with a division within the bounds."""
	least = max(1, math.ceil(homes.sum() / rules["max"] - SLACK))
	most = math.floor(homes.sum() / rules["min"] + SLACK)
	return {k: best for k in range(least, most + 1)
			for best in [engine.best_division(x, y, homes, k, rules["min"], rules["max"])]
			if best < math.inf}


def run():
	rows = []
	for name, wanted in (("one home a point", lambda seed: seed % 3 == 0),
						 ("1 to 5 homes a point", lambda seed: seed % 3 > 0)):
		ratios, missed, none = [], 0, 0
		for seed in filter(wanted, range(3 * CASES)):
			if len(ratios) == CASES:
				break
			x, y, homes, rules = case(seed)
			answer = engine.solve(x, y, homes, method="balanced", **rules)
			best = best_of_counts(x, y, homes, rules)
			inside = answer.homes.min() >= rules["min"] * (1 - SLACK) and \
				answer.homes.max() <= rules["max"] * (1 + SLACK)
			if not best:
				none += 1
			elif not inside or answer.k not in best:
				missed += 1
			else:
				ratios.append((answer.squares() / best[answer.k], seed))
		rows.append((name, len(ratios) + missed, none, missed,
					 "%.1f" % (100 * sum(r < 1 + SLACK for r, _ in ratios) / (len(ratios) + missed)),
					 above(numpy.mean([r for r, _ in ratios]), 1),
					 "%s (case %d)" % (above(max(ratios)[0], 1), max(ratios)[1])))
	table("balanced on 6 to 13 points beside all divisions into as many places (must: optimal in 95 %)",
		  ["points", "cases", "without a division in bounds", "bounds missed", "% optimal", "% above, mean", "worst"], rows)
