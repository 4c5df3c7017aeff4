"""kmeans beside the best of ten random starts (scikit-learn)."""

from sklearn.cluster import KMeans

import engine
import numpy
from common import FULL, above, postcodes, stock45k, table


def best_of_ten(x, y, k):
	points = numpy.column_stack((x - x.mean(), y - y.mean()))
	return KMeans(n_clusters=k, n_init=10, max_iter=1000, random_state=1).fit(points).inertia_


def compare(name, groups):
	ours, theirs, ratios = 0, 0, []
	for code, (x, y) in groups.items():
		answer = engine.solve(x, y, method="kmeans")
		best = best_of_ten(x, y, answer.k)
		ours += answer.squares()
		theirs += best
		if best > 0:
			ratios.append((answer.squares() / best, code, answer.k))
	worst = max(ratios)
	return (name, len(ratios), above(ours, theirs), "%s (%s, k = %s)" % (above(worst[0], 1), *worst[1:]),
			above(min(ratios)[0], 1), sum(ratio > 1.02 for ratio, _, _ in ratios))


def run():
	table("kmeans beside scikit-learn's best of ten starts (must: 2 % above at most)",
		  ["homes", "authorities", "% above in total", "worst", "best", "above 2 %"],
		  [compare("stock45k", stock45k()), compare("postcodes", postcodes(19, 20 if FULL else 60))])
