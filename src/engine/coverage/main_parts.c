/*
 * main_parts.c
 *	  The main part of each place, and what may stand beside it without being a part.
 *
 * Under the rule max_gap a place is in one piece: no edge of its spanning tree that
 * is longer has GAP_SHARE of its homes or more on both sides.  What is stricter, and
 * is kept here as it can be told from two sums, is that its main part, the heaviest
 * of those that steps of max_gap link, has all but less than GAP_SHARE of the homes:
 * of every longer edge one side is without the main part.  So some hamlets around a
 * village may be turned away that could stand there one by one.
 */
#include "engine/coverage/main_parts.h"

#include "engine/base/disjoint_sets.h"
#include "engine/base/spanning_tree.h"

/* The points of one place, and the part that each is in. */
typedef struct PlacesPartsOf
{
	int			n;
	const int  *member;
	int		   *parent;			/* disjoint sets */
	double		gap;			/* of the place */
	double	   *homes;			/* of each part, at its root */
	int			main;			/* the root of the heaviest; of equals the first */
} PlacesPartsOf;

/* The spots of the points of a place. */
typedef struct PlacesSpotsOf
{
	int			n;
	double	   *x;
	double	   *y;
	double	   *w;
	int		   *owner;			/* which of the points each is one of */
} PlacesSpotsOf;

/* The spots of n members, for the caller to free. */
static PlacesSpotsOf
ListSpots(const PlacesPoints *points, const int *member, int n)
{
	const int  *start = points->spots.start;
	PlacesSpotsOf s = {0};
	int			count = n;

	for (int i = 0; i < n && start != NULL; i++)
		count += start[member[i] + 1] - start[member[i]] - 1;
	s.x = HostNew(double, count);
	s.y = HostNew(double, count);
	s.w = HostNew(double, count);
	s.owner = HostNew(int, count);
	for (int i = 0; i < n; i++)
	{
		int			upto = s.n + CopySpots(points, member[i], s.x + s.n, s.y + s.n, s.w + s.n);

		HostCheckCancelAt(i);
		while (s.n < upto)
			s.owner[s.n++] = i;
	}
	return s;
}

/* The parts of a place; the caller frees parent and homes. */
static PlacesPartsOf
FindParts(const PlacesPoints *points, const int *member, int n, double reach)
{
	PlacesPartsOf p = {n, member, HostNew(int, n), 0, HostNewZero(double, n), 0};
	PlacesSpotsOf s = ListSpots(points, member, n);
	PlacesTreeEdge *edge = HostNew(PlacesTreeEdge, s.n);
	int			edges;

	InitSets(p.parent, n);
	edges = SpanningTree(s.n, s.x, s.y, edge);
	p.gap = CutTree(s.n, s.w, edge, NULL);
	for (int e = 0; e < edges; e++)
		if (edge[e].square <= reach * reach)
			JoinSets(p.parent, s.owner[edge[e].a], s.owner[edge[e].b]);
	for (int i = 0; i < n; i++)
		p.homes[FindSet(p.parent, i)] += points->w[member[i]];
	for (int i = 0; i < n; i++)
		if (p.homes[i] > p.homes[p.main])
			p.main = i;
	HostFree(edge);
	HostFree(s.x);
	HostFree(s.y);
	HostFree(s.w);
	HostFree(s.owner);
	return p;
}

static void
FreeParts(PlacesPartsOf *p)
{
	HostFree(p->parent);
	HostFree(p->homes);
}

/* A tree of all spots, with the point of each where points have some. */
static PlacesKdTree *
TreeOfSpots(const PlacesPoints *points, PlacesMainParts *parts)
{
	const PlacesSpots *spots = &points->spots;

	if (spots->start == NULL)
		return BuildKdTree(points);
	parts->owner = HostNew(int, SpotCount(points));
	for (int i = 0; i < points->n; i++)
		for (int s = spots->start[i]; s < spots->start[i + 1]; s++)
			parts->owner[s] = i;
	return BuildPlainTree(SpotCount(points), spots->x, spots->y);
}

/* For places 0 .. k - 1; label is the caller's, who may put points with JoinPart. */
PlacesMainParts *
NewMainParts(const PlacesPoints *points, const PlacesRules *rules, int k, const int *label)
{
	PlacesMainParts *parts = HostNewZero(PlacesMainParts, 1);
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, points->n);

	parts->points = points;
	parts->tree = TreeOfSpots(points, parts);
	parts->reach = rules->max_gap;
	parts->label = label;
	parts->main = HostNewZero(bool, points->n);
	parts->homes = HostNewZero(double, k);
	parts->beside = HostNewZero(double, k);
	parts->looked_at = -1;
	parts->found = HostNew(int, SpotCount(points));
	SortByLabel(points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
	{
		PlacesPartsOf p;

		if (start[j + 1] == start[j])
			continue;
		p = FindParts(points, member + start[j], start[j + 1] - start[j], parts->reach);
		for (int i = 0; i < p.n; i++)
		{
			parts->main[p.member[i]] = FindSet(p.parent, i) == p.main;
			*(parts->main[p.member[i]] ? &parts->homes[j] : &parts->beside[j]) += points->w[p.member[i]];
		}
		FreeParts(&p);
	}
	HostFree(start);
	HostFree(member);
	return parts;
}

void
FreeMainParts(PlacesMainParts *parts)
{
	FreeKdTree(parts->tree);
	HostFree(parts->main);
	HostFree(parts->homes);
	HostFree(parts->beside);
	HostFree(parts->found);
	if (parts->owner != NULL)
		HostFree(parts->owner);
	HostFree(parts);
}

/* Is one of the spots of the point within reach of the place's main part? */
static bool
SpotsTouchMain(PlacesMainParts *parts, int place, int point)
{
	const PlacesSpots *spots = &parts->points->spots;

	for (int s = spots->start[point]; s < spots->start[point + 1]; s++)
	{
		int			count = PointsInCircle(parts->tree, spots->x[s], spots->y[s], parts->reach, parts->found);

		HostCheckCancel();
		for (int i = 0; i < count; i++)
		{
			int			other = parts->owner[parts->found[i]];

			if (parts->label[other] == place && parts->main[other])
				return true;
		}
	}
	return false;
}

/* Is the point within reach of the place's main part? */
static bool
TouchesMain(PlacesMainParts *parts, int place, int point)
{
	if (parts->owner != NULL)
		return SpotsTouchMain(parts, place, point);
	if (parts->looked_at != point)
	{
		parts->count = PointsInCircle(parts->tree, parts->points->x[point], parts->points->y[point],
									  parts->reach, parts->found);
		parts->looked_at = point;
	}
	for (int i = 0; i < parts->count; i++)
		if (parts->label[parts->found[i]] == place && parts->main[parts->found[i]])
			return true;
	return false;
}

/* Are so many homes beside a main part too few to be a part? */
static bool
IsBeside(double beside, double homes)
{
	return beside < GAP_SHARE * (1 - 2 * SIZE_ROUNDING) * homes;
}

/* Is the place in one piece with the point, which is outside? */
bool
MayJoin(PlacesMainParts *parts, int place, int point)
{
	double		w = parts->points->w[point];

	return IsBeside(parts->beside[place] + w, parts->homes[place] + parts->beside[place] + w) ||
		TouchesMain(parts, place, point);
}

/* The caller has put the point into the place. */
void
JoinPart(PlacesMainParts *parts, int place, int point)
{
	parts->main[point] = TouchesMain(parts, place, point);
	*(parts->main[point] ? &parts->homes[place] : &parts->beside[place]) += parts->points->w[point];
}

/* Let go what is too much beside the main part: the lightest parts stay that can. */
static void
ReleaseBeside(const bool *barred, const PlacesPartsOf *p, int *label)
{
	PlacesRanked *part = HostNew(PlacesRanked, p->n);
	double		total = 0;
	double		beside = 0;
	int			count = 0;
	int			stay = 0;

	for (int i = 0; i < p->n; i++)
	{
		if (p->parent[i] == i && i != p->main)
			part[count++] = (PlacesRanked) {p->homes[i], i};
		total += p->parent[i] == i ? p->homes[i] : 0;
	}
	SortRanked(part, count);
	/* all are weighed against what is left when the heavier ones have gone */
	for (int i = 0; i < count; i++)
		beside += part[i].key;
	for (stay = count; stay > 0 && !IsBeside(beside, total); stay--)
	{
		beside -= part[stay - 1].key;
		total -= part[stay - 1].key;
		p->homes[part[stay - 1].item] = -1;
	}
	for (int i = 0; i < p->n && stay < count; i++)
		if (p->homes[FindSet(p->parent, i)] < 0 && !(barred && barred[p->member[i]]))
			label[p->member[i]] = -1;
	HostFree(part);
}

/*
 * Take out of those of places 0 .. k - 1 that are in parts homes beside the main part,
 * the heaviest parts first, but for those barred (NULL: none).  O(n log n).
 */
void
ReleaseParts(const PlacesPoints *points, const bool *barred, const PlacesRules *rules, int k,
			 int *label)
{
	int		   *start = HostNew(int, k + 2);
	int		   *member = HostNew(int, points->n);

	SortByLabel(points->n, label, k, start, member);
	for (int j = 0; j < k; j++)
	{
		PlacesPartsOf p;

		HostCheckCancel();
		if (start[j + 1] == start[j])
			continue;
		p = FindParts(points, member + start[j], start[j + 1] - start[j], rules->max_gap);
		if (p.gap > rules->max_gap)
			ReleaseBeside(barred, &p, label);
		FreeParts(&p);
	}
	HostFree(start);
	HostFree(member);
}
