"""attack - what somebody who sees all published counts can find out of the withheld ones

A linear program.  Its unknowns are counts of rows of the stock: of each atom (homes that
are together in every cell, and of one weight; the attacker is given their numbers) so many
were last heard from in each band of days, before the first calendar day; some of those have been
heard from since, in a band of the days between, which only makes the last contact later.
Whatever is shown on one of the calendar days is an equation, a median two bounds; sums of
parts need no equations, for cells are sums of atoms.  Every solution is a history that
would have been published in the same way.

Of each withheld count the least and the greatest value is asked for.  The standard: there are
two whole numbers or more between them.  That a count is small is no secret: that it is
withheld often says so.

A random objective gives one solution, which widens the intervals of all counts at once;
most meet the standard after a few.  Only what does not is solved for, both ways: a wider
interval never breaks the standard, so the verdicts are the same as if each had been.
"""

import numpy
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, kron, vstack
from scipy.sparse.csgraph import connected_components

SLACK = 1e-5


class Attack:
	"""What is known of one component: cells that share atoms, and no atom with others.

	cells: matrix, cells x atoms, of zeros and ones; rows, weight: of each atom;
	days: those asked for, ascending; shift: how many days the second calendar day is later.
	"""

	def __init__(self, cells, rows, weight, days, shift):
		self.cells, self.rows, self.weight = csr_matrix(cells), rows, weight
		self.days, self.shift = days, shift
		# ages before the first day that part the bands; the last band has those never heard from
		self.old = sorted(set(days) | {d - shift for d in days if d >= shift})
		self.new = [d for d in days if d < shift]
		self.stays = len(self.old) + 1
		self.width = 2 * self.stays + len(self.new) + 1
		self.known, self.values, self.bounds, self.limits = [], [], [], []
		self.start()

	def bands(self, first, count):
		"""Which unknowns of an atom are the bands first, ..., first + count - 1."""
		picked = numpy.zeros(self.width)
		picked[first:first + count] = 1
		return picked

	def start(self):
		"""All rows of an atom are somewhere; those heard from since, in one band before and one after."""
		atoms = csr_matrix(numpy.eye(len(self.rows)))
		total = self.bands(0, 2 * self.stays)
		moved = self.bands(self.stays, self.stays) - self.bands(2 * self.stays, len(self.new) + 1)
		for picked, value in ((total, self.rows), (moved, 0 * self.rows)):
			self.known.append(self.unknowns(atoms, picked))
			self.values.append(value)

	def unknowns(self, atoms, picked):
		"""Rows of the program: for each row of atoms (a matrix) the sum of the picked unknowns of its atoms."""
		return kron(atoms, csr_matrix(picked)).tocsr()

	def unheard(self, today, day):
		"""Which unknowns of an atom have not been heard from for more than so many days, on which of the two days."""
		if today == 0:
			first = self.old.index(day) + 1
			return self.bands(first, self.stays - first) + self.bands(self.stays + first, self.stays - first)
		if day < self.shift:
			first = self.new.index(day) + 1
			return self.bands(0, self.stays) + self.bands(2 * self.stays + first, len(self.new) + 1 - first)
		first = self.old.index(day - self.shift) + 1
		return self.bands(first, self.stays - first)

	def count(self, cell, today, day):
		"""The count of a cell as a row of the program."""
		return self.unknowns(self.cells[cell].multiply(self.weight[None, :]).tocsr(), self.unheard(today, day))

	def learn(self, cell, today, day, value):
		self.known.append(self.count(cell, today, day))
		self.values.append(numpy.array([value]))

	def learn_median(self, cell, today, median):
		"""Half of the rows have been heard from within the median, or more; before it half or fewer."""
		half = (self.cells[cell] @ self.rows)[0] / 2
		for day in self.days:
			row = self.unknowns(self.cells[cell], self.unheard(today, day))
			self.bounds.append(row if day >= median else -row)
			self.limits.append(half if day >= median else -half)

	def solve(self, objective):
		"""The solution that makes the objective least, or None if what is known contradicts itself."""
		bounds = {"A_ub": vstack(self.bounds).tocsr(), "b_ub": numpy.array(self.limits)} if self.bounds else {}
		found = linprog(objective, A_eq=vstack(self.known).tocsr(), b_eq=numpy.concatenate(self.values), method="highs", **bounds)
		if found.status != 0:
			raise RuntimeError("no history fits what is shown: " + found.message)
		return found.x

	def known_counts(self, hidden, random, tries=12, most=None):
		"""Of the hidden counts (cell, today, day) those that break the standard: (count, least, greatest).

		Stops after most of them, if that is given: for one who only wants to see that there are many.
		"""
		counts = vstack([self.count(*h) for h in hidden]).tocsr()
		spread = 1 + counts @ numpy.ones(counts.shape[1])
		least, greatest = numpy.full(len(hidden), numpy.inf), numpy.full(len(hidden), -numpy.inf)
		narrow = numpy.arange(len(hidden))
		for _ in range(tries):
			signs = numpy.zeros(len(hidden))
			signs[narrow] = random.standard_normal(len(narrow)) / spread[narrow]
			self.widen(counts, counts.T @ signs, least, greatest)
			narrow = narrow[self.one_value(least[narrow], greatest[narrow])]
			if not len(narrow):
				return []
		known = []
		for h in narrow:
			if not self.one_value(least[h], greatest[h]):
				continue
			for sign in (1, -1):
				self.widen(counts, sign * counts[h].toarray()[0], least, greatest)
			if self.one_value(least[h], greatest[h]):
				known.append((hidden[h], least[h], greatest[h]))
				if len(known) == most:
					break
		return known

	def widen(self, counts, objective, least, greatest):
		"""Draws the values that one more solution gives the counts into their intervals."""
		values = counts @ self.solve(objective)
		numpy.minimum(least, values, out=least)
		numpy.maximum(greatest, values, out=greatest)

	@staticmethod
	def one_value(least, greatest):
		return numpy.floor(greatest + SLACK) - numpy.ceil(least - SLACK) < 1


def components(cells):
	"""Groups of atoms that share cells: for each the numbers of its cells and of its atoms."""
	cells = csr_matrix(cells)
	count, label = connected_components(cells.T @ cells, directed=False)
	for part in range(count):
		atoms = numpy.flatnonzero(label == part)
		yield numpy.flatnonzero(numpy.asarray(cells[:, atoms].sum(axis=1)).ravel() > 0), atoms
