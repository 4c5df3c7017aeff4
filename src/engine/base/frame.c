/*
 * frame.c
 *	  Local metres for the coordinates of one authority.
 *
 * Planar coordinates (a projected system in metres) are moved to an origin at
 * the corner of their box: squares of full grid references would lose digits.
 * What lies far off does not count for that, or it would cost the others theirs.
 *
 * Longitude and latitude are projected onto the plane that touches the WGS 84
 * ellipsoid in the middle of the authority, what lies far off apart.  The points go through earth-centred
 * coordinates, so the antimeridian and the poles are places like any other, and
 * the distance from the middle is stretched from the chord's to the arc's
 * (azimuthal equidistant, with the local mean radius of curvature).  Distances
 * agree with the geodesic to about 1e-5 within 100 km of the middle and 1e-3
 * within 1,000 km.
 *
 * The frame depends on the extremes of the coordinates that are near their median
 * only, hence not on the order of the rows.
 */
#include "engine/base/frame.h"

#include "engine/base/ranges.h"

#define WGS84_A		6378137.0
#define WGS84_F		(1 / 298.257223563)
#define WGS84_E2	(WGS84_F * (2 - WGS84_F))
#define RADIAN		(M_PI / 180)
#define CANCEL_ROWS	8192
#define MEDIAN_STEP	1e4			/* the median is known to so many metres */

/* Metres from the median that are far off: for an origin, and for a middle. */
#define FAR_OFF_PLANE	1e6
#define FAR_OFF_EARTH	5e4

/*
 * Earth-centred coordinates (metres) of a point on the ellipsoid.  The two
 * longitudes of the antimeridian and all those of a pole give the same bits.
 */
void
LonLatToEarth(double lon, double lat, double earth[3])
{
	double		phi = lat * RADIAN;
	double		lambda = (fabs(lat) >= 90) ? 0 : (lon <= -180 ? lon + 360 : lon) * RADIAN;
	double		cosphi = (fabs(lat) >= 90) ? 0 : cos(phi);
	double		sinphi = sin(phi);
	double		n = WGS84_A / sqrt(1 - WGS84_E2 * sinphi * sinphi);

	earth[0] = n * cosphi * cos(lambda);
	earth[1] = n * cosphi * sin(lambda);
	earth[2] = n * (1 - WGS84_E2) * sinphi;
}

/* The longitude and latitude (degrees) below or above an earth-centred point: Bowring's formula. */
void
EarthToLonLat(const double earth[3], double *lon, double *lat)
{
	double		b = WGS84_A * (1 - WGS84_F);
	double		p = hypot(earth[0], earth[1]);
	double		theta = atan2(earth[2] * WGS84_A, p * b);
	double		st = sin(theta);
	double		ct = cos(theta);

	*lon = atan2(earth[1], earth[0]) / RADIAN;
	*lat = atan2(earth[2] + WGS84_E2 / (1 - WGS84_E2) * b * st * st * st,
				 p - WGS84_E2 * WGS84_A * ct * ct * ct) / RADIAN;
}

/* Axes, origin and radius of the plane that touches the ellipsoid next to an earth-centred point. */
void
TangentPlane(const double earth[3], PlacesFrame *frame)
{
	double		lon,
				lat,
				sinphi,
				cosphi,
				w2;

	EarthToLonLat(earth, &lon, &lat);
	LonLatToEarth(lon, lat, frame->origin);
	sinphi = sin(lat * RADIAN);
	cosphi = cos(lat * RADIAN);

	frame->geodetic = true;
	frame->east[0] = -sin(lon * RADIAN);
	frame->east[1] = cos(lon * RADIAN);
	frame->east[2] = 0;
	frame->north[0] = -sinphi * frame->east[1];
	frame->north[1] = sinphi * frame->east[0];
	frame->north[2] = cosphi;
	frame->up[0] = cosphi * frame->east[1];
	frame->up[1] = -cosphi * frame->east[0];
	frame->up[2] = sinphi;

	/* sqrt(M N), the meridian's and the prime vertical's radii */
	w2 = 1 - WGS84_E2 * sinphi * sinphi;
	frame->radius = WGS84_A * sqrt(1 - WGS84_E2) / w2;
}

/*
 * The least multiple of MEDIAN_STEP that half of the values, of which there are
 * some, do not exceed; NaN is passed over.
 */
static double
CoarseMedian(int n, const double *v)
{
	double		least = FARTHEST;
	double		most = -FARTHEST;
	int			low,
				high;

	HostCheckCancel();
	for (int i = 0; i < n; i++)
	{
		least = v[i] < least ? v[i] : least;
		most = v[i] > most ? v[i] : most;
	}
	low = (int) floor(least / MEDIAN_STEP);
	high = (int) ceil(most / MEDIAN_STEP);
	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		double		cut = middle * MEDIAN_STEP;
		int			below = 0;
		int			above = 0;

		HostCheckCancel();
		for (int i = 0; i < n; i++)
		{
			below += v[i] <= cut;
			above += v[i] > cut;
		}
		if (below >= above)
			high = middle;
		else
			low = middle + 1;
	}
	return low * MEDIAN_STEP;
}

/*
 * The box of n rows of so many coordinates, without those that are far off by any
 * of them, or NaN; the median where nothing is near it.
 */
static void
FindBox(int n, int dimensions, const double *const *v, double far_off, double *low, double *high)
{
	double		median[3];
	bool		found = false;

	for (int d = 0; d < dimensions; d++)
		low[d] = high[d] = median[d] = CoarseMedian(n, v[d]);
	HostCheckCancel();
	for (int i = 0; i < n; i++)
	{
		bool		near = true;

		for (int d = 0; d < dimensions; d++)
			near = near && fabs(v[d][i] - median[d]) <= far_off;
		for (int d = 0; d < dimensions && near; d++)
		{
			low[d] = found ? Min(low[d], v[d][i]) : v[d][i];
			high[d] = found ? Max(high[d], v[d][i]) : v[d][i];
		}
		found = found || near;
	}
}

/* The middle, in earth-centred coordinates. */
static void
FindMiddle(int n, const double *lon, const double *lat, double middle[3])
{
	double	   *earth[3] = {HostNew(double, n), HostNew(double, n), HostNew(double, n)};
	double		low[3],
				high[3];

	for (int i = 0; i < n; i++)
	{
		double		sample[3] = {NAN, NAN, NAN};

		if (i % CANCEL_ROWS == 0)
			HostCheckCancel();
		if (!isnan(lon[i]))
			LonLatToEarth(lon[i], lat[i], sample);
		for (int d = 0; d < 3; d++)
			earth[d][i] = sample[d];
	}
	FindBox(n, 3, (const double *const *) earth, FAR_OFF_EARTH, low, high);
	for (int d = 0; d < 3; d++)
	{
		middle[d] = (low[d] + high[d]) / 2;
		HostFree(earth[d]);
	}
	if (hypot(hypot(middle[0], middle[1]), middle[2]) < FAR_OFF_EARTH)
		LonLatToEarth(0, 0, middle);	/* homes all round the earth: no middle */
}

/* Choose the frame for n coordinate pairs; pairs with x = NaN are passed over. */
void
FitFrame(PlacesFrame *frame, bool geodetic, int n, const double *x, const double *y)
{
	const double *const plane[2] = {x, y};
	double		middle[3];
	double		high[2];
	int			located = 0;

	memset(frame, 0, sizeof(*frame));
	frame->geodetic = geodetic;
	for (int i = 0; i < n; i++)
		located += !isnan(x[i]);
	if (located == 0)
		return;					/* no location at all: any frame will do */

	if (geodetic)
	{
		FindMiddle(n, x, y, middle);
		TangentPlane(middle, frame);
	}
	else
		FindBox(n, 2, plane, FAR_OFF_PLANE, frame->origin, high);
}

static double
Dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Replace coordinates of the source system by local metres. */
void
ToLocal(const PlacesFrame *frame, double *x, double *y)
{
	double		earth[3];
	double		e,
				n,
				chord;

	if (!frame->geodetic)
	{
		*x -= frame->origin[0];
		*y -= frame->origin[1];
		return;
	}
	LonLatToEarth(*x, *y, earth);
	for (int d = 0; d < 3; d++)
		earth[d] -= frame->origin[d];
	e = Dot(earth, frame->east);
	n = Dot(earth, frame->north);
	chord = sqrt(e * e + n * n);
	if (chord > 0)
	{
		double		stretch = frame->radius * atan2(chord, frame->radius + Dot(earth, frame->up)) / chord;

		e *= stretch;
		n *= stretch;
	}
	*x = e;
	*y = n;
}

/* Replace local metres by coordinates of the source system. */
void
FromLocal(const PlacesFrame *frame, double *x, double *y)
{
	double		arc,
				e,
				n,
				u,
				shrink;
	double		earth[3];

	if (!frame->geodetic)
	{
		*x += frame->origin[0];
		*y += frame->origin[1];
		return;
	}
	arc = sqrt(*x * *x + *y * *y) / frame->radius;
	shrink = (arc > 0) ? sin(arc) / arc : 1;
	e = *x * shrink;
	n = *y * shrink;
	u = frame->radius * (cos(arc) - 1);
	for (int d = 0; d < 3; d++)
		earth[d] = frame->origin[d] + e * frame->east[d] + n * frame->north[d] + u * frame->up[d];
	EarthToLonLat(earth, x, y);
}
