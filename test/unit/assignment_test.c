/*
 * assignment_test.c
 *	  The matching of two groupings against all that there are; where there are
 *	  too many, against one that is known to be best.
 */
#include "check.h"
#include "engine/base/assignment.h"

#define MOST	7
#define EDGES	(MOST * MOST)

typedef struct Problem
{
	int			n;
	int			lefts;
	int			rights;
	PlacesOverlap overlap[EDGES];
} Problem;

/* ---- all matchings ---- */

typedef struct Trial
{
	const Problem *p;
	bool		right_taken[MOST];
	bool		chosen[EDGES];
	double		homes;
	double		best;
	bool		best_chosen[EDGES];
} Trial;

static bool
IsRequired(const Problem *p, int left, int right)
{
	for (int i = 0; i < p->n; i++)
		if (p->overlap[i].required && (p->overlap[i].left == left || p->overlap[i].right == right))
			return true;
	return false;
}

/*
 * Every matching of the left groups from one on, in the order that decides
 * between equals: the first right group first, none last.
 */
static void
TryFrom(Trial *t, int left)
{
	if (left == t->p->lefts)
	{
		if (t->homes > t->best)
		{
			t->best = t->homes;
			memcpy(t->best_chosen, t->chosen, sizeof(t->chosen));
		}
		return;
	}
	for (int i = 0; i < t->p->n; i++)
	{
		const PlacesOverlap *o = &t->p->overlap[i];

		if (o->left != left || t->right_taken[o->right] || o->homes == 0 ||
			IsRequired(t->p, o->left, o->right))
			continue;
		t->right_taken[o->right] = t->chosen[i] = true;
		t->homes += o->homes;
		TryFrom(t, left + 1);
		t->homes -= o->homes;
		t->right_taken[o->right] = t->chosen[i] = false;
	}
	TryFrom(t, left + 1);
}

static void
CheckProblem(const Problem *p)
{
	Trial		t = {.p = p, .best = -1};
	bool		matched[EDGES];
	double		homes = 0;

	TryFrom(&t, 0);
	MatchGroups(p->n, p->overlap, matched);
	for (int i = 0; i < p->n; i++)
	{
		if (matched[i] && !p->overlap[i].required)
			homes += p->overlap[i].homes;
		CHECK(matched[i] == (t.best_chosen[i] || p->overlap[i].required),
			  "%d by %d, %d edges: %d - %d", p->lefts, p->rights, p->n,
			  p->overlap[i].left, p->overlap[i].right);
	}
	CHECK(homes == t.best, "%.17g of %.17g", homes, t.best);
}

/* Overlaps of 1 .. most in units; rarely one of none. */
static void
RandomProblem(Problem *p, int density, int most, double unit)
{
	p->lefts = 1 + RandomInt(MOST);
	p->rights = 1 + RandomInt(MOST);
	p->n = 0;
	for (int l = 0; l < p->lefts; l++)
		for (int r = 0; r < p->rights; r++)
			if (RandomInt(100) < density)
				p->overlap[p->n++] = (PlacesOverlap) {l, r, unit * (RandomInt(20) ? 1 + RandomInt(most) : 0), false};
}

static void
RequireSome(Problem *p)
{
	for (int i = 0; i < p->n; i++)
		if (RandomInt(8) == 0 && !IsRequired(p, p->overlap[i].left, p->overlap[i].right))
			p->overlap[i].required = true;
}

/* few values make many ties */
static void
TestAgainstAll(void)
{
	static const int most[] = {1, 2, 3, 10, 1000000};
	static const double unit[] = {1, 0.001953125, 0x1p900, 0x1p-1050};

	for (int trial = 0; trial < 3000; trial++)
	{
		Problem		p;

		RandomProblem(&p, trial % 3 ? 45 : 80, most[trial % 5], unit[trial / 5 % 4]);
		if (trial % 2)
			RequireSome(&p);
		CheckProblem(&p);
	}
}

/* the chain 5 - 6 - 5 is worth breaking in the middle, 2 - 6 - 2 is not; equals go to the first */
static void
TestHandValues(void)
{
	static const PlacesOverlap chain[] = {{0, 0, 5, false}, {1, 0, 6, false}, {1, 1, 5, false}};
	static const PlacesOverlap heavy[] = {{0, 0, 2, false}, {1, 0, 6, false}, {1, 1, 2, false}};
	static const PlacesOverlap even[] = {{0, 0, 5, false}, {0, 1, 5, false}, {1, 0, 5, false}, {1, 1, 5, false}};
	static const PlacesOverlap bound[] = {{0, 0, 9, false}, {0, 1, 1, true}, {1, 0, 3, false}, {1, 1, 9, false}};
	bool		matched[4];

	MatchGroups(3, chain, matched);
	CHECK(matched[0] && !matched[1] && matched[2], "chain");
	MatchGroups(3, heavy, matched);
	CHECK(!matched[0] && matched[1] && !matched[2], "heavy");
	MatchGroups(4, even, matched);
	CHECK(matched[0] && !matched[1] && !matched[2] && matched[3], "even");
	MatchGroups(4, bound, matched);
	CHECK(!matched[0] && matched[1] && matched[2] && !matched[3], "bound");
	MatchGroups(0, chain, matched);
}

/*
 * Larger than any list of all matchings, with a known answer: a hidden matching
 * between shuffled groups, whose pairs hold more homes than others can.  Every
 * overlap is at most the mean of the hidden ones of its two groups, so half of
 * these prices prove the hidden matching best.
 */
static void
CheckHidden(int groups, int density)
{
	int		   *hidden = HostNew(int, groups);
	double	   *homes = HostNew(double, 2 * groups);	/* hidden, by left and by right group */
	PlacesOverlap *overlap = HostNew(PlacesOverlap, groups * groups);
	bool	   *matched = HostNew(bool, groups * groups);
	int			n = 0;
	double		sum = 0,
				found = 0;

	for (int l = 0; l < groups; l++)
		hidden[l] = l;
	Shuffle(hidden, groups);
	for (int l = 0; l < groups; l++)
		homes[l] = homes[groups + hidden[l]] = 2 * (1 + RandomInt(1000));
	for (int l = 0; l < groups; l++)
		for (int r = 0; r < groups; r++)
		{
			double		limit = (homes[l] + homes[groups + r]) / 2;

			if (r == hidden[l])
				sum += homes[l];
			else if (RandomInt(100) >= density)
				continue;
			overlap[n++] = (PlacesOverlap) {l, r, r == hidden[l] || RandomInt(2) ? limit : 1 + RandomInt((int) limit), false};
		}
	MatchGroups(n, overlap, matched);
	for (int i = 0; i < n; i++)
		found += matched[i] ? overlap[i].homes : 0;
	CHECK(found == sum, "%d groups, %d %%: %g of %g", groups, density, found, sum);
	HostFree(hidden);
	HostFree(homes);
	HostFree(overlap);
	HostFree(matched);
}

static void
TestHidden(void)
{
	for (int density = 1; density <= 100; density += 11)
		CheckHidden(200, density);
}

int
main(void)
{
	StartTests();
	TestHandValues();
	TestAgainstAll();
	TestHidden();
	return FinishTests();
}
