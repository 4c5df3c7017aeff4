"""balanced on instances of capacitated centred clustering, beside simulated annealing.

The instances are those of M. Negreiros and A. Palhano, "The capacitated centred
clustering problem", Computers & Operations Research 33 (2006), where INSTANCES names
a directory of them (bench/README.md): so many places, none above the capacity.  Their
published optima are of distances; ours and the peer's (anneal.c) are of squares, by
homes, and both keep the capacity.
"""

import glob
import math
import os

import numpy

import engine
from common import FULL, above, table

NAMES = ("TA25", "TA50", "TA60", "TA70", "TA80", "TA90", "TA100", "SJC1", "SJC2", "SJC3a",
		 "SJC3b", "SJC4a", "SJC4b", "Doni1", "Doni2", "Doni3")
STEPS = 20e6 if FULL else 4e6


def read(path):
	"""x, y, homes, places, capacity."""
	with open(path) as file:
		values = file.read().split()
	n, k = int(values[0]), int(values[1])
	rows = numpy.array(values[2:2 + 4 * n], dtype=float).reshape(n, 4)
	return rows[:, 0], rows[:, 1], rows[:, 3], k, rows[0, 2]


def invented():
	"""Of the same kind: streets with lots of 1 to 50, capacities that leave a tenth."""
	random = numpy.random.default_rng(5)
	for n, k in ((25, 5), (50, 5), (100, 10), (200, 15), (300, 25), (402, 30), (1000, 6)):
		x, y = random.uniform(0, 4000, (2, n))
		x[:n // 2] = numpy.round(x[:n // 2] / 400) * 400
		homes = random.integers(1, 51, n).astype(float)
		yield "invented %d" % n, (numpy.round(x), numpy.round(y), homes, k, math.ceil(1.1 * homes.sum() / k))


def given():
	directory = os.environ.get("INSTANCES")
	if not directory:
		print("\nINSTANCES=directory names no instances: these are invented")
		yield from invented()
		return
	for name in NAMES:
		for path in glob.glob(os.path.join(directory, name + ".dat")):
			yield name, read(path)


def solve(x, y, homes, k, capacity):
	total = homes.sum()
	return engine.solve(x, y, homes, method="balanced", target=min(total / k, capacity),
						min=min(1, total / k), max=capacity, k=k)


def within(x, y, homes, k, capacity, label):
	"""The places, or where one is above the capacity, the homes one by one into the
	nearest of the centroids that can take them, the largest first."""
	held = numpy.bincount(label, homes, k)
	if held.max() <= capacity:
		return label
	centres = [numpy.bincount(label, homes * v, k) / held for v in (x, y)]
	left = numpy.full(k, float(capacity))
	label = label.copy()
	for i in numpy.argsort(-homes, kind="stable"):
		cost = numpy.where(left >= homes[i], (centres[0] - x[i]) ** 2 + (centres[1] - y[i]) ** 2, math.inf)
		label[i] = cost.argmin()
		left[label[i]] -= homes[i]
	return label if left.min() >= 0 else None


def compare(name, x, y, homes, k, capacity):
	answer = solve(x, y, homes, k, capacity)
	start = within(x, y, homes, answer.k, capacity, answer.nearest)
	if start is None or answer.k != k:
		return (name, len(x), k, "%d places, largest %g of %g" % (answer.k, answer.homes.max(), capacity),
				"-", "%.3f" % answer.seconds)
	peer = min(engine.anneal(x, y, homes, k, capacity, STEPS, seed, start)[0] for seed in (1, 2, 3))
	over = answer.homes.max() > capacity * (1 + 1e-9)
	return (name, len(x), k, "largest %g of %g" % (answer.homes.max(), capacity) if over else "",
			above(answer.squares(), peer), "%.3f" % answer.seconds)


def run():
	table("balanced under a capacity, beside the best of three simulated annealings (must: 2 % above)",
		  ["instance", "points", "places", "above the capacity", "% above", "seconds"],
		  (compare(name, *instance) for name, instance in given()))
