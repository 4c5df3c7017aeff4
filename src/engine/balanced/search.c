/*
 * search.c
 *	  Better centres for places of bounded size.
 *
 * Assignment and centroids in turn end near where they began: how many places a
 * town has, and how it is cut, is what the seeds made of it.  This is a
 * large-neighbourhood search (Shaw, "Using constraint programming and local search
 * methods to solve vehicle routing problems", CP-98).  A place and some of those
 * around it are taken apart and divided anew, from seeds by bisections whose cuts
 * are turned at random; what is better stays.  Then a place is taken from where it
 * costs little to where it gains much, each side divided anew with a place less, and
 * with one more, as the bounds allow; and so on until nothing helps.
 *
 * The homes are a coarse picture of them, whose cells may be divided.  Choices come from
 * a fixed sequence of pseudo-random numbers, and are made in terms of the places (the
 * nearest, the main axis), not of north and east.  The work is bounded.
 */
#include "engine/balanced/search.h"

#include "engine/balanced/alternation.h"
#include "engine/base/random.h"
#include "engine/base/sort.h"
#include "engine/kmeans/seeds.h"

#define LEAST_CHOSEN	2		/* places divided in a trial */
#define MOST_CHOSEN		8
#define MOST_AROUND		14		/* the same when one comes or goes */
#define SPREAD			(M_PI / 3)	/* of the cuts, on either side */
#define FIRST_ROUNDS	3		/* after which a trial must be near */
#define NEAR			1.1		/* what it is to beat, as a factor */
#define MORE_ROUNDS		6
#define ROUND_GAIN		5e-3	/* trials stop when a round gains less than this share */
#define LEAST_GAIN		1e-4	/* of the sum of squares of the places divided */
#define MOST_TRIED		8		/* places to take away, and to add, that are tried */
#define LEAST_HOPE		0.7		/* share of what is expected of a change that is of use */

/* A place: its cells, or parts of them. */
typedef struct PlacesCells
{
	int			n;
	int			room;
	int		   *cell;
	double	   *homes;
	double		all;			/* homes */
	double		x,				/* centroid */
				y;
	double		ss;
} PlacesCells;

typedef struct PlacesSearch
{
	const PlacesKdTree *tree;	/* its points are the cells */
	int			k;
	double		low,
				high;
	PlacesCells *places;
	int		   *failed;			/* trials around each place since one there has helped */
	uint64_t	draw;
	double		work;			/* cells, times rounds, that may still be divided */
	int		   *slot;			/* by cell: its number among those of a trial, or -1 */
	int		   *cell;			/* the cells of a trial */
	/* the places chosen, the first in the middle; one slot more for a new one */
	int			chosen[MOST_AROUND + 1];
	int			nchosen;
	double		homes;			/* of them */
	double		ss;
} PlacesSearch;

static void
AddCell(PlacesCells *place, int cell, double homes)
{
	if (place->n == place->room)
	{
		place->room = 2 * place->room + 32;
		place->cell = place->cell ? HostRealloc(place->cell, sizeof(int) * place->room) :
			HostNew(int, place->room);
		place->homes = place->homes ? HostRealloc(place->homes, sizeof(double) * place->room) :
			HostNew(double, place->room);
	}
	place->cell[place->n] = cell;
	place->homes[place->n++] = homes;
}

static void
MeasureCells(const PlacesSearch *s, PlacesCells *place)
{
	double		wx = 0;
	double		wy = 0;

	place->all = place->ss = 0;
	for (int i = 0; i < place->n; i++)
	{
		place->all += place->homes[i];
		wx += place->homes[i] * s->tree->x[place->cell[i]];
		wy += place->homes[i] * s->tree->y[place->cell[i]];
	}
	if (place->all <= 0)
		return;
	place->x = wx / place->all;
	place->y = wy / place->all;
	for (int i = 0; i < place->n; i++)
	{
		double		dx = s->tree->x[place->cell[i]] - place->x;
		double		dy = s->tree->y[place->cell[i]] - place->y;

		place->ss += place->homes[i] * (dx * dx + dy * dy);
	}
}

/*
 * The first so many of the chosen places become those of a flow, whose points are
 * cells of the trial.
 */
static void
TakePieces(PlacesSearch *s, const PlacesKdTree *tree, const PlacesFlow *flow, int k)
{
	for (int c = 0; c < k; c++)
		s->places[s->chosen[c]].n = 0;
	for (int i = 0; i < flow->npieces; i++)
	{
		const PlacesPiece *piece = &flow->pieces[i];

		if (piece->amount > 0)
			AddCell(&s->places[s->chosen[piece->place]], s->cell[tree->point[piece->point]],
					piece->amount);
	}
	for (int c = 0; c < k; c++)
	{
		MeasureCells(s, &s->places[s->chosen[c]]);
		s->failed[s->chosen[c]] = 0;
	}
}

/* Choose the place and so many less one of those nearest to it. */
static void
ChoosePlaces(PlacesSearch *s, int place, int wanted)
{
	PlacesRanked near[MOST_AROUND];

	s->nchosen = 0;
	s->homes = s->ss = 0;
	for (int j = 0; j < s->k; j++)
	{
		double		dx = s->places[j].x - s->places[place].x;
		double		dy = s->places[j].y - s->places[place].y;

		s->nchosen = OfferRanked(near, s->nchosen, wanted, j == place ? -1 : dx * dx + dy * dy, j);
	}
	for (int c = 0; c < s->nchosen; c++)
	{
		s->chosen[c] = near[c].item;
		s->homes += s->places[s->chosen[c]].all;
		s->ss += s->places[s->chosen[c]].ss;
	}
}

/* The cells of the chosen places, as points. */
static PlacesPoints *
GatherCells(PlacesSearch *s)
{
	PlacesPoints *points = HostNewZero(PlacesPoints, 1);
	int			most = 0;

	for (int c = 0; c < s->nchosen; c++)
		most += s->places[s->chosen[c]].n;
	points->x = HostNew(double, most);
	points->y = HostNew(double, most);
	points->w = HostNew(double, most);
	points->whole = s->tree->whole;
	for (int c = 0; c < s->nchosen; c++)
	{
		const PlacesCells *place = &s->places[s->chosen[c]];

		for (int i = 0; i < place->n; i++)
		{
			int			cell = place->cell[i];
			int			at = s->slot[cell];

			if (at < 0)
			{
				at = s->slot[cell] = points->n++;
				s->cell[at] = cell;
				points->x[at] = s->tree->x[cell];
				points->y[at] = s->tree->y[cell];
				points->w[at] = 0;
			}
			points->w[at] += place->homes[i];
			points->homes += place->homes[i];
		}
	}
	for (int i = 0; i < points->n; i++)
		s->slot[s->cell[i]] = -1;
	return points;
}

/*
 * Divide the chosen places anew, into k.  Returns the sum of squares, infinite where
 * it is not near what is to beat.  If it is below, the division stays.
 */
static double
Divide(PlacesSearch *s, int k, double beat, bool keep)
{
	PlacesPoints *points = GatherCells(s);
	PlacesKdTree *tree = BuildKdTree(points);
	PlacesCentres *centres = BisectionSeeds(tree, k, SPREAD, &s->draw);
	double		ss = INFINITY;

	s->work -= FIRST_ROUNDS * points->n;
	if (centres->k == k)
	{
		PlacesFlow *flow = AlternateFlow(tree, centres, s->low, s->high, FIRST_ROUNDS, ROUND_GAIN, false);

		ss = MoveCentres(tree, flow, centres, 1);
		if (ss < NEAR * beat)
		{
			FreeFlow(flow);
			flow = AlternateFlow(tree, centres, s->low, s->high, MORE_ROUNDS, ROUND_GAIN, false);
			s->work -= MORE_ROUNDS * points->n;
			ss = MoveCentres(tree, flow, centres, 1);
		}
		else
			ss = INFINITY;
		if (keep && ss < beat)
			TakePieces(s, tree, flow, k);
		FreeFlow(flow);
	}
	FreeCentres(centres);
	FreeKdTree(tree);
	FreePoints(points);
	return ss;
}

/* Divide the surroundings of each place anew until so many trials in a row have failed there. */
static void
DivideAll(PlacesSearch *s, int patience)
{
	int			idle = 0;

	for (int j = 0; s->work > 0 && idle < s->k; j = (j + 1) % s->k)
	{
		HostCheckCancel();
		if (s->failed[j] >= patience)
		{
			idle++;
			continue;
		}
		idle = 0;
		ChoosePlaces(s, j, Min(s->k, LEAST_CHOSEN +
							   (int) (DrawUniform(&s->draw) * (MOST_CHOSEN + 1 - LEAST_CHOSEN))));
		s->failed[j]++;
		Divide(s, s->nchosen, (1 - LEAST_GAIN) * s->ss, true);
	}
}

/* Some places divided anew into one less (-1) or one more (1). */
typedef struct PlacesChange
{
	int			chosen[MOST_AROUND];
	int			nchosen;
	uint64_t	draw;			/* the random numbers with which */
	double		ss;				/* added to the sum of squares; infinite: it cannot be */
} PlacesChange;

/*
 * Choose for a change around a place as many places as the bounds ask for, and one
 * to spare.  Returns what the change is expected to add to the sum of squares, since k
 * places have about 1/k of that of a single one; infinite if the bounds forbid it.
 */
static double
ChooseForChange(PlacesSearch *s, int place, int change)
{
	int			most = Min(s->k - 1, MOST_AROUND);

	for (int around = change < 0 ? 2 : 1; around <= most; around++)
	{
		ChoosePlaces(s, place, around);
		if (s->homes < (around + change) * s->low || s->homes > (around + change) * s->high)
			continue;
		ChoosePlaces(s, place, Min(around + 1, most));
		return -change * s->ss / (s->nchosen + change);
	}
	return INFINITY;
}

/* Places by what a change around each is expected to add. */
static PlacesRanked *
RankChanges(PlacesSearch *s, int change)
{
	PlacesRanked *rank = HostNew(PlacesRanked, s->k);

	for (int j = 0; j < s->k; j++)
	{
		HostCheckCancel();
		rank[j] = (PlacesRanked) {ChooseForChange(s, j, change), j};
	}
	SortRanked(rank, s->k);
	return rank;
}

/* Try the most promising changes; returns how many. */
static int
TryChanges(PlacesSearch *s, int change, const PlacesRanked *rank, PlacesChange *tried)
{
	int			n = 0;

	for (; n < Min(s->k, MOST_TRIED) && !isinf(rank[n].key); n++)
	{
		PlacesChange *c = &tried[n];

		HostCheckCancel();
		ChooseForChange(s, rank[n].item, change);
		memcpy(c->chosen, s->chosen, sizeof(c->chosen));
		c->nchosen = s->nchosen;
		c->draw = s->draw;
		c->ss = Divide(s, s->nchosen + change, s->ss + rank[n].key * (change < 0 ? 1 : LEAST_HOPE),
					   false) - s->ss;
	}
	return n;
}

/* Make a change that was tried.  With one more, the new place is `spare`; with one less, returns which is spare. */
static int
MakeChange(PlacesSearch *s, const PlacesChange *c, int change, int spare)
{
	memcpy(s->chosen, c->chosen, sizeof(c->chosen));
	s->nchosen = c->nchosen;
	s->draw = c->draw;
	s->chosen[s->nchosen] = spare;
	Divide(s, s->nchosen + change, INFINITY, true);
	return s->chosen[s->nchosen - 1];
}

static bool
AreApart(const PlacesChange *a, const PlacesChange *b)
{
	for (int i = 0; i < a->nchosen; i++)
		for (int j = 0; j < b->nchosen; j++)
			if (a->chosen[i] == b->chosen[j])
				return false;
	return true;
}

/* Make the best pair of changes that were tried; false if none lowers the sum of squares. */
static bool
MakeBestPair(PlacesSearch *s, const PlacesChange *less, int nless, const PlacesChange *more, int nmore)
{
	const PlacesChange *from = NULL;
	const PlacesChange *to = NULL;
	uint64_t	draw = s->draw;
	double		best = 0;
	int			spare;

	for (int j = 0; j < s->k; j++)
		best -= LEAST_GAIN * s->places[j].ss / s->k;
	for (int a = 0; a < nless; a++)
		for (int b = 0; b < nmore; b++)
			if (less[a].ss + more[b].ss < best && AreApart(&less[a], &more[b]))
			{
				best = less[a].ss + more[b].ss;
				from = &less[a];
				to = &more[b];
			}
	if (from == NULL)
		return false;
	spare = MakeChange(s, from, -1, -1);
	s->places[spare].n = 0;
	MakeChange(s, to, 1, spare);
	s->draw = draw;
	return true;
}

/* Take a place from where that costs least to where it gains most; false if that does not help. */
static bool
Relocate(PlacesSearch *s)
{
	PlacesChange less[MOST_TRIED];
	PlacesChange more[MOST_TRIED];
	PlacesRanked *rank_less = RankChanges(s, -1);
	PlacesRanked *rank_more = RankChanges(s, 1);
	bool		moved = false;

	if (LEAST_HOPE * rank_less[0].key + rank_more[0].key < 0)
	{
		int			nless = TryChanges(s, -1, rank_less, less);
		int			nmore = TryChanges(s, 1, rank_more, more);

		moved = MakeBestPair(s, less, nless, more, nmore);
	}
	HostFree(rank_less);
	HostFree(rank_more);
	return moved;
}

static PlacesSearch
StartSearch(const PlacesKdTree *tree, const PlacesFlow *flow, int k)
{
	PlacesSearch s = {.tree = tree, .k = k, .draw = 1};

	s.places = HostNewZero(PlacesCells, k);
	s.failed = HostNewZero(int, k);
	s.slot = HostNew(int, tree->n);
	s.cell = HostNew(int, tree->n);
	for (int i = 0; i < tree->n; i++)
	{
		HostCheckCancelAt(i);
		s.slot[i] = -1;
	}
	for (int i = 0; i < flow->npieces; i++)
	{
		HostCheckCancelAt(i);
		if (flow->pieces[i].amount > 0)
			AddCell(&s.places[flow->pieces[i].place], flow->pieces[i].point, flow->pieces[i].amount);
	}
	for (int j = 0; j < k; j++)
		MeasureCells(&s, &s.places[j]);
	return s;
}

static void
EndSearch(PlacesSearch *s, PlacesCentres *centres)
{
	for (int j = 0; j < s->k; j++)
	{
		PlacesCells *place = &s->places[j];

		if (place->all > 0)
		{
			centres->x[j] = place->x;
			centres->y[j] = place->y;
		}
		centres->price[j] = 0;
		if (place->room > 0)
		{
			HostFree(place->cell);
			HostFree(place->homes);
		}
	}
	HostFree(s->places);
	HostFree(s->failed);
	HostFree(s->slot);
	HostFree(s->cell);
}

/*
 * Move the centres, between which the flow has divided the tree's points, to better
 * ones; their prices are zero then.  patience is the number of trials in vain that
 * end those around a place, work that of points, times rounds, in all trials.
 */
void
SearchCentres(const PlacesKdTree *tree, const PlacesFlow *flow, PlacesCentres *centres,
			  double low, double high, int patience, double work)
{
	PlacesSearch s = StartSearch(tree, flow, centres->k);

	s.low = low;
	s.high = high;
	s.work = work;
	DivideAll(&s, patience);
	while (s.work > 0 && s.k > 2 && Relocate(&s))
		DivideAll(&s, patience);
	EndSearch(&s, centres);
}
