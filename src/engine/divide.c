/*
 * divide.c
 *	  A group of homes that cannot stay together, divided as little as may be.
 *
 * A group of more than max_homes, or one that no circle of max_radius holds, is
 * divided into as few pieces as do, each compact: two are tried, or as many as the
 * homes need, then one more, and so on, at the least sum of squares under the bounds
 * (balanced.c).  Where a few more do not help, or the group is large, the first pieces
 * are taken, and those that still break a bound divided further.  Fewest is what is tried for, not proven.
 *
 * Blocks of more than max_homes are pieces by themselves, as they are places.
 */
#include "engine/divide.h"

#include "engine/balanced/balanced.h"
#include "engine/base/circle.h"
#include "engine/base/ranges.h"
#include "engine/coverage/coverage.h"

/* Numbers of pieces tried, at most; and the points in all of them, but for the first. */
#define MOST_TRIED	12
#define MOST_POINTS	20000

#define ALMOST		0.9			/* of the mean: homes of a piece, at least, where sizes are at fault */

/* Points, and in which piece each of them is. */
typedef struct PlacesPieces
{
	const PlacesPoints *points;
	PlacesRules rules;			/* narrowed (coverage.c); no maximum under kmeans */
	int			k;				/* pieces so far */
} PlacesPieces;

/* Do the n points at these positions keep the bounds that a group must? */
static bool
FitsPlace(const PlacesPieces *p, const int *member, int n)
{
	double		homes = 0;
	double	   *x;
	double	   *y;
	bool		fits;

	for (int i = 0; i < n; i++)
		homes += p->points->w[member[i]];
	if (n == 1)
		return true;
	if (homes > p->rules.max_homes)
		return false;
	if (isinf(p->rules.max_radius))
		return true;
	x = HostNew(double, n);
	y = HostNew(double, n);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		x[i] = p->points->x[member[i]];
		y[i] = p->points->y[member[i]];
	}
	fits = BoundingCircle(n, x, y).radius <= p->rules.max_radius;
	HostFree(x);
	HostFree(y);
	return fits;
}

/* The n points as a problem of their own; without homes to divide by each counts as one. */
static PlacesPoints *
PointsToDivide(const PlacesPieces *p, const int *member, int n)
{
	PlacesPoints *some = TakePoints(p->points, member, n);
	int			heavy = 0;

	for (int i = 0; i < n; i++)
		heavy += some->w[i] > 0;
	for (int i = 0; i < n && heavy < 2; i++)
		some->w[i] = 1;
	if (heavy < 2)
	{
		some->homes = n;
		some->whole = true;
	}
	return some;
}

/* Sort the n members by their labels 0 .. k - 1, label too; start has room for k + 2. */
static void
GroupMembers(int *member, int *label, int n, int k, int *start)
{
	int		   *order = HostNew(int, n);
	int		   *old = HostNew(int, n);

	SortByLabel(n, label, k, start, order);
	memcpy(old, member, sizeof(int) * n);
	for (int i = 0; i < n; i++)
		member[i] = old[order[i]];
	HostFree(order);
	HostFree(old);
}

/* How many of the k pieces of the sorted members do not fit? */
static int
CountUnfit(const PlacesPieces *p, const int *member, int k, const int *start)
{
	int			unfit = 0;

	for (int j = 0; j < k; j++)
		unfit += start[j + 1] > start[j] && !FitsPlace(p, member + start[j], start[j + 1] - start[j]);
	return unfit;
}

static void DivideFurther(PlacesPieces *p, int *member, int n, int *piece);

/* Each of the k pieces of the sorted members is one, or is divided further. */
static void
TakePieces(PlacesPieces *p, int *member, int k, const int *start, int *piece)
{
	for (int j = 0; j < k; j++)
	{
		int			n = start[j + 1] - start[j];

		if (n == 0)
			continue;
		if (!FitsPlace(p, member + start[j], n))
		{
			DivideFurther(p, member + start[j], n, piece);
			continue;
		}
		for (int i = start[j]; i < start[j + 1]; i++)
			piece[member[i]] = p->k;
		p->k++;
	}
}

/*
 * Label the points with k pieces at most, and sort the members by them; returns how
 * many they are.  Where sizes are at fault the pieces are large enough for places, or
 * about equal; where the radius is, as few or many as stand together.
 */
static int
TryPieces(const PlacesPieces *p, const PlacesPoints *some, int asked, int *label, int *member, int *start)
{
	double		mean = some->homes / asked;
	double		low = some->homes <= p->rules.max_homes ? LEAST_HOMES :
		Max(LEAST_HOMES, Min(p->rules.min_homes, ALMOST * mean));
	PlacesRules rules = {.method = METHOD_BALANCED,.target_homes = low,.min_homes = low,
	.max_homes = p->rules.max_homes,.max_radius = INFINITY,.k = asked};
	int			k = BalancedCluster(some, &rules, label);

	Assert(k > 1 && k <= asked);
	GroupMembers(member, label, some->n, k, start);
	return k;
}

/* Divide n > 1 points, ascending, that do not fit; reorders them, and fills piece by point. */
static void
DivideFurther(PlacesPieces *p, int *member, int n, int *piece)
{
	PlacesPoints *some = PointsToDivide(p, member, n);
	int			least = (int) Min(n, Max(2, ceil(some->homes / p->rules.max_homes)));
	int			most = Min(n, least + Min(MOST_TRIED, MOST_POINTS / n));
	int		   *label = HostNew(int, n);
	int		   *sorted = HostNew(int, n);
	int		   *start = HostNew(int, most + 2);
	bool		failed = false;
	int			k = 0;

	/* so many of them, or where none of these numbers will do the first */
	for (int asked = least; k == 0; asked = asked < most ? asked + 1 : least)
	{
		int			found;

		memcpy(sorted, member, sizeof(int) * n);
		found = TryPieces(p, some, asked, label, sorted, start);
		if (CountUnfit(p, sorted, found, start) == 0 || (asked == least && (failed || most == least)))
			k = found;
		failed = asked == most;
	}
	memcpy(member, sorted, sizeof(int) * n);
	TakePieces(p, member, k, start, piece);
	FreePoints(some);
	HostFree(label);
	HostFree(sorted);
	HostFree(start);
}

/*
 * Divide the n points at these positions, which ascend, into pieces, each within the
 * bounds of the rules that a group of homes must keep; piece, by point, receives theirs.
 * Returns how many they are: 1 where the group keeps the bounds.
 */
int
DividePoints(const PlacesPoints *points, const int *member, int n, const PlacesRules *rules, int *piece)
{
	PlacesPieces p = {.points = points,.rules = NarrowRules(points, rules)};
	int		   *rest;
	int			count = 0;

	if (rules->method == METHOD_KMEANS)
		p.rules.max_homes = INFINITY;
	if (FitsPlace(&p, member, n))
	{
		for (int i = 0; i < n; i++)
			piece[member[i]] = 0;
		return 1;
	}
	rest = HostNew(int, n);
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		if (points->w[member[i]] > p.rules.max_homes)
			piece[member[i]] = p.k++;
		else
			rest[count++] = member[i];
	}
	TakePieces(&p, rest, 1, (int[]) {0, count}, piece);
	HostFree(rest);
	return p.k;
}
