/*
 * restart_squares.c
 *	  Places of least sum of squares, with the last ones in mind: for the
 *	  methods balanced and kmeans, which leave nobody outside.
 *
 * Extended, new homes join the place with the nearest centroid, for balanced
 * the nearest with room.  Mended, sizes are brought within their bounds by the
 * cheapest transfers between neighbours (rounding.c), for balanced; then some
 * rounds of the method go on from the centroids reached.
 *
 * Held homes are no points to the method: they are mass that their centre has
 * beforehand, in its size and in its centroid.  The solution from scratch is
 * made without regard to them first; each place with held homes then is the
 * cluster around it, and the method goes on with the held mass in place.
 */
#include "engine/balanced/balanced.h"
#include "engine/balanced/rounding.h"
#include "engine/base/kdtree_search.h"
#include "engine/kmeans/kmeans.h"
#include "engine/kmeans/lloyd.h"
#include "engine/restart/restart.h"

#define CANDIDATES		16		/* near places asked for room */
#define HOLDING_ROUNDS	30		/* from a solution without regard to holds */
#define LEAST_MOVE		1e-9	/* of a centre, as a share of the spread of a place */

/* The free points as the method sees them, and its centres. */
typedef struct PlacesTask
{
	int			k;				/* centres */
	int		   *name;			/* the label of each */
	int		   *number;			/* the centre of each label, or -1 */
	int		   *source;			/* what the free points are among all */
	PlacesPoints *free;
	PlacesKdTree *tree;			/* of them */
	PlacesCentres *centres;
} PlacesTask;

static bool
IsTower(const PlacesWarm *w, int point)
{
	return w->rules->method == METHOD_BALANCED && w->points->w[point] > w->rules->max_homes;
}

static double
LeastHomes(const PlacesWarm *w)
{
	return w->points->whole ? ceil(w->rules->min_homes) : w->rules->min_homes;
}

static double
MostHomes(const PlacesWarm *w)
{
	if (w->rules->method == METHOD_KMEANS)
		return INFINITY;
	return w->points->whole ? floor(w->rules->max_homes) : w->rules->max_homes;
}

/* Sum of squares; the misfit is homes outside the bounds, for kmeans the number of places. */
PlacesMerit
MeritOfSquares(const PlacesWarm *w, const int *label)
{
	int			k = CountLabels(w->points->n, label);
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	PlacesMerit merit = {0};
	int			used = 0;

	for (int i = 0; i < w->points->n; i++)
		if (label[i] >= 0)
		{
			double		x,
						y;

			HostCheckCancelAt(i);
			ShapeCentre(&shapes[label[i]], &x, &y);
			x -= w->points->x[i];
			y -= w->points->y[i];
			merit.squares += w->points->w[i] * (x * x + y * y);
		}
	for (int j = 0; j < k; j++)
	{
		used += shapes[j].points > 0;
		merit.kept += IsFit(w, &shapes[j]) ? shapes[j].homes : 0;
		if (shapes[j].points > 0 && w->rules->method == METHOD_BALANCED)
			merit.misfit += Max(Max(0, LeastHomes(w) - shapes[j].homes),
								shapes[j].points > 1 ? Max(0, shapes[j].homes - MostHomes(w)) : 0);
	}
	if (w->rules->method == METHOD_KMEANS)
		merit.misfit = fabs(used - Max(1, round(w->points->homes / w->rules->target_homes)));
	FreeShapes(shapes, k);
	return merit;
}
/* Number the labels that are in use, but for those of towers. */
static void
NameCentres(const PlacesWarm *w, const int *label, int k, PlacesTask *task)
{
	task->number = HostNew(int, k);
	task->name = HostNew(int, k);
	for (int j = 0; j < k; j++)
		task->number[j] = -1;
	for (int i = 0; i < w->points->n; i++)
		if (label[i] >= 0 && !(IsTower(w, i) && !w->held[i]))
			task->number[label[i]] = 0;
	for (int j = 0; j < k; j++)
		if (task->number[j] == 0)
		{
			task->name[task->k] = j;
			task->number[j] = task->k++;
		}
}

/* Centres at the centroids of a labelling, with what they hold. */
static void
PlaceCentres(const PlacesWarm *w, const int *label, int k, PlacesTask *task)
{
	PlacesShape *shapes = MeasureShapes(w->points, label, k);
	PlacesSums *held = NewSums(task->k);

	task->centres = NewCentres(task->k);
	for (int j = 0; j < task->k; j++)
		ShapeCentre(&shapes[task->name[j]], &task->centres->x[j], &task->centres->y[j]);
	for (int i = 0; i < w->points->n; i++)
		if (w->held[i] && label[i] >= 0)
		{
			int			j = task->number[label[i]];

			Assert(j >= 0);
			held->w[j] += w->points->w[i];
			held->wx[j] += w->points->w[i] * w->points->x[i];
			held->wy[j] += w->points->w[i] * w->points->y[i];
		}
	task->centres->fixed = held;
	FreeShapes(shapes, k);
}

static PlacesTask
NewTask(const PlacesWarm *w, const int *label)
{
	PlacesTask	task = {0};
	int			k = CountLabels(w->points->n, label);

	NameCentres(w, label, k, &task);
	PlaceCentres(w, label, k, &task);
	task.source = HostNew(int, w->points->n);
	for (int i = 0; i < w->points->n; i++)
		task.source[i] = !w->held[i] && !IsTower(w, i);
	task.free = SelectPoints(w->points, task.source, task.source);
	task.tree = BuildKdTree(task.free);
	return task;
}

static void
FreeTask(PlacesTask *task)
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

/* Go on from a labelling: rounds of the method, or 0 to bring sizes within bounds only. */
static void
Continue(const PlacesWarm *w, int rounds, int *label)
{
	PlacesTask	task = NewTask(w, label);
	int		   *tree_label = HostNew(int, task.free->n);

	for (int i = 0; i < task.free->n; i++)
	{
		int			old = label[task.source[task.tree->point[i]]];

		HostCheckCancelAt(i);
		Assert(old >= 0 && task.number[old] >= 0);	/* nobody is outside but who is held */
		tree_label[i] = task.number[old];
	}
	if (task.free->homes > 0 && task.k > 0)
	{
		if (w->rules->method == METHOD_KMEANS)
		{
			MoveMeans(task.tree, task.centres, rounds);
			AssignPass(task.tree, task.centres, NULL, tree_label, NULL);
		}
		else if (rounds > 0)
			BalanceFrom(task.tree, task.centres, w->points->whole, LeastHomes(w), MostHomes(w),
						rounds, tree_label);
		else
			BalanceLabels(task.tree, task.centres, w->points->whole, LeastHomes(w), MostHomes(w),
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

/* The nearest place with room for the point, or the nearest. */
static int
NearestRoom(const PlacesWarm *w, const PlacesKdTree *tree, const int *name,
			const PlacesShape *shapes, int point)
{
	int			found[CANDIDATES];
	int			n = NearestPoints(tree, w->points->x[point], w->points->y[point], CANDIDATES, found);

	Assert(n > 0);				/* there is a place, or nothing would be known of one */
	for (int i = 0; i < n; i++)
		if (shapes[name[found[i]]].homes + w->points->w[point] <= MostHomes(w))
			return name[found[i]];
	return name[found[0]];
}

/*
 * Old homes stay, new ones join.  A tower is a place by itself, the old one of
 * its own if it had one.
 */
void
ExtendSquares(const PlacesWarm *w, int *label)
{
	int			k = w->past->places;
	PlacesShape *shapes;
	double	   *x = HostNew(double, k);
	double	   *y = HostNew(double, k);
	int		   *name = HostNew(int, k);
	int			n = 0;
	PlacesKdTree *tree;

	for (int i = 0; i < w->points->n; i++)
		label[i] = w->far[i] ? -1 : w->past->place[i];
	shapes = MeasureShapes(w->points, label, k);
	for (int j = 0; j < k; j++)
		if (shapes[j].points > 0)
		{
			ShapeCentre(&shapes[j], &x[n], &y[n]);
			name[n++] = j;
		}
	tree = BuildPlainTree(n, x, y);
	for (int i = 0; i < w->points->n; i++)
		if (label[i] < 0 && !w->held[i])
		{
			HostCheckCancel();
			label[i] = NearestRoom(w, tree, name, shapes, i);
			shapes[label[i]].homes += w->points->w[i];
		}
	FreeKdTree(tree);
	FreeShapes(shapes, k);
	HostFree(x);
	HostFree(y);
	HostFree(name);
}

/* The cluster with the nearest centre that is no held place yet; -1 when all are. */
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

/* Each place that holds somebody is the cluster where it was, and has those it holds. */
static void
NameHeld(const PlacesWarm *w, int *label)
{
	int			n = w->points->n;
	int			old = w->past->places;
	int			k = CountLabels(n, label);
	int		   *was = HostNew(int, n);
	int		   *becomes = HostNew(int, k);
	bool	   *taken = HostNewZero(bool, k);
	bool	   *holds = HostNewZero(bool, old);
	PlacesShape *clusters = MeasureShapes(w->points, label, k);
	PlacesShape *places;

	for (int i = 0; i < n; i++)
	{
		was[i] = w->far[i] ? -1 : w->past->place[i];
		if (w->held[i] && !w->far[i])
			holds[was[i]] = true;
	}
	places = MeasureShapes(w->points, was, old);
	for (int j = 0; j < k; j++)
		becomes[j] = old + j;
	for (int j = 0; j < old; j++)
	{
		double		x,
					y;
		int			cluster;

		if (!holds[j])
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
		if (w->held[i])
			label[i] = was[i];
		else if (label[i] >= 0)
			label[i] = becomes[label[i]];
	FreeShapes(clusters, k);
	FreeShapes(places, old);
	HostFree(was);
	HostFree(becomes);
	HostFree(taken);
	HostFree(holds);
}

/* The solution from scratch, which heeds the holds. */
void
FreshSquares(const PlacesWarm *w, int *label)
{
	int			n = w->points->n;
	int		   *source = HostNew(int, n);
	int		   *found = HostNew(int, n);
	PlacesPoints *counted;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		source[i] = !w->far[i];
		label[i] = -1;
	}
	counted = SelectPoints(w->points, source, source);
	if (w->rules->method == METHOD_KMEANS)
		KMeansCluster(counted, w->rules, found);
	else
		BalancedCluster(counted, w->rules, found);
	for (int i = 0; i < counted->n; i++)
		label[source[i]] = found[i];
	if (w->nheld > 0)
	{
		NameHeld(w, label);
		Continue(w, HOLDING_ROUNDS, label);
	}
	FreePoints(counted);
	HostFree(source);
	HostFree(found);
}

/* First what the bounds demand; then a round of the method, then some. */
void
MendSquares(const PlacesWarm *w, int attempt, const int *fresh, int *label)
{
	static const int rounds[] = {0, 1, 4};

	(void) fresh;
	Continue(w, rounds[attempt], label);
}
