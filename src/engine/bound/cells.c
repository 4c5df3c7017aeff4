/*
 * cells.c
 *	  Cells that the centres of places are sorted into, and how many places
 *	  can have their centre in each.
 *
 * A place belongs to the cell in which the centre of its least enclosing
 * circle lies.  All homes of the places of a cell stand within the cell's outer
 * circle, so there are at most (homes in the outer circle) / min_homes of them,
 * rounded down: in thin country one or two.  The same goes for blocks of 2 x 2,
 * 4 x 4 and 8 x 8 cells and for whole components (cells linked by points they
 * have in common), with the homes of the union, and never more than the limits
 * inside it add up to.  Cells, blocks and components are the regions.
 *
 * Cells that hold nothing to gain are left out: those whose outer circle has
 * too few homes, or only homes whose price is at least 1.
 */
#include "engine/bound/cells.h"

#include "engine/base/disjoint_sets.h"
#include "engine/base/sort.h"

/* Cells being made. */
typedef struct PlacesCellBuild
{
	PlacesCells *cells;
	const PlacesPoints *points;
	const PlacesKdTree *tree;
	const PlacesLooseRules *rules;
	const double *least;		/* per point: lower limit of its price */
	int		   *found;			/* scratch, a point each */
	int		   *stamp;			/* per point: the last region that counted it */
	double	   *inside;			/* per cell: what the regions so far add up to,
								 * in the first cell of each */
} PlacesCellBuild;

/* A cell, and the region of a level that it belongs to. */
typedef struct PlacesCellKey
{
	int			component;
	int64_t		column,
				row;
	int			cell;
} PlacesCellKey;

static void
AddCell(PlacesCellBuild *build, PlacesSquare square, int64_t column, int64_t row, double outer)
{
	PlacesCells *cells = build->cells;
	int			count = PointsInCircle(build->tree, square.x, square.y, outer, build->found);
	bool		gain = false;

	for (int i = 0; i < count && !gain; i++)
		gain = build->least[build->found[i]] < 1.0;
	if (!gain)
		return;
	if (cells->n == cells->max)
	{
		cells->max *= 2;
		cells->cells = HostRealloc(cells->cells, sizeof(PlacesCell) * (size_t) cells->max);
	}
	if (cells->nmembers + count > cells->max_members)
	{
		cells->max_members = Max(cells->nmembers + count, 2 * cells->max_members);
		cells->members = HostRealloc(cells->members, sizeof(int) * (size_t) cells->max_members);
	}
	cells->cells[cells->n++] = (PlacesCell) {
		.square = square, .column = column, .row = row, .first = cells->nmembers, .count = count,
		.x = square.x, .y = square.y
	};
	memcpy(cells->members + cells->nmembers, build->found, sizeof(int) * (size_t) count);
	cells->nmembers += count;
}

/* The cells in a square of 2^level cells a side, at a column and row of such squares. */
static void
DivideSquare(PlacesCellBuild *build, PlacesSquare square, int level, int64_t column, int64_t row)
{
	double		need = build->rules->min_homes;
	double		outer = OuterRadius(build->rules, square);

	HostCheckCancel();
	if (WeightInCircle(build->tree, square.x, square.y, outer, need) < need)
		return;
	if (level == 0)
		AddCell(build, square, column, row, outer);
	for (int i = 0; i < 4 && level > 0; i++)
		DivideSquare(build, QuarterSquare(square, i), level - 1, 2 * column + (i & 1), 2 * row + (i >> 1));
}

/* How many whole places so many homes allow. */
static double
PlaceLimit(double homes, double need)
{
	return floor(homes / need * (1.0 + 1e-9) + 1e-9);
}

/* Label cells by component: cells with a point in common. */
static void
LinkCells(const PlacesCells *cells, int npoints, int *label)
{
	int		   *owner = HostNew(int, npoints);	/* a cell of each point */

	for (int i = 0; i < npoints; i++)
		owner[i] = -1;
	InitSets(label, cells->n);
	for (int i = 0; i < cells->n; i++)
	{
		const int  *member = cells->members + cells->cells[i].first;

		HostCheckCancel();
		for (int j = 0; j < cells->cells[i].count; j++)
		{
			if (owner[member[j]] < 0)
				owner[member[j]] = i;
			else
				JoinSets(label, owner[member[j]], i);
		}
	}
	for (int i = 0; i < cells->n; i++)
		label[i] = FindSet(label, i);
	HostFree(owner);
}

static int
CompareRegions(const PlacesCellKey *a, const PlacesCellKey *b)
{
	if (a->component != b->component)
		return a->component < b->component ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return 0;
}

static int
CompareKeys(const void *a, const void *b)
{
	const PlacesCellKey *p = a;
	const PlacesCellKey *q = b;

	return CompareRegions(p, q) != 0 ? CompareRegions(p, q) : p->cell - q->cell;
}

/* Make a region of n cells. */
static void
AddRegion(PlacesCellBuild *build, const PlacesCellKey *keys, int n, int level)
{
	PlacesCells *cells = build->cells;
	int			region = cells->nregions++;
	double		homes = 0.0;
	double		inside = 0.0;
	double		limit;

	for (int i = 0; i < n; i++)
	{
		const PlacesCell *cell = &cells->cells[keys[i].cell];
		const int  *member = cells->members + cell->first;

		HostCheckCancel();
		inside += build->inside[keys[i].cell];
		for (int j = 0; j < cell->count; j++)
		{
			if (build->stamp[member[j]] != region)
				homes += build->points->w[member[j]];
			build->stamp[member[j]] = region;
		}
	}
	limit = Min(PlaceLimit(homes, build->rules->min_homes), inside);
	cells->most[region] = limit;
	for (int i = 0; i < n; i++)
	{
		cells->cells[keys[i].cell].region[level] = region;
		build->inside[keys[i].cell] = i == 0 ? limit : 0.0;
	}
}

/* The regions of one level: blocks of 2^level cells a side, at last the components. */
static void
AddLevel(PlacesCellBuild *build, int level, const int *component, PlacesCellKey *keys)
{
	const PlacesCells *cells = build->cells;
	bool		last = level == REGION_LEVELS - 1;
	int			start = 0;

	for (int i = 0; i < cells->n; i++)
		keys[i] = (PlacesCellKey) {
			component[i], last ? 0 : cells->cells[i].column >> level, last ? 0 : cells->cells[i].row >> level, i
		};
	SortItems(keys, cells->n, sizeof(PlacesCellKey), CompareKeys);
	for (int i = 1; i <= cells->n; i++)
	{
		if (i < cells->n && CompareRegions(&keys[i], &keys[start]) == 0)
			continue;
		AddRegion(build, keys + start, i - start, level);
		start = i;
	}
}

static void
MakeRegions(PlacesCellBuild *build)
{
	PlacesCells *cells = build->cells;
	int			npoints = build->points->n;
	PlacesCellKey *keys = HostNew(PlacesCellKey, cells->n);
	int		   *component = HostNew(int, cells->n);

	LinkCells(cells, npoints, component);
	cells->most = HostNew(double, (size_t) cells->n * REGION_LEVELS);
	build->stamp = HostNew(int, npoints);
	build->inside = HostNew(double, cells->n);
	for (int i = 0; i < npoints; i++)
		build->stamp[i] = -1;
	for (int i = 0; i < cells->n; i++)
		build->inside[i] = INFINITY;
	for (int level = 0; level < REGION_LEVELS; level++)
		AddLevel(build, level, component, keys);
	HostFree(keys);
	HostFree(component);
	HostFree(build->stamp);
	HostFree(build->inside);
}

#ifdef PLACES_ASSERTS
/*
 * The first regions are the cells, each region lies within one of the next
 * level, and that one holds no more places than those inside it may.
 */
static void
AssertCheckRegions(const PlacesCells *cells)
{
	double	   *inside = HostNewZero(double, cells->nregions);
	int		   *around = HostNewZero(int, cells->nregions);

	for (int i = 0; i < cells->n; i++)
	{
		const int  *region = cells->cells[i].region;

		Assert(region[0] < cells->n);
		for (int level = 1; level < REGION_LEVELS; level++)
		{
			int			r = region[level - 1];

			Assert(region[level] > r && region[level] < cells->nregions);
			Assert(around[r] == 0 || around[r] == region[level]);
			if (around[r] == 0)
				inside[region[level]] += cells->most[r];
			around[r] = region[level];
		}
	}
	for (int r = cells->n; r < cells->nregions; r++)
		Assert(cells->most[r] >= 1.0 && cells->most[r] <= inside[r]);
	HostFree(around);
	HostFree(inside);
}
#endif

/*
 * The cells that matter for points, which the tree is over: squares of the given
 * half side (metres).  least is the lower limit of each point's price.
 */
PlacesCells *
MakeCells(const PlacesPoints *points, const PlacesKdTree *tree, const PlacesLooseRules *rules,
		  const double *least, double half)
{
	PlacesCells *cells = HostNewZero(PlacesCells, 1);
	PlacesCellBuild build = {cells, points, tree, rules, least, HostNew(int, points->n), NULL, NULL};
	PlacesSquare around = SquareAround(tree, rules);
	PlacesSquare square = {around.x, around.y, half};
	int			level = 0;

	cells->max = 64;
	cells->cells = HostNew(PlacesCell, cells->max);
	cells->max_members = 4096;
	cells->members = HostNew(int, cells->max_members);
	for (; square.half < around.half; level++)
		square.half *= 2.0;
	DivideSquare(&build, square, level, 0, 0);
	HostFree(build.found);
	MakeRegions(&build);
#ifdef PLACES_ASSERTS
	AssertCheckRegions(cells);
#endif
	return cells;
}

void
FreeCells(PlacesCells *cells)
{
	HostFree(cells->cells);
	HostFree(cells->members);
	HostFree(cells->most);
	HostFree(cells);
}
