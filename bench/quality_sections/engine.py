"""The engine, without a server (door.c).

Homes are numpy arrays x, y and, where they have weights, w; rules a dictionary with
the names of places.rules() and its defaults.
"""

import ctypes
import math
import os

import numpy

METHODS = ("coverage", "balanced", "kmeans")
REMAINDERS = ("flag", "attach", "group")
TOLERANCE = 0.01						# of a plan that says nothing else
NEVER = 1e9								# seconds

_library = ctypes.CDLL(os.environ["QUALITY_LIBRARY"])
_doubles = numpy.ctypeslib.ndpointer(numpy.float64, flags="C")
_ints = numpy.ctypeslib.ndpointer(numpy.int32, flags="C")
_library.BoundForPython.restype = ctypes.c_double
_library.BestDivision.restype = ctypes.c_double
_library.BestDivision.argtypes = [ctypes.c_int, _doubles, _doubles, _doubles, ctypes.c_int,
								  ctypes.c_double, ctypes.c_double]
_library.Anneal.restype = ctypes.c_double
_library.Anneal.argtypes = [ctypes.c_int, _doubles, _doubles, _doubles, ctypes.c_int,
							ctypes.c_double, ctypes.c_double, ctypes.c_int, _ints]
_library.ListPlaces.argtypes = [ctypes.c_int, _doubles, ctypes.c_double, ctypes.c_double,
								ctypes.c_int, _ints]
_library.RulesForPython.argtypes = [ctypes.c_void_p, _doubles]


class _Question(ctypes.Structure):
	_fields_ = [("n", ctypes.c_int), ("x", ctypes.c_void_p), ("y", ctypes.c_void_p),
				("w", ctypes.c_void_p), ("seconds", ctypes.c_double), ("places", ctypes.c_int),
				("place", ctypes.c_void_p), ("tolerance", ctypes.c_double),
				("was_kept", ctypes.c_void_p), ("grace", ctypes.c_double), ("within", ctypes.c_void_p)]


class _Answer(ctypes.Structure):
	_fields_ = [("k", ctypes.c_int), ("seconds", ctypes.c_double), ("choice", ctypes.c_int),
				("row_place", ctypes.c_void_p), ("row_relation", ctypes.c_void_p),
				("homes", ctypes.c_void_p), ("radius", ctypes.c_void_p),
				("reasons", ctypes.c_void_p), ("gap", ctypes.c_void_p)]


class Places:
	"""An answer: place, of each row, -1 outside all of them; by place homes, radius,
	reasons and gap; the rest is computed from these."""

	def __init__(self, x, y, w, answer, row_place, relation, by_place):
		self.x, self.y = x, y
		self.w = numpy.ones(len(x)) if w is None else w
		self.k, self.seconds, self.choice = answer.k, answer.seconds, answer.choice
		self.late = answer.k < 0
		self.nearest = row_place
		self.place = numpy.where(relation == 0, row_place, -1)
		self.homes, self.radius, self.reasons, self.gap = by_place
		self.is_kept = self.reasons == 0
		self.kept = self.homes[self.is_kept].sum()

	def row_kept(self):
		return (self.place >= 0) & self.is_kept[self.place] if self.k else self.place > 0

	def centroids(self):
		inside = self.place >= 0
		def total(values):
			return numpy.bincount(self.place[inside], values[inside], self.k)
		homes = total(self.w)
		return total(self.w * self.x) / homes, total(self.w * self.y) / homes

	def distances(self):
		"""Of each row to the centroid of its place; NaN outside."""
		cx, cy = self.centroids()
		return numpy.where(self.place >= 0,
						   numpy.hypot(self.x - cx[self.place], self.y - cy[self.place]), numpy.nan)

	def squares(self):
		return numpy.nansum(self.w * self.distances() ** 2)

	def mean_distance(self):
		"""Of the kept homes."""
		kept = self.row_kept()
		return numpy.average(self.distances()[kept], weights=self.w[kept])


def _array(values):
	return numpy.ascontiguousarray(values, dtype=numpy.float64)


def _rules(given):
	rules = dict(given)
	method = rules.pop("method", "coverage")
	target = rules.pop("target", 450)
	least, most, radius = {"coverage": (target, 2 * target, 3000),
						   "balanced": (0.9 * target, 1.1 * target, math.inf),
						   "kmeans": (target, math.inf, math.inf)}[method]
	values = _array([METHODS.index(method), target, rules.pop("min", least), rules.pop("max", most),
					 rules.pop("radius", radius), REMAINDERS.index(rules.pop("remainder", "flag")),
					 rules.pop("max_gap", math.inf), rules.pop("k", 0),
					 rules.pop("nested", False)])
	assert not rules, rules
	packed = ctypes.create_string_buffer(_library.RulesSize())
	_library.RulesForPython(packed, values)
	return packed


def _question(x, y, w, seconds, previous=None, tolerance=TOLERANCE, was_kept=None, grace=0, within=None):
	"""The question, and what must live as long as it."""
	arrays = [_array(x), _array(y), None if w is None else _array(w), None,
			  None if was_kept is None else numpy.ascontiguousarray(was_kept, dtype=numpy.bool_),
			  None if within is None else numpy.ascontiguousarray(within, dtype=numpy.int64)]
	places = 0
	if previous is not None:
		arrays[3] = numpy.ascontiguousarray(previous, dtype=numpy.int32)
		places = int(arrays[3].max()) + 1
	pointers = [None if a is None else a.ctypes.data for a in arrays]
	return _Question(len(x), *pointers[:3], seconds, places, pointers[3], tolerance, pointers[4], grace, pointers[5]), arrays


def solve(x, y, w=None, seconds=NEVER, previous=None, tolerance=TOLERANCE, was_kept=None, grace=0, within=None, **rules):
	question, arrays = _question(x, y, w, seconds, previous, tolerance, was_kept, grace, within)
	n = len(x)
	by_row = [numpy.zeros(n, numpy.int32) for _ in range(2)]
	by_place = [numpy.zeros(n), numpy.zeros(n), numpy.zeros(n, numpy.int32), numpy.zeros(n)]
	answer = _Answer(0, 0, 0, *[a.ctypes.data for a in by_row + by_place])
	_library.SolveForPython(ctypes.byref(question), _rules(rules), ctypes.byref(answer))
	return Places(arrays[0], arrays[1], arrays[2], answer, *by_row,
				  [values[:max(answer.k, 0)] for values in by_place])


def bound(x, y, w=None, seconds=NEVER, **rules):
	question, arrays = _question(x, y, w, seconds)
	return _library.BoundForPython(ctypes.byref(question), _rules(rules))


def best_division(x, y, w, k, low, high):
	return _library.BestDivision(len(x), _array(x), _array(y), _array(w), k, low, high)


def list_places(homes, low, high, room):
	"""Sets of blocks with low to high homes, as bits; of homes 0 never; None: as many as room."""
	found = numpy.empty(room, numpy.int32)
	count = _library.ListPlaces(len(homes), _array(homes), low, high, room, found)
	return found[:count] if count < room else None


def anneal(x, y, w, k, capacity, steps, seed, label):
	"""(sum of squares, labels), from labels within the capacity."""
	label = numpy.array(label, dtype=numpy.int32)
	x, y = _array(x), _array(y)
	return _library.Anneal(len(x), x - x.mean(), y - y.mean(), _array(w), k, capacity, steps, seed,
						   label), label
