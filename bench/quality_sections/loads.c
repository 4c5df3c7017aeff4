/*
 * loads.c
 *	  Balanced places that share out loads, for Python.
 */
#include "engine/engine.h"
#include "host.h"

extern int	ShareOutForPython(int n, const double *x, const double *y, int nloads, const double *loads,
							  const double *tolerances, const double *sizes, int *place, double *seconds);

/*
 * Divide n homes, whose loads follow one another measure by measure, into places of the
 * sizes target, least and most; the place of each home goes to place.  Returns how many
 * places there are.
 */
int
ShareOutForPython(int n, const double *x, const double *y, int nloads, const double *loads,
				  const double *tolerances, const double *sizes, int *place, double *seconds)
{
	PlacesRules rules = DefaultRules(METHOD_BALANCED, sizes[0], INFINITY);
	PlacesRows	rows = {.n = n,.x = x,.y = y,.nloads = nloads};
	double		since = ProcessorSeconds();
	PlacesSolution *s;

	rules.min_homes = sizes[1];
	rules.max_homes = sizes[2];
	rules.nloads = nloads;
	for (int l = 0; l < nloads; l++)
	{
		rows.load[l] = loads + (size_t) n * l;
		rules.load_tolerance[l] = tolerances[l];
	}
	s = SolvePlaces(&rows, &rules);
	*seconds = ProcessorSeconds() - since;
	for (int i = 0; i < n; i++)
		place[i] = s->point_place[s->row_point[i]];
	return s->k;
}
