"""Who changes when nothing that matters to them does.

The largest authorities of stock45k (an invented one without it), each by each method:
homes that change place, places paired by the homes they share, in percent of homes.
Nobody may change but for jitter, where 0.5 % may, and for turns, where a heuristic may
find another answer.
"""

import numpy

import engine
from common import FULL, Skipped, invented, moved, share, stock45k, table, turned

METHODS = ("coverage", "balanced", "kmeans")
FAR = 100000.0


def homes():
	try:
		groups = stock45k()
		largest = sorted(groups, key=lambda code: -groups[code].shape[1])
		return {code: groups[code] for code in largest[:None if FULL else 6]}
	except Skipped as why:
		print("far: %s: invented homes" % why)
		random = numpy.random.default_rng(6)
		return {"invented %d" % i: invented(random, 1500 * i, 6 * i) for i in (1, 2, 3, 4)}


def with_far_home(x, y, where):
	return numpy.append(x, where[0]), numpy.append(y, where[1])


def labels(x, y, method, rows=None, order=None):
	"""Places of the first `rows` rows, those of others left out; and the answer."""
	answer = engine.solve(x, y, method=method)
	return answer.place[:rows] if order is None else answer.place[order], answer


def two_towns(x, y, apart):
	"""The homes and half as many again, of the same authority, so far to the east."""
	half = slice(0, len(x), 2)
	return numpy.append(x, y[half] - y.min() + x.max() + apart), numpy.append(y, x[half] - x.min() + y.min())


def changes(x, y, method, random):
	"""(name, rows that change place, of how many, ratio of times)."""
	n = len(x)
	base, first = labels(x, y, method)
	slow = max(first.seconds, 1e-3)
	def result(name, label, answer, other=base):
		return name, moved(other, label), len(other), answer.seconds / slow
	for name, at in (("a home 100 km away", (x[0] + FAR, y[0] - FAR / 8)),
					 ("a home at the end of the grid", (99999999.0, 99999999.0)),
					 ("a home alone between the villages", (x.min() - 25000, y.min() - 3000))):
		yield result(name, *labels(*with_far_home(x, y, at), method, n))
	near = two_towns(x, y, 60000)
	away = two_towns(x, y, 197000)
	before, answer = labels(*near, method)
	slow, keep = max(answer.seconds, 1e-3), slow
	yield result("a part moved away", *labels(*away, method), before)
	slow = keep
	yield result("the part, 60 km away, and without it", before[:n], answer)
	yield result("shifted by whole metres", *labels(x + 4096, y - 1024, method))
	yield result("in another order", *labels(x[::-1].copy(), y[::-1].copy(), method, order=slice(None, None, -1)))
	copy = labels(numpy.append(x, x + FAR), numpy.append(y, y), method)
	yield result("the authority twice, 100 km apart", copy[0][:n], copy[1])
	yield result("twice: the other half", copy[0][n:], copy[1])
	yield result("turned by 90 degrees", *labels(-y, x, method))
	yield result("mirrored", *labels(-x, y, method))
	yield result("turned by 36 degrees", *labels(*turned(x, y, 36), method))
	yield result("jitter of a metre", *labels(x + random.uniform(-1, 1, n), y + random.uniform(-1, 1, n), method))


def run():
	sums = {}
	for code, (x, y) in homes().items():
		for method in METHODS:
			random = numpy.random.default_rng(len(x))
			for name, changed, n, slower in changes(x, y, method, random):
				sums.setdefault(name, {}).setdefault(method, []).append((changed / n, code, changed, n, slower))
	rows = []
	for name, by_method in sums.items():
		row = [name]
		for method in METHODS:
			found = by_method[method]
			worst = max(found)
			row.append("%s, worst %s (%s), time %.1f" % (
				share(sum(f[2] for f in found), sum(f[3] for f in found)), share(worst[0], 1), worst[1],
				numpy.median([f[4] for f in found])))
		rows.append(row)
	table("% of homes that change place (must: 0; jitter 0.5), and median ratio of times",
		  ["", *METHODS], rows)
