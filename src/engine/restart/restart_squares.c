/*
 * restart_squares.c
 *	  Restart of balanced and kmeans, which leave nobody outside: places of least
 *	  sum of squares.
 *
 * Kept, new homes join the place with the nearest centroid, for balanced the
 * nearest with room.  Repaired, sizes are brought within their bounds by the
 * cheapest transfers between neighbours (balanced/rounding.c), for balanced; then
 * some rounds of the method go on from the centroids reached.  Where loads are shared out
 * they are put right in the same way, with few moves, then more (balanced/loads.c).
 *
 * Homes of fixed assignment are no points to the method: they are mass that their
 * centre has beforehand, in its size and in its centroid.  The solution from
 * scratch is made without regard to them first; each place with fixed homes then
 * is the cluster around it, and the method goes on with the fixed mass in place.
 */
#include "engine/restart/restart_squares.h"

#include "engine/balanced/balanced.h"
#include "engine/balanced/loads.h"
#include "engine/base/place_count.h"
#include "engine/base/kdtree_search.h"
#include "engine/kmeans/lloyd.h"
#include "engine/restart/from_scratch.h"
#include "engine/restart/own_bounds.h"

#define CANDIDATES		16		/* near places asked for room */
#define FIXED_ROUNDS	30		/* from a solution without regard to fixed homes */
#define LEAST_MOVE		1e-9	/* of a centre, as a share of the spread of a place */

/* The free points as the method sees them, and its centres: the labels in use. */
typedef struct PlacesFixedProblem
{
	int			k;				/* centres */
	int		   *name;			/* the label of each */
	int		   *number;			/* the centre of each label, or -1 */
	int		   *source;			/* what the free points are among all */
	PlacesPoints *free;
	PlacesKdTree *tree;			/* of them */
	PlacesCentres *centres;
} PlacesFixedProblem;

/* A block of more homes than a place may have is a place by itself. */
static bool
IsOversized(const PlacesRestart *r, int point)
{
	return r->rules->method == METHOD_BALANCED && r->points->w[point] > MostHomes(r);
}

/* What is done to a labelling so that loads are balanced. */
typedef enum PlacesLoadStep
{
	LOADS_CURE,					/* what is outside the bounds, and nothing else */
	LOADS_EXCHANGE,				/* and what lowers the sum of squares */
	LOADS_BALANCE				/* as from scratch */
} PlacesLoadStep;

/* Number the labels in use from 0, in place; name receives what they were.  Returns how many there are. */
static int
NumberLabels(int n, int *label, int *name)
{
	int			k = CountLabels(n, label);
	int		   *number = HostNew(int, k);
	int			used = 0;

	for (int j = 0; j < k; j++)
		number[j] = -1;
	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		if (label[i] < 0)
			continue;
		if (number[label[i]] < 0)
		{
			number[label[i]] = used;
			name[used++] = label[i];
		}
		label[i] = number[label[i]];
	}
	HostFree(number);
	return used;
}

/* Loads of a labelling, whose labels in use are numbered: what is to be shared out, and between which places. */
typedef struct PlacesLoadLabels
{
	PlacesLoadTask task;
	PlacesLoadPlace *own;
	int		   *label;			/* numbered */
	int		   *name;			/* the label of each number */
} PlacesLoadLabels;

/* With the bounds of homes of each label. */
static PlacesLoadLabels
NumberForLoads(const PlacesRestart *r, const PlacesOwnBounds *bounds, const int *label)
{
	int			n = r->points->n;
	int			k = CountLabels(n, label);
	PlacesLoadLabels l = {.label = HostNew(int, n), .name = HostNew(int, n), .own = HostNew(PlacesLoadPlace, k)};

	memcpy(l.label, label, sizeof(int) * (size_t) n);
	l.task = (PlacesLoadTask) {.points = r->points, .rules = r->rules, .own = l.own, .stays = r->fixed};
	l.task.k = NumberLabels(n, l.label, l.name);
	for (int j = 0; j < l.task.k; j++)
		l.own[j] = (PlacesLoadPlace) {bounds[l.name[j]].low, bounds[l.name[j]].high, ShareOf(r->incumbent, l.name[j])};
	return l;
}

static void
FreeLoadLabels(PlacesLoadLabels *l)
{
	HostFree(l->label);
	HostFree(l->name);
	HostFree(l->own);
}

/* Balance the loads of a labelling; fixed homes stay. */
static void
ShareOutLoads(const PlacesRestart *r, PlacesLoadStep step, int *label)
{
	PlacesShape *shapes;
	PlacesOwnBounds *bounds;
	PlacesLoadLabels l;
	int			k;

	if (!BalancesLoads(r->rules))
		return;
	k = CountLabels(r->points->n, label);
	shapes = MeasureShapes(r->points, label, k);
	bounds = OwnBounds(r, shapes, k);
	l = NumberForLoads(r, bounds, label);
	FreeShapes(shapes, k);
	HostFree(bounds);
	if (step == LOADS_BALANCE)
		BalanceLoads(&l.task, l.label);
	else
		RepairLoads(&l.task, step == LOADS_EXCHANGE, l.label);
	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0)
			label[i] = l.name[l.label[i]];
	FreeLoadLabels(&l);
}

/* Loads outside their bounds, in homes of a mean place; the bounds are those of homes of each label. */
static double
Unbalanced(const PlacesRestart *r, const PlacesOwnBounds *bounds, const int *label)
{
	PlacesLoadLabels l;
	double		unbalanced;

	if (!BalancesLoads(r->rules))
		return 0;
	l = NumberForLoads(r, bounds, label);
	unbalanced = LoadViolation(&l.task, l.label);
	FreeLoadLabels(&l);
	return unbalanced;
}

/*
 * The violation is homes outside the bounds, for kmeans the number of places; for
 * balanced too where the rules say how many there are, in homes of a mean place.
 */
PlacesObjective
ObjectiveOfSquares(const PlacesRestart *r, const int *label)
{
	int			k = CountLabels(r->points->n, label);
	PlacesShape *shapes = JudgedShapes(r, label, k);
	PlacesOwnBounds *own = OwnBounds(r, shapes, k);
	PlacesObjective objective = {.kept = KeptBy(r, shapes, k), .unbalanced = Unbalanced(r, own, label)};
	int			used = 0;

	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0)
		{
			double		x,
						y;

			HostCheckCancelAt(i);
			ShapeCentre(&shapes[label[i]], &x, &y);
			x -= r->points->x[i];
			y -= r->points->y[i];
			objective.squares += r->points->w[i] * (x * x + y * y);
		}
	for (int j = 0; j < k; j++)
		if (shapes[j].points > 0)
		{
			used++;
			objective.violation += Max(0, own[j].low - shapes[j].homes);
			if (shapes[j].points > 1)
				objective.violation += Max(0, shapes[j].homes - own[j].high);
		}
	if (r->rules->method == METHOD_KMEANS)
		objective.violation = abs(used - WantedPlaces(r->rules, r->points));
	else if (r->rules->k > 0)
		objective.violation += abs(used - WantedPlaces(r->rules, r->points)) * r->points->homes / r->rules->k;
	FreeShapes(shapes, k);
	HostFree(own);
	return objective;
}

/* Number the labels in use, but for those of oversized blocks. */
static void
NameCentres(const PlacesRestart *r, const int *label, int k, PlacesFixedProblem *task)
{
	task->number = HostNew(int, k);
	task->name = HostNew(int, k);
	for (int j = 0; j < k; j++)
		task->number[j] = -1;
	for (int i = 0; i < r->points->n; i++)
		if (label[i] >= 0 && !(IsOversized(r, i) && !r->fixed[i]))
			task->number[label[i]] = 0;
	for (int j = 0; j < k; j++)
		if (task->number[j] == 0)
		{
			task->name[task->k] = j;
			task->number[j] = task->k++;
		}
}

/* The bounds of each centre, as shares of those of the rules; without an upper one, of all homes. */
static void
ShareBounds(const PlacesRestart *r, const PlacesShape *shapes, int k, PlacesFixedProblem *task)
{
	PlacesOwnBounds *own = OwnBounds(r, shapes, k);
	double		most = Min(MostHomes(r), r->points->homes);

	task->centres->low_share = HostNew(double, task->k);
	task->centres->high_share = HostNew(double, task->k);
	for (int j = 0; j < task->k; j++)
	{
		PlacesOwnBounds bounds = own[task->name[j]];

		/* rounded to the side on which a whole number is one */
		task->centres->low_share[j] = bounds.low == LeastHomes(r) ? 1 : bounds.low / LeastHomes(r) * (1 - SIZE_ROUNDING);
		task->centres->high_share[j] = bounds.high == most || isinf(bounds.high) ? 1 : bounds.high / most * (1 + SIZE_ROUNDING);
	}
	HostFree(own);
}

/* Centres at the centroids of a labelling, with the homes fixed to them. */
static void
PlaceCentres(const PlacesRestart *r, const int *label, int k, PlacesFixedProblem *task)
{
	PlacesShape *shapes = MeasureShapes(r->points, label, k);
	PlacesSums *fixed = NewSums(task->k);

	task->centres = NewCentres(task->k);
	for (int j = 0; j < task->k; j++)
		ShapeCentre(&shapes[task->name[j]], &task->centres->x[j], &task->centres->y[j]);
	for (int i = 0; i < r->points->n; i++)
		if (r->fixed[i] && label[i] >= 0)
		{
			int			j = task->number[label[i]];

			Assert(j >= 0);
			fixed->w[j] += r->points->w[i];
			fixed->wx[j] += r->points->w[i] * r->points->x[i];
			fixed->wy[j] += r->points->w[i] * r->points->y[i];
		}
	task->centres->fixed = fixed;
	if (r->incumbent->share != NULL || r->incumbent->kept != NULL)
		ShareBounds(r, shapes, k, task);
	FreeShapes(shapes, k);
}

static PlacesFixedProblem
NewTask(const PlacesRestart *r, const int *label)
{
	PlacesFixedProblem	task = {0};
	int			k = CountLabels(r->points->n, label);

	NameCentres(r, label, k, &task);
	PlaceCentres(r, label, k, &task);
	task.source = HostNew(int, r->points->n);
	for (int i = 0; i < r->points->n; i++)
		task.source[i] = !r->fixed[i] && !IsOversized(r, i);
	task.free = SelectPoints(r->points, task.source, task.source);
	task.tree = BuildKdTree(task.free);
	return task;
}

static void
FreeTask(PlacesFixedProblem *task)
{
	FreeKdTree(task->tree);
	FreePoints(task->free);
	FreeCentres(task->centres);
	HostFree(task->name);
	HostFree(task->number);
	HostFree(task->source);
}

static void
MoveMeans(const PlacesKdTree *tree, PlacesCentres *centres, int rounds)
{
	PlacesLloyd *lloyd = NewLloyd(tree, centres->k, LEAST_MOVE);

	if (rounds > 0)
		LloydRounds(lloyd, centres, rounds);
	FreeLloyd(lloyd);
}

/*
 * Go on from a labelling: rounds of the method, or 0 to bring sizes within bounds
 * only.  Fixed homes and oversized blocks stay, all others are in some place
 * before and after.
 */
static void
ContinueMethod(const PlacesRestart *r, int rounds, int *label)
{
	PlacesFixedProblem	task = NewTask(r, label);
	int		   *tree_label = HostNew(int, task.free->n);
	double		most = task.centres->high_share ? Min(MostHomes(r), r->points->homes) : MostHomes(r);

	for (int i = 0; i < task.free->n; i++)
	{
		int			old = label[task.source[task.tree->point[i]]];

		HostCheckCancelAt(i);
		Assert(old >= 0 && task.number[old] >= 0);	/* all outside are fixed */
		tree_label[i] = task.number[old];
	}
	if (task.free->homes > 0 && task.k > 0)
	{
		if (r->rules->method == METHOD_KMEANS)
		{
			MoveMeans(task.tree, task.centres, rounds);
			AssignPass(task.tree, task.centres, tree_label, NULL);
		}
		else if (rounds > 0)
			BalanceFrom(task.tree, task.centres, r->points->whole, LeastHomes(r), most,
						rounds, tree_label);
		else
			BalanceLabels(task.tree, task.centres, r->points->whole, LeastHomes(r), most,
						  tree_label);
	}
	for (int i = 0; i < task.free->n; i++)
	{
		HostCheckCancelAt(i);
		Assert(tree_label[i] >= 0 && tree_label[i] < task.k);
		label[task.source[task.tree->point[i]]] = task.name[tree_label[i]];
	}
	HostFree(tree_label);
	FreeTask(&task);
}

/*
 * The nearest place with room for the point, or the nearest.  Coverage absorbs
 * homes otherwise (coverage/absorb.c): its places have a radius, and the homes
 * that none can take stay outside.
 */
static int
NearestRoom(const PlacesRestart *r, const PlacesKdTree *tree, const int *name,
			const PlacesShape *shapes, const PlacesOwnBounds *own, int point)
{
	int			found[CANDIDATES];
	int			n = NearestPoints(tree, r->points->x[point], r->points->y[point], CANDIDATES, found);

	Assert(n > 0);				/* there is a place, or nothing would be known of one */
	for (int i = 0; i < n; i++)
		if (shapes[name[found[i]]].homes + r->points->w[point] <= own[name[found[i]]].high)
			return name[found[i]];
	return name[found[0]];
}

/*
 * Every home stays, new ones join.  So does a new oversized block, which should be
 * a place by itself and which no repair moves: then the violation asks for the
 * solution from scratch.
 */
void
KeepSquares(const PlacesRestart *r, int *label)
{
	int			k = r->incumbent->places;
	PlacesShape *shapes;
	PlacesOwnBounds *own;
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);
	int		   *name = HostNew(int, k);
	int			n = 0;
	PlacesKdTree *tree;

	LabelAsIncumbent(r, label);
	shapes = MeasureShapes(r->points, label, k);
	own = OwnBounds(r, shapes, k);
	for (int j = 0; j < k; j++)
		if (shapes[j].points > 0)
		{
			ShapeCentre(&shapes[j], &x[n], &y[n]);
			name[n++] = j;
		}
	tree = BuildPlainTree(n, x, y);
	for (int i = 0; i < r->points->n; i++)
		if (label[i] < 0 && !r->fixed[i])
		{
			HostCheckCancel();
			label[i] = NearestRoom(r, tree, name, shapes, own, i);
			shapes[label[i]].homes += r->points->w[i];
		}
	FreeKdTree(tree);
	FreeShapes(shapes, k);
	HostFree(own);
	HostFree(x);
	HostFree(y);
	HostFree(name);
}

/* The cluster with the nearest centre that is no fixed place yet; -1 when all are. */
static int
NearestCluster(const PlacesShape *clusters, int k, const bool *taken, double x, double y)
{
	double		least = INFINITY;
	int			nearest = -1;

	for (int j = 0; j < k; j++)
	{
		double		dx,
					dy;

		if (taken[j] || clusters[j].points == 0)
			continue;
		ShapeCentre(&clusters[j], &dx, &dy);
		dx -= x;
		dy -= y;
		if (dx * dx + dy * dy < least)
		{
			least = dx * dx + dy * dy;
			nearest = j;
		}
	}
	return nearest;
}

/*
 * Each place with fixed homes, or a share of its own, is the cluster where it was, and
 * has those homes; the others are new.
 */
static void
NameFixed(const PlacesRestart *r, int *label)
{
	int			n = r->points->n;
	int			old = r->incumbent->places;
	int			k = CountLabels(n, label);
	int		   *was = HostNew(int, n);
	int		   *becomes = HostNew(int, k);
	bool	   *taken = HostNewZero(bool, k);
	bool	   *fixes = HostNewZero(bool, old);
	PlacesShape *clusters = MeasureShapes(r->points, label, k);
	PlacesShape *places;

	LabelAsIncumbent(r, was);
	for (int i = 0; i < n; i++)
		if (r->fixed[i] && !r->pinned_outside[i])
			fixes[was[i]] = true;
	places = MeasureShapes(r->points, was, old);
	for (int j = 0; j < old; j++)
		fixes[j] = fixes[j] || (places[j].points > 0 && ShareOf(r->incumbent, j) != 1);
	for (int j = 0; j < k; j++)
		becomes[j] = old + j;
	for (int j = 0; j < old; j++)
	{
		double		x,
					y;
		int			cluster;

		if (!fixes[j])
			continue;
		HostCheckCancel();
		ShapeCentre(&places[j], &x, &y);
		cluster = NearestCluster(clusters, k, taken, x, y);
		if (cluster < 0)
			break;
		taken[cluster] = true;
		becomes[cluster] = j;
	}
	for (int i = 0; i < n; i++)
		if (r->fixed[i])
			label[i] = was[i];
		else if (label[i] >= 0)
			label[i] = becomes[label[i]];
	FreeShapes(clusters, k);
	FreeShapes(places, old);
	HostFree(was);
	HostFree(becomes);
	HostFree(taken);
	HostFree(fixes);
}

/* The solution from scratch, around the fixed assignments. */
void
ResolveSquares(const PlacesRestart *r, int *label)
{
	int		   *chosen = HostNew(int, r->points->n);
	PlacesRules rules = *r->rules;
	bool		names = r->nfixed > 0 || r->incumbent->share != NULL;
	int			first = names ? 0 : r->incumbent->places;	/* all are new */

	if (r->incumbent->share != NULL)
		rules.k = CountWithShares(r);

	for (int i = 0; i < r->points->n; i++)
	{
		HostCheckCancelAt(i);
		chosen[i] = !r->pinned_outside[i];
		label[i] = chosen[i] ? first : -1;	/* one place, if they are of no weight */
	}
	ClusterSome(r->points, &rules, chosen, first, label);
	if (names)
	{
		NameFixed(r, label);
		ContinueMethod(r, FIXED_ROUNDS, label);
		ShareOutLoads(r, LOADS_BALANCE, label);
	}
	HostFree(chosen);
}

/*
 * First what the bounds demand; then a round of the method, then some.  Rounds of the
 * method know no loads: where these are balanced, exchanges and prices do as much.
 */
void
RepairSquares(const PlacesRestart *r, int attempt, const int *resolved, int *label)
{
	static const int rounds[REPAIR_ATTEMPTS] = {0, 1, 4};
	static const PlacesLoadStep steps[REPAIR_ATTEMPTS] = {LOADS_CURE, LOADS_EXCHANGE, LOADS_BALANCE};

	(void) resolved;
	ContinueMethod(r, BalancesLoads(r->rules) ? 0 : rounds[attempt], label);
	ShareOutLoads(r, steps[attempt], label);
}
