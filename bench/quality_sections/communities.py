"""coverage's places beside balanced places of the same homes with the same minimum.

The homes that coverage keeps of each authority are divided anew: by balanced with the
same bounds and as many places, the best of some turns of the map; it need not keep the
radius.  And with as many places as the rules allow: the largest number that some turn
brings within the radius too.
"""

import numpy

import engine
from common import Skipped, invented, share, stock45k, table, turned

TURNS = 6
WIDE = 1500								# metres: a gap that makes two of a place


def stocks():
	try:
		return stock45k()
	except Skipped as why:
		print("communities: %s: invented homes" % why)
		random = numpy.random.default_rng(7)
		return {"invented %d" % i: invented(random, 2000 * i, 10 * i) for i in range(1, 6)}


def divided(x, y, k, rules, radius):
	"""Answers by balanced at several turns, k places each or another number near that."""
	target = min(max(len(x) / k, rules["min"]), rules["max"])
	for turn in range(TURNS):
		yield engine.solve(*turned(x, y, 360 / TURNS * turn), method="balanced", target=target,
						   min=rules["min"], max=rules["max"], radius=radius, k=k)


def distance(answer):
	"""Sum over all homes, or none where a place misses the minimum or the maximum."""
	return numpy.nansum(answer.distances())


def peers(x, y, k, rules, radius):
	"""Least sum of distances with k places; the most places the rules allow, and the sum with these."""
	sums = [distance(a) for a in divided(x, y, k, rules, numpy.inf) if a.k == k and (a.reasons & 1 == 0).all()]
	most = int(len(x) // rules["min"])
	if "max" in rules and numpy.isfinite(rules["max"]):
		most = max(most, k)
	for more in range(most, k - 1, -1):
		fits = [distance(a) for a in divided(x, y, more, rules, radius) if a.k == more and (a.reasons == 0).all()]
		if fits:
			return min(sums, default=numpy.nan), more, min(fits)
	return min(sums, default=numpy.nan), k, min(sums, default=numpy.nan)


def measure(groups, radius, rules):
	homes, kept, places, gaps = 0, 0, 0, []
	ours, same, theirs, more, theirs_more = 0, 0, 0, 0, 0
	for x, y in groups.values():
		homes += len(x)
		answer = engine.solve(x, y, radius=radius, **rules)
		k = int(answer.is_kept.sum())
		if k == 0:
			continue
		inside = answer.row_kept()
		kept += inside.sum()
		places += k
		gaps += list(answer.gap[answer.is_kept])
		own = answer.distances()[inside].sum()
		ours += own
		least, most, least_more = peers(x[inside], y[inside], k, rules, radius)
		more += most
		if numpy.isfinite(least):
			same += own
			theirs += least
		theirs_more += least_more if numpy.isfinite(least_more) else own
	wide = share(sum(g > WIDE for g in gaps), places, 1) if places else "-"
	return (radius, "%g / %g / %g" % (rules["min"], rules["target"], rules["max"]), share(kept, homes), places,
			"%.0f" % (kept / places), "%.0f" % (ours / kept), "%.3f" % (same / theirs), more,
			"%.0f" % (theirs_more / kept), "%.3f" % (ours / theirs_more), wide)


def run():
	groups = stocks()
	standard = {"min": 450, "target": 450, "max": 900}
	roomy = {"min": 450, "target": 750, "max": 1500}
	table("coverage's places beside balanced places of the same homes (must: mean distance 1.02 at most,"
		  " every place that the rules allow, places of about target_homes)",
		  ["radius", "min / target / max", "kept, %", "places", "homes a place", "mean distance, m",
		   "beside balanced, as many", "places the rules allow", "their mean distance", "ours beside that",
		   "% with a gap of 1,500 m"],
		  (measure(groups, radius, rules) for rules in (standard, roomy) for radius in (1500, 3000, 5000)))
