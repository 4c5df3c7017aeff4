"""balanced and kmeans beside the best answer to 36 turns (quick: 12) of the same map."""

import numpy

import engine
from common import FULL, Skipped, above, invented, postcodes, stock45k, table, turned

TURNS = 36 if FULL else 12


def stocks():
	try:
		yield "stock45k", stock45k()
		# every so manieth authority of the postcodes, those of any size
		yield "postcodes", postcodes(13, 25 if FULL else 60)
	except Skipped as why:
		print("turns without these: %s" % why)
	random = numpy.random.default_rng(1)
	yield "invented", {"invented %d" % i: invented(random, n, v) for i, (n, v) in enumerate(
		((1200, 5), (1800, 12), (2500, 8), (3500, 20), (5000, 30)))}


def compare(groups, method, target):
	first, best, worst, seconds, mean, number = 0, 0, (1, "-"), 0, 0, 0
	for name, (x, y) in groups.items():
		answers = [engine.solve(*turned(x, y, 360 / TURNS * turn + 0.7 * (turn > 0)), method=method,
								target=target) for turn in range(TURNS)]
		if answers[0].k < 2:
			continue
		squares = [answer.squares() for answer in answers]
		# places that are fewer, or miss the bounds, are no peers
		fair = [s for s, a in zip(squares, answers) if a.k == answers[0].k]
		number += 1
		first += squares[0]
		best += min(fair)
		mean += numpy.mean(fair)
		seconds += answers[0].seconds
		worst = max(worst, (squares[0] / min(fair), "%s, k = %d" % (name, answers[0].k)))
	return (method, target, number, above(first, best), above(mean, best),
			"%s (%s)" % (above(worst[0], 1), worst[1]), "%.2f" % seconds)


def run():
	table("sum of squares beside the best of %d turns of the map (must: 0.5 %% above in total, 2 %% in each)"
		  % TURNS, ["stock", "method", "target", "authorities of 2 places or more", "% above the best of turns",
					"mean of turns", "worst authority", "seconds"],
		  ((name,) + compare(groups, method, target) for name, groups in stocks()
		   for method in ("balanced", "kmeans") for target in (450, 150)))
