/*
 * atoms.c
 *	  Which of a few blocks fit into one circle.
 *
 * By Helly's theorem points fit into a circle of a given radius if every three of
 * them do: so do atoms, since three points are of three atoms at most.  So all that
 * a search needs to know of the radius is asked once, for each three atoms.
 */
#include "engine/coverage/atoms.h"

#include "engine/base/circle.h"

#define DECIDED		1e-9		/* share of a radius within which rounding might decide */

/* The radius of the smallest circle around three centroids, or two (a = b). */
static double
RadiusOfCentres(const PlacesAtoms *atoms, const int atom[3])
{
	double		side[3];		/* squared */
	double		longest = 0;
	double		sum = 0;
	double		area;			/* twice that of the triangle */
	double		abx = atoms->x[atom[1]] - atoms->x[atom[0]];
	double		aby = atoms->y[atom[1]] - atoms->y[atom[0]];
	double		acx = atoms->x[atom[2]] - atoms->x[atom[0]];
	double		acy = atoms->y[atom[2]] - atoms->y[atom[0]];

	side[0] = abx * abx + aby * aby;
	side[1] = acx * acx + acy * acy;
	side[2] = (acx - abx) * (acx - abx) + (acy - aby) * (acy - aby);
	for (int i = 0; i < 3; i++)
	{
		longest = Max(longest, side[i]);
		sum += side[i];
	}
	area = fabs(abx * acy - aby * acx);
	if (longest >= sum - longest || area <= 0)
		return sqrt(longest) / 2;	/* an obtuse angle, or none */
	return sqrt(side[0]) * sqrt(side[1]) * sqrt(side[2]) / (2 * area);
}

/*
 * Do three atoms, or two, fit into a circle?  A circle around them holds their
 * centroids, and one around these, so much wider as an atom reaches from its own,
 * holds them; in between the points decide.
 */
static bool
FitCentres(const PlacesAtoms *atoms, const double *reach, const int atom[3], double radius, bool *fits)
{
	double		of_centres = RadiusOfCentres(atoms, atom);
	double		most = of_centres + Max(reach[atom[0]], Max(reach[atom[1]], reach[atom[2]]));

	*fits = most <= radius * (1 - DECIDED);
	return *fits || of_centres > radius * (1 + DECIDED);
}

/* How far the farthest point of each atom is from its centroid. */
static void
MeasureReach(const PlacesAtoms *atoms, double *reach)
{
	for (int a = 0; a < atoms->n; a++)
	{
		double		most = 0;

		for (int p = atoms->start[a]; p < atoms->start[a + 1]; p++)
		{
			double		dx = atoms->px[p] - atoms->x[a];
			double		dy = atoms->py[p] - atoms->y[a];

			most = Max(most, dx * dx + dy * dy);
		}
		reach[a] = sqrt(most);
	}
}

/* Do the points of so many atoms fit into a circle? */
static bool
FitTogether(const PlacesAtoms *atoms, const int *atom, int count, double radius,
			double *x, double *y)
{
	int			n = 0;

	for (int i = 0; i < count; i++)
		for (int p = atoms->start[atom[i]]; p < atoms->start[atom[i] + 1]; p++)
		{
			x[n] = atoms->px[p];
			y[n++] = atoms->py[p];
		}
	return BoundingCircle(n, x, y).radius <= radius;
}

/* Marks the three (or two, or one) as fitting. */
static void
MarkFit(PlacesAtoms *atoms, int a, int b, int c)
{
	atoms->beside[a][b] |= (PlacesAtomSet) 1 << c;
	atoms->beside[b][a] |= (PlacesAtomSet) 1 << c;
	atoms->beside[a][c] |= (PlacesAtomSet) 1 << b;
	atoms->beside[c][a] |= (PlacesAtomSet) 1 << b;
	atoms->beside[b][c] |= (PlacesAtomSet) 1 << a;
	atoms->beside[c][b] |= (PlacesAtomSet) 1 << a;
}

static void
MarkAll(PlacesAtoms *atoms)
{
	for (int a = 0; a < atoms->n; a++)
		for (int b = 0; b < atoms->n; b++)
			atoms->beside[a][b] = AllAtoms(atoms->n);
}

/* Mark the pairs that fit, and each atom with itself. */
static void
MatchPairs(PlacesAtoms *atoms, const double *reach, double radius, double *x, double *y)
{
	bool		fits;

	for (int a = 0; a < atoms->n; a++)
		for (int b = a; b < atoms->n; b++)
		{
			if (a != b && !FitCentres(atoms, reach, (int[]) {a, a, b}, radius, &fits))
				fits = FitTogether(atoms, (int[]) {a, b}, 2, radius, x, y);
			if (a == b || fits)
			{
				MarkFit(atoms, a, a, b);
				MarkFit(atoms, a, b, b);
			}
		}
}

/* Mark the threes that fit, of those that fit two by two. */
static void
MatchTriples(PlacesAtoms *atoms, const double *reach, double radius, double *x, double *y)
{
	bool		fits;

	for (int a = 0; a < atoms->n; a++)
		for (int b = a + 1; b < atoms->n; b++)
		{
			PlacesAtomSet both = atoms->beside[a][a] & atoms->beside[b][b];

			HostCheckCancel();
			for (int c = b + 1; c < atoms->n && (atoms->beside[a][a] >> b & 1); c++)
			{
				if ((both >> c & 1) == 0)
					continue;
				if (!FitCentres(atoms, reach, (int[]) {a, b, c}, radius, &fits))
					fits = FitTogether(atoms, (int[]) {a, b, c}, 3, radius, x, y);
				if (fits)
					MarkFit(atoms, a, b, c);
			}
		}
}

/* Fill beside, for circles of the radius (metres).  O(n^3) small circles, or one. */
void
MatchAtoms(PlacesAtoms *atoms, double radius)
{
	double	   *x = HostNew(double, atoms->start[atoms->n]);
	double	   *y = HostNew(double, atoms->start[atoms->n]);
	double		reach[MOST_ATOMS];
	int			all[MOST_ATOMS];

	memset(atoms->beside, 0, sizeof(atoms->beside));
	for (int a = 0; a < atoms->n; a++)
		all[a] = a;
	if (FitTogether(atoms, all, atoms->n, radius, x, y))
		MarkAll(atoms);
	else
	{
		MeasureReach(atoms, reach);
		MatchPairs(atoms, reach, radius, x, y);
		MatchTriples(atoms, reach, radius, x, y);
	}
	HostFree(x);
	HostFree(y);
}

double
AtomsHomes(const PlacesAtoms *atoms, PlacesAtomSet set)
{
	double		homes = 0;

	for (; set != 0; set &= set - 1)
		homes += atoms->w[__builtin_ctzll(set)];
	return homes;
}

/* The centroid of the set's homes. */
void
AtomsCentre(const PlacesAtoms *atoms, PlacesAtomSet set, double *x, double *y)
{
	double		homes = AtomsHomes(atoms, set);

	*x = *y = 0;
	for (; set != 0; set &= set - 1)
	{
		*x += atoms->w[__builtin_ctzll(set)] / homes * atoms->x[__builtin_ctzll(set)];
		*y += atoms->w[__builtin_ctzll(set)] / homes * atoms->y[__builtin_ctzll(set)];
	}
}

/* Sum of squared distances of the set's homes to their centroid. */
double
AtomsSpread(const PlacesAtoms *atoms, PlacesAtomSet set)
{
	int			first = __builtin_ctzll(set);
	double		homes = 0;
	double		x = 0;
	double		y = 0;
	double		squares = 0;

	for (; set != 0; set &= set - 1)
	{
		int			a = __builtin_ctzll(set);
		double		dx = atoms->x[a] - atoms->x[first];
		double		dy = atoms->y[a] - atoms->y[first];

		homes += atoms->w[a];
		x += atoms->w[a] * dx;
		y += atoms->w[a] * dy;
		squares += atoms->spread[a] + atoms->w[a] * (dx * dx + dy * dy);
	}
	return Max(squares - (x * x + y * y) / homes, 0);
}
