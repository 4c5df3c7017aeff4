/*
 * parents.c
 *	  An authority whose homes are in parents, which no place crosses.
 *
 * Such an authority is cut into one for each parent, all in the same local metres,
 * and the solutions are put together.  A place of the incumbent belongs to the parent
 * where most of its homes are now; homes that are elsewhere have left it, unless
 * somebody fixed them to it: such a home is solved with that parent.  So nothing is
 * known of a parent but its homes: its number may change, and with it nothing else.
 *
 * Parents are put in an order that depends on their homes alone, which tells places
 * on one spot apart.
 */
#include "engine/parents.h"

#include "engine/measure.h"

/* The parents by what their order depends on. */
typedef struct PlacesParentKey
{
	uint64_t	homes;			/* sum of the hashes of its rows */
	int			number;
} PlacesParentKey;

/* A place that has yet to find its position. */
typedef struct PlacesJoined
{
	PlacesPlace place;			/* first, for ComparePositions() */
	int			parent;
	int			number;			/* in it */
} PlacesJoined;

/* The same for a point. */
typedef struct PlacesSpot
{
	double		x;
	double		y;
	int			parent;
	int			point;
} PlacesSpot;

/* ---- cutting ---- */

/* A double added to a hash. */
static uint64_t
Mix(uint64_t hash, double value)
{
	return MixBits(hash ^ SortKey(value + 0.0));	/* one zero */
}

static int
CompareKeys(const void *a, const void *b)
{
	const PlacesParentKey *p = a;
	const PlacesParentKey *q = b;

	if (p->homes != q->homes)
		return p->homes < q->homes ? -1 : 1;
	return p->number - q->number;
}

/* Number the values of within by their order; returns how many there are. */
static int
NumberValues(const PlacesRows *rows, int *number)
{
	PlacesSortItem *items = HostNew(PlacesSortItem, rows->n);
	PlacesSortItem *spare = HostNew(PlacesSortItem, rows->n);
	PlacesSortItem *sorted;
	int			count = 0;

	for (int r = 0; r < rows->n; r++)
	{
		HostCheckCancelAt(r);
		items[r] = (PlacesSortItem) {(uint64_t) rows->within[r], r};
	}
	sorted = RadixSort(items, spare, rows->n);
	for (int i = 0; i < rows->n; i++)
	{
		HostCheckCancelAt(i);
		count += i == 0 || sorted[i].key != sorted[i - 1].key;
		number[sorted[i].row] = count - 1;
	}
	HostFree(items);
	HostFree(spare);
	return count;
}

/* The parent of each row, 0, 1, ... in an order that depends on homes alone; returns how many there are. */
static int
NumberParents(const PlacesRows *rows, int *parent)
{
	int			count = NumberValues(rows, parent);
	PlacesParentKey *keys = HostNewZero(PlacesParentKey, count);
	int		   *number = HostNew(int, count);

	for (int g = 0; g < count; g++)
		keys[g].number = g;
	for (int r = 0; r < rows->n; r++)
	{
		HostCheckCancelAt(r);
		if (!isnan(rows->x[r]))
			keys[parent[r]].homes += Mix(Mix(Mix(0, rows->x[r]), rows->y[r]), rows->w ? rows->w[r] : 1);
	}
	SortItems(keys, count, sizeof(PlacesParentKey), CompareKeys);
	for (int g = 0; g < count; g++)
		number[keys[g].number] = g;
	for (int r = 0; r < rows->n; r++)
	{
		HostCheckCancelAt(r);
		parent[r] = number[parent[r]];
	}
	HostFree(keys);
	HostFree(number);
	return count;
}

/* For each place of the incumbent the parent where most of its homes are, of equals the first. */
static void
FindParents(const PlacesRows *rows, const PlacesIncumbent *incumbent, const int *parent, int parents,
			int *place_parent)
{
	int		   *start = HostNew(int, incumbent->places + 2);
	int		   *member = HostNew(int, rows->n);
	double	   *homes = HostNewZero(double, parents);

	SortByLabel(rows->n, incumbent->place, incumbent->places, start, member);
	for (int j = 0; j < incumbent->places; j++)
	{
		int			most = -1;

		HostCheckCancel();
		for (int i = start[j]; i < start[j + 1]; i++)
			if (!isnan(rows->x[member[i]]))
				homes[parent[member[i]]] += rows->w ? rows->w[member[i]] : 1;
		for (int i = start[j]; i < start[j + 1]; i++)
		{
			int			g = parent[member[i]];

			if (most < 0 || homes[g] > homes[most] || (homes[g] == homes[most] && g < most))
				most = g;
		}
		for (int i = start[j]; i < start[j + 1]; i++)
			homes[parent[member[i]]] = 0;
		place_parent[j] = most;
	}
	HostFree(start);
	HostFree(member);
	HostFree(homes);
}

/* The elements of a column at n rows; NULL for none. */
static void *
TakeColumn(const void *column, size_t width, const int *row, int n)
{
	char	   *taken = column == NULL ? NULL : HostAlloc(width * (size_t) n);

	for (int i = 0; i < n && column != NULL; i++)
	{
		HostCheckCancelAt(i);
		memcpy(taken + width * i, (const char *) column + width * row[i], width);
	}
	return taken;
}

/* The n rows of a parent. */
static PlacesRows
TakeRows(const PlacesRows *rows, const int *row, int n)
{
	PlacesRows	taken = *rows;

	taken.n = n;
	taken.within = NULL;
	taken.x = TakeColumn(rows->x, sizeof(*rows->x), row, n);
	taken.y = TakeColumn(rows->y, sizeof(*rows->y), row, n);
	taken.w = TakeColumn(rows->w, sizeof(*rows->w), row, n);
	taken.together = TakeColumn(rows->together, sizeof(*rows->together), row, n);
	taken.share = TakeColumn(rows->share, sizeof(*rows->share), row, n);
	taken.was_kept = TakeColumn(rows->was_kept, sizeof(*rows->was_kept), row, n);
	for (int l = 0; l < rows->nloads; l++)
		taken.load[l] = TakeColumn(rows->load[l], sizeof(*rows->load[l]), row, n);
	return taken;
}

/* The places of the incumbent by parent, and the number of each in its own. */
typedef struct PlacesHeirs
{
	int		   *parent;
	int		   *number;
	int		   *count;			/* of each parent */
} PlacesHeirs;

static PlacesHeirs
NumberHeirs(const PlacesRows *rows, const PlacesIncumbent *incumbent, const int *parent, int parents)
{
	PlacesHeirs heirs = {HostNew(int, incumbent->places), HostNew(int, incumbent->places), HostNewZero(int, parents)};

	if (incumbent->places > 0)
		FindParents(rows, incumbent, parent, parents, heirs.parent);
	for (int j = 0; j < incumbent->places; j++)
		if (heirs.parent[j] >= 0)
			heirs.number[j] = heirs.count[heirs.parent[j]]++;
	return heirs;
}

/* What the rows of a parent, which has the number, know of their places. */
static void
TakeIncumbent(const PlacesIncumbent *incumbent, const PlacesHeirs *heirs, int number, PlacesParent *parent)
{
	int			n = parent->rows.n;

	parent->incumbent = *incumbent;
	parent->incumbent.places = heirs->count[number];
	parent->incumbent.place = HostNew(int, n);
	parent->incumbent.fixed = HostNewZero(uint8_t, n);
	for (int i = 0; i < n; i++)
	{
		int			r = parent->row[i];
		int			j = incumbent->places > 0 ? incumbent->place[r] : -1;
		bool		here = j >= 0 && heirs->parent[j] == number;

		HostCheckCancelAt(i);
		parent->incumbent.place[i] = here ? heirs->number[j] : -1;
		parent->entered = parent->entered || (j >= 0 && !here);
		if (here)
			parent->incumbent.fixed[i] = incumbent->fixed[r];
	}
}

/* Rows that somebody fixed to a place are where that is. */
static void
FollowFixed(const PlacesIncumbent *incumbent, const PlacesHeirs *heirs, int n, int *of_row)
{
	for (int r = 0; r < n && incumbent->places > 0; r++)
	{
		HostCheckCancelAt(r);
		if (incumbent->fixed[r] != FIXED_NOT && heirs->parent[incumbent->place[r]] >= 0)
			of_row[r] = heirs->parent[incumbent->place[r]];
	}
}

/* The parents of an authority, of which there receives the number, each an authority by itself. */
PlacesParent *
CutRows(const PlacesRows *rows, const PlacesIncumbent *incumbent, int *parents)
{
	int		   *of_row = HostNew(int, rows->n);
	int		   *row = HostNew(int, rows->n);
	int			count = NumberParents(rows, of_row);
	int		   *start = HostNew(int, count + 2);
	PlacesParent *parent = HostNewZero(PlacesParent, count);
	PlacesHeirs heirs = NumberHeirs(rows, incumbent, of_row, count);

	FollowFixed(incumbent, &heirs, rows->n, of_row);
	SortByLabel(rows->n, of_row, count, start, row);
	for (int g = 0; g < count; g++)
	{
		parent[g].row = row + start[g];
		parent[g].rows = TakeRows(rows, parent[g].row, start[g + 1] - start[g]);
		TakeIncumbent(incumbent, &heirs, g, &parent[g]);
	}
	HostFree(heirs.parent);
	HostFree(heirs.number);
	HostFree(heirs.count);
	HostFree(of_row);
	HostFree(start);
	*parents = count;
	return parent;
}

/* Columns are the parents' own, and all rows are in one list; their solutions are not freed. */
void
FreeParents(PlacesParent *parent, int parents)
{
	for (int g = 0; g < parents; g++)
	{
		const PlacesRows *rows = &parent[g].rows;
		const void *columns[] = {rows->x, rows->y, rows->w, rows->together, rows->share, rows->was_kept};

		for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++)
			if (columns[c] != NULL)
				HostFree((void *) columns[c]);
		for (int l = 0; l < rows->nloads; l++)
			HostFree((void *) rows->load[l]);
		HostFree(parent[g].incumbent.place);
		HostFree(parent[g].incumbent.fixed);
	}
	HostFree((void *) parent[0].row);
	HostFree(parent);
}

/* ---- putting together ---- */

static int
CompareSpots(const void *a, const void *b)
{
	const PlacesSpot *p = a;
	const PlacesSpot *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	if (p->parent != q->parent)
		return p->parent - q->parent;
	return p->point - q->point;
}

/* Dispersed ones after the others. */
static int
CompareJoined(const void *a, const void *b)
{
	bool		p = ((const PlacesJoined *) a)->place.reasons == DISPERSED;
	bool		q = ((const PlacesJoined *) b)->place.reasons == DISPERSED;

	return p != q ? p - q : ComparePositions(a, b);
}

/* The points of all parents in their order; position[g][i] receives where point i of parent g is among them. */
static PlacesPoints *
JoinPoints(const PlacesParent *parent, int parents, int **position)
{
	PlacesPoints *all = HostNewZero(PlacesPoints, 1);
	PlacesSpot *spots;
	int			n = 0;

	for (int g = 0; g < parents; g++)
		n += parent[g].solution->points->n;
	spots = HostNew(PlacesSpot, n);
	*all = (PlacesPoints) {.x = HostNew(double, n),.y = HostNew(double, n),.w = HostNew(double, n),.whole = true,
	.nloads = parent[0].solution->points->nloads};
	for (int l = 0; l < all->nloads; l++)
		all->load[l] = HostNew(double, n);
	for (int g = 0; g < parents; g++)
	{
		const PlacesPoints *own = parent[g].solution->points;

		position[g] = HostNew(int, own->n);
		HostCheckCancel();
		for (int i = 0; i < own->n; i++)
			spots[all->n++] = (PlacesSpot) {own->x[i], own->y[i], g, i};
	}
	SortItems(spots, n, sizeof(PlacesSpot), CompareSpots);
	for (int i = 0; i < n; i++)
	{
		const PlacesPoints *own = parent[spots[i].parent].solution->points;

		HostCheckCancelAt(i);
		position[spots[i].parent][spots[i].point] = i;
		all->x[i] = spots[i].x;
		all->y[i] = spots[i].y;
		all->w[i] = own->w[spots[i].point];
		for (int l = 0; l < all->nloads; l++)
			all->load[l][i] = own->load[l][spots[i].point];
		all->homes += all->w[i];
		all->whole = all->whole && all->w[i] == floor(all->w[i]);
	}
	HostFree(spots);
	return all;
}

/* The places of all parents in their order; number[g][j] receives which place j of parent g is among them. */
static void
JoinPlaces(const PlacesParent *parent, int parents, int *const *position, int **number, PlacesSolution *s)
{
	PlacesJoined *joined;
	int			k = 0;

	for (int g = 0; g < parents; g++)
		k += parent[g].solution->k;
	joined = HostNew(PlacesJoined, k);
	s->places = HostNew(PlacesPlace, k);
	for (int g = 0; g < parents; g++)
	{
		const PlacesSolution *own = parent[g].solution;

		HostCheckCancel();
		number[g] = HostNew(int, own->k);
		for (int j = 0; j < own->k; j++)
		{
			joined[s->k] = (PlacesJoined) {own->places[j], g, j};
			joined[s->k].place.first = position[g][own->places[j].first];
			s->k++;
		}
	}
	SortItems(joined, k, sizeof(PlacesJoined), CompareJoined);
	for (int j = 0; j < k; j++)
	{
		number[joined[j].parent][joined[j].number] = j;
		s->places[j] = joined[j].place;
	}
	HostFree(joined);
}

/* What a parent's solution says of its rows and points; its groups are numbered from so many on. */
static void
PutParent(const PlacesParent *parent, const int *position, const int *number, int groups, PlacesSolution *s)
{
	const PlacesSolution *own = parent->solution;

	for (int r = 0; r < parent->rows.n; r++)
	{
		HostCheckCancelAt(r);
		s->row_point[parent->row[r]] = own->row_point[r] < 0 ? -1 : position[own->row_point[r]];
	}
	for (int i = 0; i < own->points->n; i++)
	{
		HostCheckCancelAt(i);
		s->point_place[position[i]] = number[own->point_place[i]];
		s->point_relation[position[i]] = own->point_relation[i];
		if (s->point_group != NULL)
			s->point_group[position[i]] = groups + (own->point_group == NULL ? i : own->point_group[i]);
		if (s->point_divided != NULL)
			s->point_divided[position[i]] = own->point_divided != NULL && own->point_divided[i];
	}
}

/* The solution of nrows from those of their parents, whose frame is the same. */
PlacesSolution *
JoinSolutions(const PlacesParent *parent, int parents, int nrows)
{
	PlacesSolution *s = HostNewZero(PlacesSolution, 1);
	int		  **position = HostNew(int *, parents);
	int		  **number = HostNew(int *, parents);
	int			groups = 0;
	bool		known = false;
	bool		entered = false;

	s->frame = parent[0].solution->frame;
	s->points = JoinPoints(parent, parents, position);
	s->row_point = HostNew(int, nrows);
	s->point_place = HostNew(int, s->points->n);
	s->point_relation = HostNew(uint8_t, s->points->n);
	JoinPlaces(parent, parents, position, number, s);
	for (int g = 0; g < parents; g++)
	{
		if (parent[g].solution->point_group != NULL && s->point_group == NULL)
			s->point_group = HostNew(int, s->points->n);
		if (parent[g].solution->point_divided != NULL && s->point_divided == NULL)
			s->point_divided = HostNew(bool, s->points->n);
	}
	for (int g = 0; g < parents; g++)
	{
		PutParent(&parent[g], position[g], number[g], groups, s);
		groups += parent[g].solution->points->n;
		HostFree(position[g]);
		HostFree(number[g]);
		entered = entered || parent[g].entered;
		if (parent[g].incumbent.places == 0)
			continue;
		s->choice = !known || s->choice == parent[g].solution->choice ? parent[g].solution->choice : CHOICE_REPAIRED;
		known = true;
	}
	if (entered && s->choice == CHOICE_KEPT)
		s->choice = CHOICE_REPAIRED;
	HostFree(position);
	HostFree(number);
	return s;
}
