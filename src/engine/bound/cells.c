/*
 * cells.c
 *	  Squares that the centres of places are sorted into, and how many places
 *	  can have their centre in each.
 *
 * A place belongs to the square in which the centre of its least enclosing
 * circle lies.  All homes of the places of a square stand within the square's
 * outer circle, so there are at most (homes in the outer circle) / min_homes
 * of them, rounded down: in thin country one or two.  The same goes for
 * blocks of 2 x 2, 4 x 4 ... squares and for whole components (squares linked
 * by points they have in common), with the homes of the union, and never more
 * than the limits inside it add up to.
 *
 * Squares that hold nothing to gain are left out: those whose outer circle
 * has too few homes, or only homes whose price is at least 1.
 */
#include "engine/bound/cells.h"

#include "engine/base/sort.h"
#include "engine/bound/reach.h"

typedef struct CellMaker
{
	PlacesBoundCells *cells;
	const PlacesBoundIndex *index;
	const PlacesBoundRules *rules;
	const double *least;
	int		   *list;			/* scratch, a point each */
} CellMaker;

static void
AddCell(CellMaker *maker, double x, double y, int64_t ix, int64_t iy, double outer)
{
	PlacesBoundCells *cells = maker->cells;
	PlacesBoundCell *cell;
	int			count = BoundIndexList(maker->index, x, y, outer, maker->list);
	bool		gain = false;
	int			i;

	for (i = 0; i < count && !gain; i++)
		gain = maker->least[maker->list[i]] < 1.0;
	if (!gain)
		return;
	if (cells->ncell == cells->maxcell)
	{
		cells->maxcell *= 2;
		cells->cell = HostRealloc(cells->cell, sizeof(PlacesBoundCell) * (size_t) cells->maxcell);
	}
	while (cells->nmember + count > cells->maxmember)
	{
		cells->maxmember *= 2;
		cells->member = HostRealloc(cells->member, sizeof(int) * (size_t) cells->maxmember);
	}
	cell = &cells->cell[cells->ncell++];
	memset(cell, 0, sizeof(PlacesBoundCell));
	cell->x = x;
	cell->y = y;
	cell->ix = ix;
	cell->iy = iy;
	cell->first = cells->nmember;
	cell->count = count;
	memcpy(cells->member + cells->nmember, maker->list, sizeof(int) * (size_t) count);
	cells->nmember += count;
}

/* the square of half side h = 2^level * cells->half at column ix, row iy */
static void
MakeSquare(CellMaker *maker, double x, double y, double h, int level, int64_t ix, int64_t iy)
{
	double		outer = (maker->rules->radius + h * M_SQRT2) * (1.0 + 1e-12) + maker->rules->slack;
	int			i;

	HostCheckCancel();
	if (BoundIndexWeight(maker->index, x, y, outer, maker->rules->need) < maker->rules->need)
		return;
	if (level == 0)
	{
		AddCell(maker, x, y, ix, iy, outer);
		return;
	}
	for (i = 0; i < 4; i++)
		MakeSquare(maker, x + (i & 1 ? h : -h) / 2, y + (i & 2 ? h : -h) / 2, h / 2, level - 1,
				   2 * ix + (i & 1), 2 * iy + (i >> 1));
}

/* whole places that so many homes allow */
static double
PlaceLimit(double homes, double need)
{
	return floor(homes / need * (1.0 + 1e-9) + 1e-9);
}

/* label cells by component: squares with a point in common */
static void
LabelComponents(const PlacesBoundCells *cells, int npoints, int *label)
{
	int		   *owner = HostNew(int, npoints);
	int			i;
	int64_t		k;

	for (i = 0; i < npoints; i++)
		owner[i] = -1;
	for (i = 0; i < cells->ncell; i++)
		label[i] = i;
	for (i = 0; i < cells->ncell; i++)
	{
		const PlacesBoundCell *cell = &cells->cell[i];

		HostCheckCancel();
		for (k = cell->first; k < cell->first + cell->count; k++)
		{
			int			p = cells->member[k];

			if (owner[p] < 0)
				owner[p] = i;
			else
				label[BoundFindRoot(label, i)] = BoundFindRoot(label, owner[p]);
		}
	}
	for (i = 0; i < cells->ncell; i++)
		label[i] = BoundFindRoot(label, i);
	HostFree(owner);
}

typedef struct CellKey
{
	int64_t		kx;
	int64_t		ky;
	int			cell;
} CellKey;

static int
CompareKeys(const void *a, const void *b)
{
	const CellKey *ka = a;
	const CellKey *kb = b;

	if (ka->kx != kb->kx)
		return ka->kx < kb->kx ? -1 : 1;
	if (ka->ky != kb->ky)
		return ka->ky < kb->ky ? -1 : 1;
	return ka->cell - kb->cell;
}

/* make a region of the cells key[0 .. n - 1] */
static void
AddRegion(CellMaker *maker, const CellKey *key, int n, int level, int *stamp, int now,
		  double *sofar)
{
	PlacesBoundCells *cells = maker->cells;
	double		homes = 0.0;
	double		inside = 0.0;
	double		limit;
	int			i;
	int64_t		k;

	for (i = 0; i < n; i++)
	{
		const PlacesBoundCell *cell = &cells->cell[key[i].cell];

		HostCheckCancel();
		inside += sofar[key[i].cell];
		for (k = cell->first; k < cell->first + cell->count; k++)
		{
			int			p = cells->member[k];

			if (stamp[p] != now)
				homes += maker->index->weight[p];
			stamp[p] = now;
		}
	}
	limit = PlaceLimit(homes, maker->rules->need);
	limit = limit < inside ? limit : inside;
	cells->most[cells->nregion] = limit;
	for (i = 0; i < n; i++)
	{
		cells->cell[key[i].cell].region[level] = cells->nregion;
		sofar[key[i].cell] = i == 0 ? limit : 0.0;
	}
	cells->nregion++;
}

/* regions of one level: blocks of 2^level squares a side, or components */
static void
MakeLevel(CellMaker *maker, int level, CellKey *key, int *stamp, int *now, double *sofar)
{
	int			n = maker->cells->ncell;
	int			i;
	int			start = 0;

	SortItems(key, n, sizeof(CellKey), CompareKeys);
	for (i = 1; i <= n; i++)
	{
		if (i < n && key[i].kx == key[start].kx && key[i].ky == key[start].ky)
			continue;
		AddRegion(maker, key + start, i - start, level, stamp, (*now)++, sofar);
		start = i;
	}
}

static void
MakeRegions(CellMaker *maker)
{
	PlacesBoundCells *cells = maker->cells;
	int			npoints = maker->index->points->n;
	CellKey    *key = HostNew(CellKey, cells->ncell);
	int		   *label = HostNew(int, cells->ncell);
	int		   *stamp = HostNewZero(int, npoints);
	double	   *sofar = HostNew(double, cells->ncell);
	int			now = 1;
	int			level;
	int			i;

	LabelComponents(cells, npoints, label);
	cells->most = HostNew(double, (size_t) cells->ncell * PLACES_BOUND_LEVELS + 1);
	for (i = 0; i < cells->ncell; i++)
	{
		for (level = 0; level < PLACES_BOUND_LEVELS; level++)
			cells->cell[i].region[level] = -1;
		sofar[i] = INFINITY;
	}
	for (level = 0; level < PLACES_BOUND_LEVELS; level++)
	{
		bool		last = level == PLACES_BOUND_LEVELS - 1;

		for (i = 0; i < cells->ncell; i++)
		{
			key[i].cell = i;
			key[i].kx = last ? label[i] : cells->cell[i].ix >> level;
			key[i].ky = last ? 0 : cells->cell[i].iy >> level;
		}
		MakeLevel(maker, level, key, stamp, &now, sofar);
	}
	HostFree(key);
	HostFree(label);
	HostFree(stamp);
	HostFree(sofar);
}

/* the cells that matter, squares of the given half side */
PlacesBoundCells *
BoundCellsMake(const PlacesBoundIndex *index, const PlacesBoundRules *rules,
			   const double *least, double half)
{
	PlacesBoundCells *cells = HostNewZero(PlacesBoundCells, 1);
	const PlacesBoundNode *box = &index->node[0];
	CellMaker	maker = {cells, index, rules, least, HostNew(int, index->n)};
	double		h = half;
	int			level = 0;

	cells->half = half;
	cells->maxcell = 64;
	cells->cell = HostNew(PlacesBoundCell, cells->maxcell);
	cells->maxmember = 4096;
	cells->member = HostNew(int, cells->maxmember);
	while (2.0 * h < fmax(box->hi[0] - box->lo[0], box->hi[1] - box->lo[1]) * (1 + 1e-9) + rules->slack)
	{
		h *= 2.0;
		level++;
	}
	MakeSquare(&maker, (box->lo[0] + box->hi[0]) / 2, (box->lo[1] + box->hi[1]) / 2, h, level, 0, 0);
	HostFree(maker.list);
	MakeRegions(&maker);
	return cells;
}

void
BoundCellsFree(PlacesBoundCells *cells)
{
	HostFree(cells->cell);
	HostFree(cells->member);
	HostFree(cells->most);
	HostFree(cells);
}
