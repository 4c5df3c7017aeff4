/*
 * door.c
 *	  The engine to Python (engine.py): one authority in, places out.
 *
 * Built with the engine alone, as a library: no server.  An answer that takes longer
 * than the caller allows is cancelled as a query would be; its memory is lost.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "engine/engine.h"
#include "host.h"

/* As in engine.py, which checks the sizes. */
typedef struct Question
{
	int			n;
	const double *x;
	const double *y;
	const double *w;			/* NULL: one home a row */
	double		seconds;		/* of processor time, at most */
	int			places;			/* of the incumbent; 0: none */
	int		   *place;			/* of each row in it, -1 for none */
	double		tolerance;
	const bool *was_kept;		/* of each row: whether that place was kept; NULL: none was, */
	double		grace;			/* and by how much kept ones may break the rules */
	const int64_t *within;		/* of each row: the larger place that it is in; NULL: none */
} Question;

typedef struct Answer
{
	int			k;				/* -1: not in time */
	double		seconds;
	int			choice;
	int		   *row_place;		/* by row */
	int		   *row_relation;
	double	   *homes;			/* by place; room for as many as rows */
	double	   *radius;
	int		   *reasons;
	double	   *gap;			/* where the engine measures it, else -1 */
} Answer;

static jmp_buf late;

static void
Leave(void)
{
	longjmp(late, 1);
}

static void
OnAlarm(int signal)
{
	(void) signal;
	LookWith(Leave);
}

/* After so many seconds of processor time the engine's next look for a cancel leaves it. */
static void
SetAlarm(double seconds)
{
	double		whole = seconds < 1e6 ? floor(seconds) : 0;
	struct itimerval timer = {{0, 0}, {whole, seconds < 1e6 ? 1 + 1e6 * (seconds - whole) : 0}};

	signal(SIGPROF, OnAlarm);
	if (timer.it_value.tv_usec > 999999)
		timer.it_value.tv_usec = 999999;
	setitimer(ITIMER_PROF, &timer, NULL);
}

static void
StopAlarm(void)
{
	SetAlarm(INFINITY);
	LookWith(NULL);
}

static void
FreeSolution(PlacesSolution *s)
{
	FreePoints(s->points);
	HostFree(s->row_point);
	HostFree(s->point_place);
	HostFree(s->point_relation);
	if (s->places != NULL)
		HostFree(s->places);
	HostFree(s);
}

static PlacesIncumbent
IncumbentOf(const Question *q)
{
	PlacesIncumbent incumbent = {.places = q->places, .place = q->place, .tolerance = q->tolerance,
		.grace = q->grace};

	if (q->places > 0)
		incumbent.fixed = HostNewZero(uint8_t, q->n);
	return incumbent;
}

void
SolveForPython(const Question *q, const PlacesRules *rules, Answer *a)
{
	PlacesIncumbent incumbent = IncumbentOf(q);
	const double since = ProcessorSeconds();
	PlacesRows	rows = {.n = q->n, .x = q->x, .y = q->y, .w = q->w, .within = q->within,
		.was_kept = q->was_kept};
	PlacesSolution *s;

	if (setjmp(late) != 0)
	{
		StopAlarm();
		a->k = -1;
		a->seconds = ProcessorSeconds() - since;
		return;
	}
	SetAlarm(q->seconds);
	s = RestartPlaces(&rows, rules, &incumbent, NULL);
	StopAlarm();
	a->seconds = ProcessorSeconds() - since;
	MeasureGaps(s);
	a->k = s->k;
	a->choice = s->choice;
	for (int r = 0; r < q->n; r++)
	{
		a->row_place[r] = s->point_place[s->row_point[r]];
		a->row_relation[r] = s->point_relation[s->row_point[r]];
	}
	for (int j = 0; j < s->k; j++)
	{
		a->homes[j] = s->places[j].homes;
		a->radius[j] = s->places[j].radius;
		a->reasons[j] = s->places[j].reasons;
		a->gap[j] = s->places[j].gap;
	}
	FreeSolution(s);
	if (q->places > 0)
		HostFree(incumbent.fixed);
}

/* An upper bound of the homes that coverage could keep; -1: not in time. */
double
BoundForPython(const Question *q, const PlacesRules *rules)
{
	double		bound;

	if (setjmp(late) != 0)
	{
		StopAlarm();
		return -1;
	}
	SetAlarm(q->seconds);
	bound = LimitCoverage(PlainRows(q->n, q->x, q->y, q->w, false), rules, NULL);
	StopAlarm();
	return bound;
}

/* The rules, with what Python does not name at its default. */
void
RulesForPython(PlacesRules *rules, const double *value)
{
	*rules = (PlacesRules) {.method = (PlacesMethod) value[0], .target_homes = value[1],
		.min_homes = value[2], .max_homes = value[3], .max_radius = value[4],
		.remainder = (PlacesRemainder) value[5], .attach_within = INFINITY,
		.max_gap = value[6],
		.k = (int) value[7],
		.nested = value[8] != 0,
	};
}

int
RulesSize(void)
{
	return sizeof(PlacesRules);
}
