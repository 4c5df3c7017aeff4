/*
 * prices.c
 *	  Near-optimal prices for the linear program over a list of circles.
 *
 * The program: circle D is used y_D times and takes the share x_Dg <= y_D of
 * the homes a_Dg that group g has in it, at least need_D y_D altogether; no
 * group gives more than it has; a region holds at most its limit of circles.
 * As many homes as possible are to be taken.  The prices u of the groups, p of
 * the needs and v of the regions are its dual.  They need not be exact, nor
 * even feasible: bound.c makes a valid bound of any.
 *
 * The method is the primal-dual hybrid gradient with one step size per
 * variable and row (Chambolle and Pock 2011, Pock and Chambolle 2011).  The
 * cone 0 <= x_Dg <= y_D is handled by projection, which takes a few passes
 * over the circle's groups, so that only the rows of groups, needs and
 * regions have duals.  The answer is the average over the later half of the
 * rounds, which converges where the iterates circle around.
 */
#include "engine/bound/prices.h"

typedef struct PriceSteps
{
	double	   *group;			/* 1 / row sums */
	double	   *need;
	double	   *region;
	double	   *circle;			/* step of y: 1 / column sum */
	double	   *taken;			/* per group: sum of a x, extrapolated */
	double	   *placed;			/* per region: sum of y, extrapolated */
	double	   *sumu;
	double	   *sump;
	double	   *sumv;
	double	   *sumx;
	double	   *sumy;
} PriceSteps;

/* fmin and fmax are calls, for the sake of NaN; this is the innermost loop */
static inline double
Clamp(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

static void
MakeSteps(const PlacesPrice *price, PriceSteps *steps)
{
	int			i;
	int			l;
	int64_t		k;

	steps->group = HostNewZero(double, price->ngroup);
	steps->need = HostNewZero(double, price->ncircle);
	steps->region = HostNewZero(double, price->nregion);
	steps->circle = HostNewZero(double, price->ncircle);
	steps->taken = HostNewZero(double, price->ngroup);
	steps->placed = HostNewZero(double, price->nregion);
	steps->sumu = HostNewZero(double, price->ngroup);
	steps->sump = HostNewZero(double, price->ncircle);
	steps->sumv = HostNewZero(double, price->nregion);
	steps->sumx = HostNewZero(double, price->nitem);
	steps->sumy = HostNewZero(double, price->ncircle);
	for (i = 0; i < price->ncircle; i++)
	{
		const PlacesPriceCircle *c = &price->circle[i];
		double		sum = c->need;
		double		col = c->need;

		HostCheckCancelAt(i);
		for (k = c->first; k < c->last; k++)
		{
			sum += price->item[k].a;
			steps->group[price->item[k].group] += price->item[k].a;
		}
		for (l = 0; l < PLACES_BOUND_LEVELS; l++)
		{
			if (c->region[l] < 0)
				continue;
			steps->region[c->region[l]] += 1.0;
			col += 1.0;
		}
		steps->need[i] = 1.0 / sum;
		steps->circle[i] = 1.0 / fmax(col, 0.1);
	}
	for (i = 0; i < price->ngroup; i++)
		steps->group[i] = 1.0 / fmax(steps->group[i], 1e-9);
	for (i = 0; i < price->nregion; i++)
		steps->region[i] = 1.0 / fmax(steps->region[i], 1.0);
}

static void
FreeSteps(PriceSteps *steps)
{
	HostFree(steps->group);
	HostFree(steps->need);
	HostFree(steps->region);
	HostFree(steps->circle);
	HostFree(steps->taken);
	HostFree(steps->placed);
	HostFree(steps->sumu);
	HostFree(steps->sump);
	HostFree(steps->sumv);
	HostFree(steps->sumx);
	HostFree(steps->sumy);
}

/*
 * The y nearest to (xhat, yhat) in the cone 0 <= x <= y, x_k weighted by
 * 2 a_k and y by 1 / step: the root of an increasing, piecewise linear
 * function, by Newton's method from the left, which cannot overshoot.
 */
static double
ProjectCone(const PlacesPriceItem *item, int n, const double *xhat, double yhat, double step)
{
	double		y = yhat > 0.0 ? yhat : 0.0;
	int			pass;

	for (pass = 0; pass < 20; pass++)
	{
		double		num = yhat / step;
		double		den = 1.0 / step;
		double		next;
		int			k;

		for (k = 0; k < n; k++)
		{
			if (xhat[k] > y)
			{
				num += 2.0 * item[k].a * xhat[k];
				den += 2.0 * item[k].a;
			}
		}
		next = num > 0.0 ? num / den : 0.0;
		if (fabs(next - y) <= 1e-9)
			return next;
		y = next;
	}
	return y;
}

static void
StepCircle(PlacesPrice *price, PriceSteps *steps, int at, double *xhat, bool sum)
{
	PlacesPriceCircle *c = &price->circle[at];
	PlacesPriceItem *item = price->item + c->first;
	int			n = c->last - c->first;
	double		gain = -c->need * c->p;
	double		got = 0.0;
	double		y;
	int			k;

	for (k = 0; k < PLACES_BOUND_LEVELS; k++)
		gain -= c->region[k] < 0 ? 0.0 : price->v[c->region[k]];
	for (k = 0; k < n; k++)
		xhat[k] = item[k].x + 0.5 * (1.0 - price->u[item[k].group] + c->p);
	y = ProjectCone(item, n, xhat, c->y + steps->circle[at] * gain, steps->circle[at]);
	for (k = 0; k < n; k++)
	{
		double		x = Clamp(xhat[k], 0.0, y);
		double		ahead = item[k].a * (2.0 * x - item[k].x);

		item[k].x = x;
		steps->taken[item[k].group] += ahead;
		got += ahead;
		if (sum)
			steps->sumx[c->first + k] += x;
	}
	for (k = 0; k < PLACES_BOUND_LEVELS; k++)
	{
		if (c->region[k] >= 0)
			steps->placed[c->region[k]] += 2.0 * y - c->y;
	}
	c->p = fmax(0.0, c->p + steps->need[at] * (c->need * (2.0 * y - c->y) - got));
	c->y = y;
	if (sum)
	{
		steps->sumy[at] += y;
		steps->sump[at] += c->p;
	}
}

static void
StepPrices(PlacesPrice *price, PriceSteps *steps, bool sum)
{
	int			i;

	for (i = 0; i < price->ngroup; i++)
	{
		price->u[i] = Clamp(price->u[i] + steps->group[i] * (steps->taken[i] - price->supply[i]),
							price->least[i], INFINITY);
		steps->taken[i] = 0.0;
		if (sum)
			steps->sumu[i] += price->u[i];
	}
	for (i = 0; i < price->nregion; i++)
	{
		double		step = steps->region[i];

		price->v[i] = Clamp(price->v[i] + step * (steps->placed[i] - price->most[i]), 0.0, INFINITY);
		steps->placed[i] = 0.0;
		if (sum)
			steps->sumv[i] += price->v[i];
	}
}

static void
TakeAverage(PlacesPrice *price, const PriceSteps *steps, double count)
{
	int			i;
	int64_t		k;

	for (i = 0; i < price->ngroup; i++)
		price->u[i] = steps->sumu[i] / count;
	for (i = 0; i < price->nregion; i++)
		price->v[i] = steps->sumv[i] / count;
	for (i = 0; i < price->ncircle; i++)
	{
		PlacesPriceCircle *c = &price->circle[i];

		c->y = steps->sumy[i] / count;
		c->p = steps->sump[i] / count;
	}
	for (k = 0; k < price->nitem; k++)
		price->item[k].x = steps->sumx[k] / count;
}

/* improve the prices from where they stand */
void
PriceImprove(PlacesPrice *price, int rounds)
{
	PriceSteps	steps;
	double	   *xhat = HostNew(double, price->ngroup);
	int			round;

	MakeSteps(price, &steps);
	for (round = 0; round < rounds; round++)
	{
		bool		sum = round >= rounds / 2;
		int			i;

		for (i = 0; i < price->ncircle; i++)
		{
			HostCheckCancel();
			StepCircle(price, &steps, i, xhat, sum);
		}
		StepPrices(price, &steps, sum);
	}
	TakeAverage(price, &steps, rounds - rounds / 2);
	FreeSteps(&steps);
	HostFree(xhat);
}

void
PriceFree(PlacesPrice *price)
{
	HostFree(price->supply);
	HostFree(price->least);
	HostFree(price->u);
	HostFree(price->most);
	HostFree(price->v);
	HostFree(price->circle);
	HostFree(price->item);
}
