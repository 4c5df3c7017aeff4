"""loads: measures shared out beside homes, beside linear programming.

Authorities are invented: towns and a few scattered homes, workload and cases that grow
towards some parts, repairs that differ from home to home.  With the centroids of our places as centres, our
root mean square distance beside that of the transportation problem whose places have the
same bounds of homes and loads; that one may divide homes.  What balancing costs is the
same distance beside places that balance homes alone.
"""

import ctypes

import numpy
from scipy import sparse
from scipy.optimize import linprog

import engine
from common import FULL, above, table

NEAREST = 14			# centres that a home may go to in the linear programme
QUESTIONS = (("workload 25 %", (0.25,)), ("workload 10 %", (0.1,)),
			 ("workload 10, cases 25 %", (0.1, 0.25)),
			 ("workload 10, cases 20, repairs 20 %", (0.1, 0.2, 0.2)))


def invented(random, homes):
	"""x, y and three loads of each home: 5,300 homes in 13 km by 13 km, or as dense."""
	width = 13000 * numpy.sqrt(homes / 5300)
	towns = max(3, 12 * homes // 5300)
	centre = random.uniform(0, width, (towns, 2))
	size = (random.random(towns) + 0.05) ** -0.7
	of = random.choice(towns, homes, p=size / size.sum())
	xy = centre[of] + random.normal(0, 1, (homes, 2)) * random.uniform(300, 1500, towns)[of][:, None]
	scattered = random.random(homes) < 0.1
	xy[scattered] = random.uniform(0, width, (scattered.sum(), 2))
	xy = numpy.floor(xy)

	def field():
		middles = random.uniform(0, width, (5 * homes // 5300 + 3, 2))
		return sum(numpy.exp(-((xy - middle) ** 2).sum(axis=1) / (2 * 1500 ** 2)) for middle in middles)
	workload = (1 + 1.2 * field()) * numpy.exp(random.normal(0, 0.5, homes))
	cases = (random.random(homes) < 0.06 * (0.6 + field())).astype(float)
	repairs = numpy.floor(random.exponential(0.8 + field()))
	return xy[:, 0].copy(), xy[:, 1].copy(), numpy.array([workload, cases, repairs])


def share_out(x, y, loads, tolerances, sizes):
	"""(places, their number, seconds)"""
	place = numpy.zeros(len(x), numpy.int32)
	seconds = ctypes.c_double()
	loads = numpy.ascontiguousarray(loads)
	pointer = ctypes.POINTER(ctypes.c_double)
	values = [numpy.ascontiguousarray(v, dtype=numpy.float64) for v in (x, y, loads, tolerances, sizes)]
	at = [v.ctypes.data_as(pointer) for v in values]
	k = engine._library.ShareOutForPython(len(x), at[0], at[1], len(tolerances), at[2], at[3], at[4],
										  place.ctypes.data_as(ctypes.POINTER(ctypes.c_int)), ctypes.byref(seconds))
	return place, k, seconds.value


def rms(x, y, place, k):
	homes = numpy.bincount(place, minlength=k)
	cx, cy = (numpy.bincount(place, v, k) / homes for v in (x, y))
	return numpy.sqrt(((x - cx[place]) ** 2 + (y - cy[place]) ** 2).mean())


def linear(x, y, place, k, loads, tolerances, sizes):
	"""The same of the linear programme; NaN where it has no answer."""
	n = len(x)
	homes = numpy.bincount(place, minlength=k)
	cx, cy = (numpy.bincount(place, v, k) / homes for v in (x, y))
	cost = (x[:, None] - cx) ** 2 + (y[:, None] - cy) ** 2
	most = min(k, NEAREST)
	near = numpy.argpartition(cost, most - 1, axis=1)[:, :most]
	missing = ~(near == place[:, None]).any(axis=1)
	near[missing, 0] = place[missing]		# our answer is one of its
	row, column = numpy.repeat(numpy.arange(n), most), near.ravel()
	count = len(row)
	limits, bounds = [], []
	measures = [(numpy.ones(n), sizes[1], sizes[2])]
	measures += [(load / (load.sum() / k), 1 - t, 1 + t) for load, t in zip(loads, tolerances)]
	for amount, low, high in measures:
		of = sparse.csr_matrix((amount[row], (column, numpy.arange(count))), (k, count))
		limits += [of, -of]
		bounds += [numpy.full(k, high), numpy.full(k, -low)]
	whole = sparse.csr_matrix((numpy.ones(count), (row, numpy.arange(count))), (n, count))
	solved = linprog(cost[row, column] / cost.min(axis=1).mean(), A_ub=sparse.vstack(limits),
					 b_ub=numpy.concatenate(bounds), A_eq=whole, b_eq=numpy.ones(n), method="highs")
	return numpy.sqrt(solved.fun * cost.min(axis=1).mean() / n) if solved.status == 0 else numpy.nan


def compare(homes, seed, name, tolerances):
	x, y, loads = invented(numpy.random.default_rng(seed), homes)
	loads = loads[:len(tolerances)]
	patches = round(homes / 176.7)
	sizes = homes / patches * numpy.array([1, 0.9, 1.1])
	plain, k, since = share_out(x, y, loads[:0], (), sizes)
	place, k, seconds = share_out(x, y, loads, tolerances, sizes)

	def ratios(labels):
		return numpy.array([numpy.bincount(labels, load, k) * k / load.sum() for load in loads])
	before, after = ratios(plain), ratios(place)
	within = (numpy.abs(after - 1) <= numpy.array(tolerances)[:, None] + 1e-9).all(axis=0).sum()
	alone = rms(x, y, plain, k)
	ours = rms(x, y, place, k)
	optimum = linear(x, y, place, k, loads, tolerances, sizes) if homes < 10000 else numpy.nan
	return (homes, name, seed, "%.2f to %.2f" % (before.min(), before.max()), "%d of %d" % (within, k),
			above(ours, alone, 1), above(ours, optimum, 1), "%.2f" % (seconds / since))


def run():
	table("loads shared out beside homes (must: all within, 8 % above the linear programme at most)",
		  ["homes", "tolerances", "seed", "without", "places within", "% dearer than homes alone",
		   "% above linear", "times as long"],
		  (compare(5300, seed, name, tolerances) for seed in range(1, 7 if FULL else 4)
		   for name, tolerances in QUESTIONS))
