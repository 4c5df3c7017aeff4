"""Patches of 175 homes in places, beside those of whole authorities.

Stock45k (two invented authorities without it).  A patch may not leave its place, and
each place has as many as fit it best: what does that cost in distance, and how do they
fare when homes come and go?  In each round 3 % of the homes leave and as many come, on
the spots of others; places and patches both start from their last answers.
"""

import numpy

import engine
from common import FULL, Skipped, invented, moved, share, stock45k, table

ROUNDS = 12 if FULL else 4
TARGET, LEAST, MOST = 175, 130, 240		# a patch is to have, where its place allows
GRACE = 0.05


class Tree:
	"""The places of an authority, and their patches."""

	def __init__(self, xy):
		self.x, self.y = xy
		self.places = self.patches = None

	def solve(self, stays=None):
		def past(last):
			if last is None:
				return {}
			come = len(self.x) - stays.sum()
			place = numpy.append(last.place[stays], numpy.full(come, -1))
			known = numpy.unique(place[place >= 0])
			return {"previous": numpy.where(place >= 0, numpy.searchsorted(known, place), -1) if len(known) else None,
					"was_kept": numpy.append(last.row_kept()[stays], numpy.zeros(come, dtype=bool)), "grace": GRACE}
		self.places = engine.solve(self.x, self.y, **past(self.places))
		self.within = numpy.where(self.places.row_kept(), self.places.place + 1, 0)
		self.patches = engine.solve(self.x, self.y, method="balanced", target=TARGET, nested=True,
									within=self.within, **past(self.patches))

	def churn(self, share_of, random):
		"""(survivors whose place changes, whose patch changes, survivors)."""
		n = len(self.x)
		stays = numpy.ones(n, dtype=bool)
		stays[random.choice(n, int(round(share_of * n)), replace=False)] = False
		spots = random.integers(0, n, n - stays.sum())
		self.x, self.y = (numpy.append(v[stays], v[spots]) for v in (self.x, self.y))
		before = self.places.place[stays], self.patches.place[stays]
		self.solve(stays)
		return [moved(b, a.place[:len(b)]) for b, a in zip(before, (self.places, self.patches))] + [stays.sum()]


def homes():
	try:
		return list(stock45k().values())
	except Skipped as why:
		print("patches: %s: invented homes" % why)
		random = numpy.random.default_rng(8)
		return [invented(random, 8000, 30), invented(random, 6000, 20)]


def compactness(trees):
	ours, whole, kept = [], [], []
	for tree in trees:
		ours.append(tree.patches.distances())
		whole.append(engine.solve(tree.x, tree.y, method="balanced", target=TARGET).distances())
		kept.append(tree.within > 0)
	ours, whole, kept = (numpy.concatenate(v) for v in (ours, whole, kept))
	for name, which in (("all homes", kept | ~kept), ("in kept places", kept), ("elsewhere", ~kept)):
		a, b = numpy.nanmean(ours[which]), numpy.nanmean(whole[which])
		yield name, which.sum(), "%.0f" % a, "%.0f" % b, "%.3f" % (a / b)


def sizes(trees):
	for name, rest in (("kept places", False), ("elsewhere", True)):
		homes = numpy.concatenate([t.patches.homes[numpy.unique(t.patches.place[(t.within == 0) == rest])] for t in trees
								   if ((t.within == 0) == rest).any()])
		yield name, len(homes), "%.0f" % homes.min(), "%.0f" % homes.max(), ((homes < LEAST) | (homes > MOST)).sum()


def churn(trees):
	random = numpy.random.default_rng(9)
	for number in range(1, ROUNDS + 1):
		places, patches, survivors = (sum(v) for v in zip(*[tree.churn(0.03, random) for tree in trees]))
		yield number, share(places, survivors), share(patches, survivors)


def run():
	trees = [Tree(xy) for xy in homes()]
	for tree in trees:
		tree.solve()
	table("mean metres to the middle of a patch (must: 1.05 at most of all homes)",
		  ["", "homes", "patches in places", "of whole authorities", "ratio"], compactness(trees))
	table("sizes of patches (must: %d to %d where a place allows)" % (LEAST, MOST),
		  ["in", "patches", "least", "most", "outside"], sizes(trees))
	table("% of survivors that change place, and patch, in rounds of 3 % churn (must: patches 2 on average)",
		  ["round", "places", "patches"], churn(trees))
