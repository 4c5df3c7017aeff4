"""Who changes place, round by round, when homes come and go.

The two largest authorities of stock45k (two invented ones without it).  In each round
a share of the homes leaves and as many come, on the spots of other homes of the
authority; the round starts from the last one's answer, as a plan does.  Survivors that
change place count, one that goes in or out of every place included.
"""

import numpy

import engine
from common import FULL, Skipped, invented, moved, share, stock45k, table

ROUNDS = 20 if FULL else 6
COMPARED = 5 if FULL else 6				# every so manieth round is held against one from scratch


def homes():
	try:
		groups = stock45k()
	except Skipped as why:
		print("stability: %s: invented homes" % why)
		random = numpy.random.default_rng(8)
		return [invented(random, 8000, 30), invented(random, 6000, 20)]
	return sorted(groups.values(), key=lambda xy: -xy.shape[1])[:2]


def rounds(xy, rules, churn, random):
	"""(survivors that move, survivors, the answer, now and then one from scratch) a round."""
	x, y = xy
	spots = numpy.unique(xy, axis=1)
	last = engine.solve(x, y, **rules)
	for number in range(1, ROUNDS + 1):
		n = len(x)
		stays = numpy.ones(n, dtype=bool)
		stays[random.choice(n, int(round(churn * n)), replace=False)] = False
		new = spots[:, random.integers(0, spots.shape[1], n - stays.sum())]
		x, y = (numpy.append(v[stays], w) for v, w in ((x, new[0]), (y, new[1])))
		before = last.place[stays]
		previous = numpy.append(before, numpy.full(new.shape[1], -1))
		# numbers without a gap, as the engine wants them
		known = numpy.unique(previous[previous >= 0])
		previous = numpy.where(previous >= 0, numpy.searchsorted(known, previous), -1)
		last = engine.solve(x, y, previous=previous, **rules)
		scratch = engine.solve(x, y, **rules) if number % COMPARED == 0 else None
		yield (moved(before, last.place[:len(before)]), len(before), last, scratch)


def compactness(method, answers):
	"""Of the answers of all towns: mean distance of the kept homes, or the sum of squares."""
	if method == "coverage":
		return sum(a.mean_distance() * a.kept for a in answers if a.kept) / sum(a.kept for a in answers)
	return sum(a.squares() for a in answers)


def compare(towns, method, more, churn):
	random = numpy.random.default_rng(9)
	by_town = [list(rounds(xy, {"method": method, **more}, churn, random)) for xy in towns]
	shares, lag, worse = [], [], []
	for of_round in zip(*by_town):
		changed, survivors, ours, scratch = zip(*of_round)
		shares.append(sum(changed) / sum(survivors))
		if scratch[0] is None:
			continue
		lag.append(sum(b.kept - a.kept for a, b in zip(ours, scratch)) / sum(len(a.x) for a in ours))
		worse.append(compactness(method, ours) / compactness(method, scratch) - 1)
	return (method, more.get("radius", ""), "%g %%" % (100 * churn), share(numpy.mean(shares), 1),
			share(max(shares), 1), "%+.2f" % (-100 * max(lag)), "%+.1f" % (100 * numpy.mean(worse)),
			"%+.1f" % (100 * max(worse)), "".join("nkm"[r[2].choice] for r in by_town[0]))


def run():
	towns = homes()
	kinds = [("coverage", {"radius": r}) for r in (1500, 3000, 5000)] + [("balanced", {}), ("kmeans", {})]
	table("% of survivors that change place in each of " + str(ROUNDS) +
		  " rounds (must: 3 at most with 5 % churn, 1 on average with 1 %)",
		  ["method", "radius", "churn", "moved, mean", "most", "kept beside from scratch, worst, points",
		   "distance or squares beside it, %", "worst", "kept, mended, new (first authority)"],
		  (compare(towns, method, more, churn) for method, more in kinds for churn in (0.01, 0.05)))
