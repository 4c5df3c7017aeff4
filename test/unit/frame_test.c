/*
 * frame_test.c
 *	  Local metres against known values and Vincenty's geodesic.
 */
#include "check.h"
#include "engine/base/frame.h"

#define WGS84_A	6378137.0
#define WGS84_F	(1 / 298.257223563)
#define DEGREE	(M_PI / 180)

/* Geodesic distance on the ellipsoid (Vincenty, Survey Review 23(176), 1975). */
static double
Vincenty(double lon1, double lat1, double lon2, double lat2)
{
	double		b = WGS84_A * (1 - WGS84_F);
	double		u1 = atan((1 - WGS84_F) * tan(lat1 * DEGREE));
	double		u2 = atan((1 - WGS84_F) * tan(lat2 * DEGREE));
	double		l = remainder(lon2 - lon1, 360) * DEGREE;
	double		lambda = l;
	double		sins = 0,
				coss = 1,
				sigma = 0,
				cos2a = 0,
				cos2m = 0,
				usq,
				big_a,
				big_b;

	for (int i = 0; i < 100; i++)
	{
		double		sina,
					c;

		sins = hypot(cos(u2) * sin(lambda), cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(lambda));
		if (sins == 0)
			return 0;
		coss = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(lambda);
		sigma = atan2(sins, coss);
		sina = cos(u1) * cos(u2) * sin(lambda) / sins;
		cos2a = 1 - sina * sina;
		cos2m = cos2a > 0 ? coss - 2 * sin(u1) * sin(u2) / cos2a : 0;
		c = WGS84_F / 16 * cos2a * (4 + WGS84_F * (4 - 3 * cos2a));
		lambda = l + (1 - c) * WGS84_F * sina *
			(sigma + c * sins * (cos2m + c * coss * (2 * cos2m * cos2m - 1)));
	}
	usq = cos2a * (WGS84_A * WGS84_A - b * b) / (b * b);
	big_a = 1 + usq / 16384 * (4096 + usq * (-768 + usq * (320 - 175 * usq)));
	big_b = usq / 1024 * (256 + usq * (-128 + usq * (74 - 47 * usq)));
	return b * big_a * (sigma - big_b * sins *
						(cos2m + big_b / 4 * (coss * (2 * cos2m * cos2m - 1))));
}

static double
LocalDistance(const PlacesFrame *f, double lon1, double lat1, double lon2, double lat2)
{
	ToLocal(f, &lon1, &lat1);
	ToLocal(f, &lon2, &lat2);
	return hypot(lon1 - lon2, lat1 - lat2);
}

static void
TestEarth(void)
{
	double		e[3],
				f[3],
				lon,
				lat;

	LonLatToEarth(0, 0, e);
	CHECK(e[0] == WGS84_A && e[1] == 0 && e[2] == 0, "%.17g", e[0]);
	LonLatToEarth(90, 0, e);
	CHECK(fabs(e[0]) < 1e-8 && e[1] == WGS84_A, "%.17g", e[1]);
	LonLatToEarth(12, 90, e);
	LonLatToEarth(-150, 90, f);
	CHECK(e[0] == 0 && e[1] == 0 && fabs(e[2] - 6356752.314245179) < 1e-6, "%.17g", e[2]);
	CHECK(memcmp(e, f, sizeof(e)) == 0, "the pole has no longitude");
	LonLatToEarth(180, 51, e);
	LonLatToEarth(-180, 51, f);
	CHECK(memcmp(e, f, sizeof(e)) == 0, "the antimeridian has one side");

	for (int i = 0; i < 2000; i++)
	{
		double		lon0 = 360 * Random() - 180;
		double		lat0 = 180 * Random() - 90;

		LonLatToEarth(lon0, lat0, e);
		EarthToLonLat(e, &lon, &lat);
		CHECK(fabs(remainder(lon - lon0, 360)) * cos(lat0 * DEGREE) < 1e-12 && fabs(lat - lat0) < 1e-12,
			  "%.17g %.17g", lon0, lat0);
	}
}

static void
TestPlanar(void)
{
	double		x[] = {1000000.25, NAN, 1000004.5};
	double		y[] = {7.5, NAN, -20};
	double		u = 1000004.5,
				v = 7.5;
	PlacesFrame f;

	FitFrame(&f, false, 3, x, y);
	ToLocal(&f, &u, &v);
	CHECK(u == 4.25 && v == 27.5, "%g %g", u, v);
	FromLocal(&f, &u, &v);
	CHECK(u == 1000004.5 && v == 7.5, "%g %g", u, v);
}

/* Lengths of a degree on WGS 84, from the tables. */
static void
TestDegrees(void)
{
	double		equator_lon[] = {10, 11},
				equator_lat[] = {0, 0};
	double		north_lon[] = {10, 10},
				north_lat[] = {0, 1};
	double		pole_lon[] = {10, 10},
				pole_lat[] = {89, 90};
	PlacesFrame f;

	CHECK(fabs(Vincenty(10, 0, 11, 0) - 111319.4908) < 1e-3, "%.6f", Vincenty(10, 0, 11, 0));
	CHECK(fabs(Vincenty(10, 0, 10, 1) - 110574.3886) < 1e-3, "%.6f", Vincenty(10, 0, 10, 1));
	CHECK(fabs(Vincenty(10, 89, 10, 90) - 111693.8649) < 1e-3, "%.6f", Vincenty(10, 89, 10, 90));

	FitFrame(&f, true, 2, equator_lon, equator_lat);
	CHECK(fabs(LocalDistance(&f, 10, 0, 11, 0) - 111319.4908) < 3, "%.4f", LocalDistance(&f, 10, 0, 11, 0));
	FitFrame(&f, true, 2, north_lon, north_lat);
	CHECK(fabs(LocalDistance(&f, 10, 0, 10, 1) - 110574.3886) < 3, "%.4f", LocalDistance(&f, 10, 0, 10, 1));
	FitFrame(&f, true, 2, pole_lon, pole_lat);
	CHECK(fabs(LocalDistance(&f, 10, 89, 10, 90) - 111693.8649) < 3, "%.4f", LocalDistance(&f, 10, 89, 10, 90));
}

/* Pairs within some kilometres of a middle: distances by the frame and by the geodesic. */
static void
CheckRegion(double lon, double lat, double km, double tolerance)
{
	double		x[40],
				y[40];
	PlacesFrame f;
	double		worst = 0;

	for (int i = 0; i < 40; i++)
	{
		/* at the pole, all round it */
		y[i] = lat + (2 * Random() - 1) * km / 111;
		x[i] = lon + (2 * Random() - 1) * (fabs(lat) > 89 ? 180 : km / 111 / cos(lat * DEGREE));
		if (fabs(lat) > 89)
			y[i] = copysign(90 - Random() * km / 111, lat);
		x[i] = remainder(x[i], 360);
	}
	FitFrame(&f, true, 40, x, y);
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < i; j++)
		{
			double		geodesic = Vincenty(x[i], y[i], x[j], y[j]);

			if (geodesic > km * 10)
				worst = fmax(worst, fabs(LocalDistance(&f, x[i], y[i], x[j], y[j]) / geodesic - 1));
		}
	CHECK(worst < tolerance, "at %g, %g within %g km: off by %g", lon, lat, km, worst);

	for (int i = 0; i < 40; i++)
	{
		double		u = x[i],
					v = y[i];

		ToLocal(&f, &u, &v);
		FromLocal(&f, &u, &v);
		CHECK(Vincenty(x[i], y[i], u, v) < 4e-10 * km * km * km + 1e-6, "there and back at %g, %g: %g m", lon, lat,
			  Vincenty(x[i], y[i], u, v));
	}
}

static void
TestRegions(void)
{
	static const double lons[] = {0, -1.5, 179.99, -180, 77};
	static const double lats[] = {0, 52, -33, 78, 90, -90, -84};

	for (int i = 0; i < 5; i++)
		for (int j = 0; j < 7; j++)
		{
			CheckRegion(lons[i], lats[j], 10, 1e-5);
			CheckRegion(lons[i], lats[j], 100, 1e-4);
		}
}

/* The same layout round the antimeridian has the same local metres as elsewhere. */
static void
TestAntimeridian(void)
{
	double		x[20],
				y[20],
				shifted[20];
	PlacesFrame f,
				g;

	for (int i = 0; i < 20; i++)
	{
		x[i] = 0.4 * Random() - 0.2;
		y[i] = 51 + 0.2 * Random();
		shifted[i] = x[i] + 180 > 180 ? x[i] - 180 : x[i] + 180;
	}
	FitFrame(&f, true, 20, x, y);
	FitFrame(&g, true, 20, shifted, y);
	for (int i = 0; i < 20; i++)
	{
		double		u = x[i],
					v = y[i],
					s = shifted[i],
					t = y[i];

		ToLocal(&f, &u, &v);
		ToLocal(&g, &s, &t);
		CHECK(fabs(u - s) < 1e-6 && fabs(v - t) < 1e-6, "%g %g", u - s, v - t);
	}
}

static void
TestDegenerate(void)
{
	double		nowhere[] = {NAN};
	double		lon[] = {0, 180, 90, -90, 0, 0};
	double		lat[] = {0, 0, 0, 0, 90, -90};
	double		backwards_lon[] = {0, 0, -90, 90, 180, 0};
	double		backwards_lat[] = {-90, 90, 0, 0, 0, 0};
	PlacesFrame f,
				g;

	FitFrame(&f, true, 1, nowhere, nowhere);
	FitFrame(&f, false, 0, NULL, NULL);
	FitFrame(&f, true, 6, lon, lat);
	FitFrame(&g, true, 6, backwards_lon, backwards_lat);
	CHECK(memcmp(&f, &g, sizeof(f)) == 0, "the frame depends on the order");
	for (int i = 0; i < 6; i++)
	{
		double		u = lon[i],
					v = lat[i];

		ToLocal(&f, &u, &v);
		CHECK(isfinite(u) && isfinite(v), "all round the earth: %g %g", u, v);
	}
}

int
main(void)
{
	StartTests();
	TestEarth();
	TestPlanar();
	TestDegrees();
	TestRegions();
	TestAntimeridian();
	TestDegenerate();
	return FinishTests();
}
