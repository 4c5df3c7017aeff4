/*
 * inquiry_test.c
 *	  What the homes around say of another radius or minimum, and the whole says as
 *	  well: each answer acted on, and beside that of asking the whole throughout.
 */
#include "check.h"

#include "engine/engine.h"
#include "engine/inquiry.h"

#define HOMES		400
#define AUTHORITIES	5
#define ASKED		4			/* homes of each */

static double x[HOMES];
static double y[HOMES];
static double w[HOMES];

/* Towns, villages and scattered homes, with a block here and there. */
static void
MakeAuthority(bool blocks)
{
	double		town_x = 0;
	double		town_y = 0;
	double		width = 0;

	for (int i = 0; i < HOMES; i++)
	{
		if (i % 100 == 0)
		{
			town_x = 8000 * Random();
			town_y = 8000 * Random();
			width = 200 + 1500 * Random() * Random();
		}
		x[i] = RandomInt(6) == 0 ? 8000 * Random() : town_x + width * (Random() + Random() - 1);
		y[i] = RandomInt(6) == 0 ? 8000 * Random() : town_y + width * (Random() + Random() - 1);
		w[i] = blocks && RandomInt(40) == 0 ? 1 + RandomInt(20) : 1;
	}
}

static bool
IsKeptIn(const PlacesSolution *s, int row)
{
	int			point = s->row_point[row];

	return s->point_relation[point] == MEMBER && s->places[s->point_place[point]].reasons == 0;
}

/* What assign() would say, all homes solved under rules changed as places.vary() does. */
static bool
IsKeptWhen(const PlacesRules *asked, int row, double min_homes, double max_radius)
{
	PlacesRules rules = *asked;

	rules.min_homes = min_homes;
	rules.max_radius = max_radius;
	GrowTarget(&rules, min_homes);
	return IsKeptIn(SolvePlaces(PlainRows(HOMES, x, y, w, false), &rules), row);
}

static int
CompareDoubles(const void *a, const void *b)
{
	return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

/* Metres to the home that makes them min_homes, and to the farthest. */
static void
LookAround(int row, double min_homes, double *near, double *farthest)
{
	static double metres[HOMES];

	for (int i = 0; i < HOMES; i++)
		metres[i] = hypot(x[i] - x[row], y[i] - y[row]);
	qsort(metres, HOMES, sizeof(double), CompareDoubles);
	*near = metres[(int) min_homes - 1];
	*farthest = metres[HOMES - 1];
}

/* How far the quick answers are from the thorough ones, all homes together: sums of logarithms. */
static double wider = 0;
static double fewer = 0;

static void
AskOf(const PlacesRules *rules, const PlacesSolution *solution, int row)
{
	PlacesInquiry q = {.rows = PlainRows(HOMES, x, y, w, false),.rules = *rules,.row = row,.solution = solution};
	bool		kept = IsKeptIn(solution, row);
	double		most = kept ? HOMES : rules->min_homes;
	double		near,
				farthest,
				radius[2],
				minimum[2];

	LookAround(row, rules->min_homes, &near, &farthest);
	for (int thorough = 0; thorough <= 1; thorough++)
	{
		q.thorough = thorough;
		radius[thorough] = SmallestRadius(&q, near, farthest);
		minimum[thorough] = LargestMinimum(&q, most);
	}
	CHECK(isinf(radius[0]) || IsKeptWhen(rules, row, rules->min_homes, radius[0]), "radius %g", radius[0]);
	CHECK(isnan(minimum[0]) || IsKeptWhen(rules, row, minimum[0], rules->max_radius), "minimum %g", minimum[0]);
	CHECK(!kept || (radius[0] <= rules->max_radius && minimum[0] >= rules->min_homes),
		  "radius %g, minimum %g", radius[0], minimum[0]);
	CHECK(!isinf(radius[0]) || isinf(radius[1]), "radius %g, %g", radius[0], radius[1]);
	CHECK(!isnan(minimum[0]) || isnan(minimum[1]), "minimum %g, %g", minimum[0], minimum[1]);
	if (!isinf(radius[0]) && !isinf(radius[1]))
		wider += log(radius[0] / radius[1]);
	if (!isnan(minimum[0]) && !isnan(minimum[1]))
		fewer += log(minimum[1] / minimum[0]);
}

int
main(void)
{
	StartTests();
	for (int a = 0; a < AUTHORITIES; a++)
	{
		PlacesRules rules = {.method = METHOD_COVERAGE,.target_homes = 40 + RandomInt(40),
			.max_radius = 500 + RandomInt(900),.attach_within = INFINITY,
		.max_gap = a % 6 == 5 ? 600 : INFINITY};
		PlacesSolution *solution;

		rules.min_homes = floor(rules.target_homes * (a % 2 ? 1 : 0.7));
		rules.max_homes = a % 3 ? 2 * rules.target_homes : INFINITY;
		MakeAuthority(a % 5 == 4);
		solution = SolvePlaces(PlainRows(HOMES, x, y, w, false), &rules);
		for (int i = 0; i < ASKED; i++)
			AskOf(&rules, solution, RandomInt(HOMES));
	}
	wider = exp(wider / (AUTHORITIES * ASKED));
	fewer = exp(fewer / (AUTHORITIES * ASKED));
	CHECK(wider < 1.05 && wider > 0.95, "radii are %g times the thorough ones", wider);
	CHECK(fewer < 1.05 && fewer > 0.95, "thorough minima are %g times", fewer);
	return FinishTests();
}
