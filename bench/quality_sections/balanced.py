"""balanced: homes dealt to the same centres at the least cost.

With the centroids of our places as centres, our sum of squares beside the optimum of
dealing the homes to these, between low and high homes each, on authorities of at most
LIMIT homes.  The transportation problem (linear programming) may divide a point
between centres, places does not.  With one home a point its optimum divides none.
With blocks of flats it is only a bound, and the optimum over whole points comes from
integer programming; where that runs out of time, from the bound that it has proved.
"""

import os

import numpy
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import engine
from common import FULL, above, stock45k, table

LIMIT = int(os.environ.get("LIMIT", 5000 if FULL else 2000))	# homes
SECONDS = 20													# for one integer programme


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


def compare_authority(x, y, target):
	"""Homes of our places, and our cost and the optima; None where bounds cannot be, or are not, kept."""
	low, high = 0.9 * target, 1.1 * target
	answer = engine.solve(x, y, method="balanced", target=target)
	inside = answer.place >= 0
	if answer.k < 2 or numpy.ceil(inside.sum() / high) > numpy.floor(inside.sum() / low):
		return None
	if answer.homes.min() < low or answer.homes.max() > high:
		return answer.homes, None
	points, first, homes = numpy.unique(numpy.column_stack((x, y))[inside], axis=0, return_index=True,
										return_counts=True)
	cx, cy = answer.centroids()
	costs = (points[:, :1] - cx) ** 2 + (points[:, 1:] - cy) ** 2
	ours = (costs[range(len(points)), answer.place[inside][first]] * homes).sum()
	return answer.homes, (ours, *optima(costs, homes.astype(float), low, high))


def compare(name, groups, target):
	compared, outside = {}, 0
	for code, (x, y) in groups.items():
		result = compare_authority(x, y, target) if len(x) <= LIMIT else None
		if result and result[1]:
			compared[code] = result
		elif result:
			outside += 1
	counts = [len(homes) for homes, _ in compared.values()]
	sizes = numpy.concatenate([homes for homes, _ in compared.values()])
	ours, divided, whole = numpy.sum([costs for _, costs in compared.values()], axis=0)
	worst = max((costs[0] / costs[2], code) for code, (_, costs) in compared.items())
	return (name, target, len(compared), "%d to %d" % (min(counts), max(counts)),
			"%d to %d" % (sizes.min(), sizes.max()), outside, above(whole, divided),
			above(ours, whole), "%s (%s)" % (above(worst[0], 1), worst[1]))


def run():
	flats = stock45k()
	houses = {code: numpy.unique(xy, axis=1) for code, xy in flats.items()}
	table("balanced beside the exact assignment of whole points to the same centres (must: 1 % above at most)",
		  ["homes", "target", "authorities", "places", "sizes", "out of bounds",
		   "% that whole points cost", "% above in total", "worst"],
		  (compare(name, groups, target) for name, groups in
		   (("one home a point", houses), ("blocks of up to 24", flats)) for target in (450, 150)))
