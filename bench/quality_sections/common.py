"""What the sections share: homes, maps, groupings held against each other, tables."""

import csv
import gzip
import itertools
import os

import numpy

DATA = os.environ.get("DATA", "../shared/data")
FULL = os.environ.get("QUALITY_MODE", "quick") == "full"


class Skipped(Exception):
	"""A section lacks what it needs."""


def table(title, header, rows):
	"""Prints a table as people and Markdown read it, each row as it comes."""
	widths = [len(name) for name in header]
	print("\n%s\n" % title)
	for row in itertools.chain([header, ["-" * width for width in widths]], rows):
		print("| %s |" % " | ".join(str(value).ljust(width) for value, width in zip(row, widths)), flush=True)


def above(part, whole, digits=2):
	"""By how many percent."""
	return "%+.*f" % (digits, 100 * (part / whole - 1))


def share(part, whole, digits=2):
	return "%.*f" % (digits, 100 * part / whole)


def _read(name, columns):
	path = os.path.join(DATA, name)
	if not os.path.exists(path):
		raise Skipped("no %s in %s (DATA=directory names another)" % (name, DATA))
	groups = {}
	with gzip.open(path, "rt", newline="") as file:
		for row in csv.DictReader(file):
			if row["la_code"] and row["easting"]:
				groups.setdefault(row["la_code"], []).append([float(row[c]) for c in columns])
	return {code: numpy.array(groups[code]).T for code in sorted(groups)}


def stock45k():
	"""(x, y) by authority; to the eighth of a metre, so that shifts are exact."""
	return {code: numpy.round(8 * xy) / 8 for code, xy in _read("stock45k.csv.gz", ("easting", "northing")).items()}


def postcodes(first=0, every=1):
	groups = _read("postcodes.csv.gz", ("easting", "northing"))
	return {code: groups[code] for code in sorted(groups)[first::every]}


def invented(random, homes, villages):
	"""A town and villages, most homes in these, a few scattered; to the eighth of a metre."""
	centre = random.uniform(0, 40000, (villages, 2))
	size = random.pareto(1.0, villages) + 0.1
	of = random.choice(villages, homes, p=size / size.sum())
	spread = 300 * numpy.sqrt(size / size.min())[of]
	xy = centre[of] + random.normal(0, 1, (homes, 2)) * numpy.minimum(spread, 3000)[:, None]
	scattered = random.random(homes) < 0.05
	xy[scattered] = random.uniform(0, 40000, (scattered.sum(), 2))
	return numpy.round(8 * xy.T) / 8


def turned(x, y, degrees):
	"""Around the first home."""
	angle = numpy.radians(degrees)
	dx, dy = x - x[0], y - y[0]
	return numpy.cos(angle) * dx - numpy.sin(angle) * dy, numpy.sin(angle) * dx + numpy.cos(angle) * dy


def moved(a, b):
	"""Rows whose group changes, groups paired so that fewest do; -1 (outside) pairs with itself."""
	inside = (a >= 0) & (b >= 0)
	same = numpy.count_nonzero((a < 0) & (b < 0))
	if inside.any():
		pairs = numpy.zeros((a.max() + 1, b.max() + 1), dtype=int)
		numpy.add.at(pairs, (a[inside], b[inside]), 1)
		same += _matched(pairs)
	return len(a) - same


def _matched(pairs):
	try:
		from scipy.optimize import linear_sum_assignment
	except ImportError:
		# of a grouping into itself, but for a few, the pairs are plain to see
		total = 0
		while pairs.size and pairs.max() > 0:
			i, j = numpy.unravel_index(pairs.argmax(), pairs.shape)
			total += pairs[i, j]
			pairs[i, :] = 0
			pairs[:, j] = 0
		return total
	i, j = linear_sum_assignment(-pairs)
	return pairs[i, j].sum()
