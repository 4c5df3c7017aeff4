/*
 * engine_fuzz.c
 *	  Random homes, rules and incumbents for every entry of the engine.
 *
 *		engine_fuzz SECONDS [SEED [FIRST]]
 *
 * Built without PostgreSQL and with sanitizers, as the unit tests are.  What is
 * handed in is all that ranges.h lets in, mostly at its edges: what the engine
 * never gets is not tried.  Beside what the sanitizers and assertions see, an
 * answer is held against its promises: every row with a location has a place,
 * homes add up, kept places keep the rules, the bound is one.
 *
 * Every case depends on the seed and its number alone; the one that fails is
 * named.  A process runs some cases and ends, since the engine leaves memory to
 * its caller's context, which there is none of here.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/circle.h"
#include "engine/base/assignment.h"
#include "engine/base/partitions.h"
#include "engine/base/ranges.h"
#include "engine/engine.h"

#define MOST			2000
#define CASES			100		/* for one process */
#define CASE_SECONDS	60		/* of the processor, for one that is taken to run for ever */
#define SLOW_SECONDS	5		/* of one that is named */

static double x[MOST];
static double y[MOST];
static double w[MOST];
static int	place[MOST];
static uint8_t fixed[MOST];

static uint64_t seed = 1;
static uint64_t number = 0;
static uint64_t state;

extern void __sanitizer_set_death_callback(void (*callback) (void));

/* ---- random numbers ---- */

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014) */
static uint64_t
Bits(void)
{
	uint64_t	z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int
Below(int n)
{
	return (int) (Bits() % (uint64_t) n);
}

static double
Share(void)
{
	return (double) (Bits() >> 11) / 9007199254740992.0;
}

/* From least to most, all orders of magnitude alike, and often one of both. */
static double
Magnitude(double least, double most)
{
	switch (Below(8))
	{
		case 0:
			return least;
		case 1:
			return most;
		default:
			return fmin(most, fmax(least, least * pow(most / least, Share())));
	}
}

/* ---- homes ---- */

static double
OnGrid(double value)
{
	return fmax(-FARTHEST, fmin(FARTHEST, value));
}

/* A way to stand about, of i of n homes, in units. */
static void
Stand(int kind, int i, int n, double *px, double *py)
{
	int			town = Below(5);

	switch (kind)
	{
		case 0:					/* towns */
			*px = 40 * (town % 3) + Share() * Share();
			*py = 30 * (town / 3) + Share() * Share();
			break;
		case 1:					/* a grid, ties everywhere */
			*px = i % 20;
			*py = i / 20;
			break;
		case 2:					/* a line */
			*px = i;
			*py = 0;
			break;
		case 3:					/* few points, many homes */
			*px = Below(3);
			*py = Below(2);
			break;
		case 4:					/* one point */
			*px = *py = 1;
			break;
		case 5:					/* a circle */
			*px = cos(2 * M_PI * i / n);
			*py = sin(2 * M_PI * i / n);
			break;
		case 6:					/* ever farther */
			*px = pow(1.1, i % 200);
			*py = Share();
			break;
		default:
			*px = Share();
			*py = Share();
	}
}

static void
MakeHomes(int n, bool geodetic)
{
	int			kind = Below(8);
	int			weights = Below(6);
	double		unit = geodetic ? Magnitude(1e-9, 90) : Magnitude(1e-6, FARTHEST);
	double		far = geodetic ? 180 : FARTHEST;
	double		origin_x = Below(3) ? 0 : far * (2 * Share() - 1);
	double		origin_y = Below(3) ? 0 : far * (2 * Share() - 1);

	for (int i = 0; i < n; i++)
	{
		Stand(kind, i, n, &x[i], &y[i]);
		x[i] = OnGrid(origin_x + unit * x[i]);
		y[i] = OnGrid(origin_y + unit * y[i]);
		if (Below(60) == 0)		/* far from all others */
			x[i] = Below(2) ? far : -far;
		if (geodetic)
		{
			x[i] = fmax(-180, fmin(180, x[i]));
			y[i] = fmax(-90, fmin(90, y[i]));
		}
		if (Below(100) == 0)
			x[i] = NAN;
		w[i] = weights == 0 ? 1 : weights == 1 ? Below(4) : weights == 2 ? 0 :
			weights == 3 ? Magnitude(LEAST_WEIGHT, MOST_WEIGHT) :
			weights == 4 ? 0.1 * (1 + Below(30)) : i ? 1 : MOST_WEIGHT;
	}
}

static PlacesRules
MakeRules(int n)
{
	PlacesRules rules = {.method = (PlacesMethod) Below(3)};
	double		target = Below(3) ? 1 + Below(n + 1) : Magnitude(LEAST_HOMES, MOST_HOMES);

	rules.target_homes = target;
	rules.min_homes = Below(3) ? target : fmax(LEAST_HOMES, target * Magnitude(1e-3, 1));
	rules.max_homes = Below(4) ? fmin(MOST_HOMES, target * Magnitude(1, 4)) : INFINITY;
	rules.max_radius = rules.method == METHOD_COVERAGE || Below(2) ? Magnitude(LEAST_METRES, MOST_METRES) : INFINITY;
	rules.attach_within = INFINITY;
	rules.max_gap = Below(3) ? INFINITY : Magnitude(LEAST_METRES, MOST_METRES);
	if (rules.method == METHOD_COVERAGE)
	{
		rules.remainder = (PlacesRemainder) Below(3);
		if (rules.remainder == REMAINDER_ATTACH && Below(2))
			rules.attach_within = Magnitude(LEAST_METRES, MOST_METRES);
	}
	return rules;
}

static PlacesIncumbent
MakeIncumbent(int n)
{
	PlacesIncumbent incumbent = {1 + Below(12), place, fixed, Below(3) ? 0.01 : Magnitude(1e-9, MOST_TOLERANCE)};
	int			holds = Below(3);

	for (int i = 0; i < n; i++)
	{
		place[i] = Below(6) ? i * incumbent.places / n : Below(incumbent.places + 1) - 1;
		fixed[i] = FIXED_NOT;
		if (place[i] >= 0 && holds && Below(holds == 1 ? 20 : 2) == 0)
			fixed[i] = Below(2) ? FIXED_PIN : FIXED_LOCK;
	}
	return incumbent;
}

/* ---- promises ---- */

static void
Claim(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

/* Homes of kept places; the bound cannot be less. */
static double
CheckAnswer(const PlacesSolution *s, int n, bool weighted, const PlacesRules *rules, bool restarted)
{
	double		homes = 0;
	double		all = 0;
	double		kept = 0;

	for (int i = 0; i < n; i++)
	{
		int			point = s->row_point[i];

		Claim((point < 0) == isnan(x[i]), "rows with a location have a point");
		if (point < 0)
			continue;
		Claim(point < s->points->n, "points are numbered");
		Claim(s->point_place[point] >= 0 && s->point_place[point] < s->k, "every home has a place");
		Claim(PointDistance(s, point) >= 0, "distances are numbers");
		homes += weighted ? w[i] : 1;
	}
	for (int j = 0; j < s->k; j++)
	{
		const PlacesPlace *p = &s->places[j];

		Claim(p->homes >= 0 && p->outlying >= 0 && p->attached >= 0, "homes are counted");
		Claim(isfinite(p->x) && isfinite(p->y) && isfinite(p->radius), "places are somewhere");
		Claim(isfinite(p->mean_distance) && isfinite(p->rms_distance), "distances are finite");
		all += p->homes + p->outlying + p->attached;	/* and pinned ones, in no figure */
		if (p->reasons != 0)
			continue;
		Claim(p->homes >= rules->min_homes * (1 - 1e-9), "kept places have min_homes");
		Claim(p->radius <= rules->max_radius, "kept places keep max_radius");
		Claim(isinf(rules->max_gap) || p->gap <= rules->max_gap, "kept places keep max_gap");
		kept += p->homes;
	}
	Claim(restarted ? all <= homes * (1 + 1e-6) : fabs(all - homes) <= 1e-6 * homes, "homes add up");
	return kept;
}

/* ---- cases ---- */

static void
SolveCase(void)
{
	int			n = Below(20) ? 1 + Below(300) : 1 + Below(MOST);
	bool		geodetic = Below(4) == 0;
	bool		weighted = Below(2);
	const double *weights = weighted ? w : NULL;
	PlacesRules rules;
	PlacesIncumbent incumbent;
	double		kept;

	MakeHomes(n, geodetic);
	rules = MakeRules(n);
	kept = CheckAnswer(SolvePlaces(PlainRows(n, x, y, weights, geodetic), &rules), n, weighted, &rules, false);
	if (rules.method == METHOD_COVERAGE && Below(2))
	{
		double		limit = LimitCoverage(PlainRows(n, x, y, weights, geodetic), &rules, NULL);

		Claim(limit >= kept * (1 - 1e-9), "the bound is one");
	}
	incumbent = MakeIncumbent(n);
	CheckAnswer(RestartPlaces(PlainRows(n, x, y, weights, geodetic), &rules, &incumbent, NULL), n, weighted, &rules, true);
}

static void
CircleCase(void)
{
	int			n = 1 + Below(200);
	PlacesCircle circle;

	MakeHomes(n, false);
	for (int i = 0; i < n; i++)
		if (isnan(x[i]))
			x[i] = 0;
	circle = BoundingCircle(n, x, y);
	for (int i = 0; i < n; i++)
		Claim(hypot(x[i] - circle.x, y[i] - circle.y) <= circle.radius * (1 + 1e-9) + 1e-7, "the circle holds all");
}

static int
CompareOverlaps(const void *a, const void *b)
{
	const PlacesOverlap *p = a;
	const PlacesOverlap *q = b;

	return p->left != q->left ? (p->left > q->left) - (p->left < q->left) : (p->right > q->right) - (p->right < q->right);
}

/* Pairs are distinct and sorted; no two that are required share a group. */
static void
MatchingCase(void)
{
	int			groups = 1 + Below(40);
	int			n = Below(Min(200, groups * groups) + 1);
	PlacesOverlap *overlap = HostNew(PlacesOverlap, n);
	bool	   *matched = HostNewZero(bool, n);
	PlacesPair *pairs = HostNew(PlacesPair, n);
	bool		left[40] = {false};
	bool		right[40] = {false};
	bool		require = Below(2);

	for (int i = 0; i < n; i++)
	{
		int			a = i % groups;
		int			b = (i / groups + a * a) % groups;
		bool		required = require && i < groups && b == a;

		overlap[i] = (PlacesOverlap) {a, b, Below(3) ? Below(9) : Magnitude(LEAST_WEIGHT, MOST_HOMES), required};
		pairs[i] = (PlacesPair) {a, b, 1 + (int64_t) (Bits() >> (20 + Below(40)))};
	}
	qsort(overlap, n, sizeof(PlacesOverlap), CompareOverlaps);
	MatchGroups(n, overlap, matched);
	for (int i = 0; i < n; i++)
	{
		Claim(matched[i] || !overlap[i].required, "what is required is matched");
		if (!matched[i])
			continue;
		Claim(!left[overlap[i].left] && !right[overlap[i].right], "matches are one to one");
		left[overlap[i].left] = right[overlap[i].right] = true;
	}
	ComparePartitions(n, pairs, groups);
}

static void
RunCase(void)
{
	struct itimerval limit = {{0, 0}, {CASE_SECONDS, 0}};

	state = seed * UINT64_C(1000003) + number;
	setitimer(ITIMER_PROF, &limit, NULL);
	switch (Below(10))
	{
		case 0:
			CircleCase();
			break;
		case 1:
			MatchingCase();
			break;
		default:
			SolveCase();
	}
}

static void
NameCase(void)
{
	fprintf(stderr, "case: engine_fuzz 1 %llu %llu\n", (unsigned long long) seed, (unsigned long long) number);
}

static void
Died(int signal_number)
{
	NameCase();
	fprintf(stderr, signal_number == SIGPROF ? "it does not end\n" : "it was aborted\n");
	_exit(1);
}

int
main(int argc, char **argv)
{
	time_t		end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 10);
	uint64_t	first = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	int			status = 0;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	__sanitizer_set_death_callback(NameCase);
	signal(SIGPROF, Died);
	signal(SIGABRT, Died);
	for (; status == 0 && time(NULL) < end; first += CASES)
	{
		pid_t		child = fork();

		if (child < 0)
			return 1;
		if (child == 0)
		{
			for (number = first; number < first + CASES && time(NULL) < end; number++)
			{
				clock_t		start = clock();
				int			seconds;

				RunCase();
				seconds = (int) ((clock() - start) / CLOCKS_PER_SEC);
				if (seconds >= SLOW_SECONDS)
					fprintf(stderr, "slow (%d s): engine_fuzz 1 %llu %llu\n", seconds,
							(unsigned long long) seed, (unsigned long long) number);
			}
			_exit(0);
		}
		waitpid(child, &status, 0);
	}
	printf("engine_fuzz: about %llu cases, %s\n", (unsigned long long) first, status ? "one of them failed" : "no fault");
	return status != 0;
}
