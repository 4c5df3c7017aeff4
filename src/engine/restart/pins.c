/*
 * pins.c
 *	  Pinned homes that are too far out to count in their places.
 *
 * A pinned home is in its place by decision.  Where no circle of max_radius
 * holds it and the place's other homes it does not count as one of them, lest
 * one pin cost a whole place.  Of several pins of a place the nearest are asked
 * first; a place of pins alone is made of those around their mean.
 */
#include "engine/restart/pins.h"

#include "engine/base/shape.h"

/* List the pins, by the squared distance to what their place is made of besides; returns how many. */
static int
RankPins(const PlacesPoints *points, const PlacesIncumbent *incumbent, const PlacesShape *others,
		 const PlacesShape *pinned, PlacesRanked *pins)
{
	int			n = 0;

	for (int i = 0; i < points->n; i++)
		if (incumbent->fixed[i] == FIXED_PIN)
		{
			int			j = incumbent->place[i];
			double		x,
						y;

			Assert(j >= 0 && j < incumbent->places);
			ShapeCentre(others[j].points > 0 ? &others[j] : &pinned[j], &x, &y);
			x -= points->x[i];
			y -= points->y[i];
			pins[n++] = (PlacesRanked) {x * x + y * y, i};
		}
	SortRanked(pins, n);
	return n;
}

/* The widest circle that pins may ask of a place of the incumbent: that which it has within its grace. */
static double
WidestCircle(const PlacesRules *rules, const PlacesIncumbent *incumbent, int place, double radius)
{
	double		most = RulesOfPlace(rules, incumbent, place).max_radius;

	return radius <= most ? Max(rules->max_radius, radius) : rules->max_radius;
}

/*
 * Set pinned_outside, by point, for the pins that no circle of max_radius
 * (metres) holds together with the points that share the label of their place.
 * Labels of the pins themselves do not matter.  O(n log n), and a bounding
 * circle for each pin.
 */
void
FindPinsOutside(const PlacesPoints *points, const PlacesIncumbent *incumbent, const PlacesRules *rules,
				const int *label, bool *pinned_outside)
{
	int			k = Max(incumbent->places, CountLabels(points->n, label));
	int		   *other_label;
	int		   *pin_label;
	PlacesRanked *pins;
	PlacesShape *others;
	PlacesShape *pinned;
	double	   *widest;
	int			n;

	memset(pinned_outside, 0, sizeof(bool) * points->n);
	if (isinf(rules->max_radius) || memchr(incumbent->fixed, FIXED_PIN, points->n) == NULL)
		return;
	other_label = HostNew(int, points->n);
	pin_label = HostNew(int, points->n);
	pins = HostNew(PlacesRanked, points->n);
	for (int i = 0; i < points->n; i++)
	{
		bool		pin = incumbent->fixed[i] == FIXED_PIN;

		other_label[i] = pin ? -1 : label[i];
		pin_label[i] = pin ? incumbent->place[i] : -1;
	}
	others = MeasureShapes(points, other_label, k);
	pinned = MeasureShapes(points, pin_label, k);
	n = RankPins(points, incumbent, others, pinned, pins);
	widest = HostNew(double, incumbent->places);
	for (int j = 0; j < incumbent->places; j++)
		widest[j] = WidestCircle(rules, incumbent, j, others[j].circle.radius);
	for (int p = 0; p < n; p++)
	{
		int			i = pins[p].item;
		int			j = incumbent->place[i];
		PlacesShape *shape = &others[j];

		HostCheckCancel();
		pinned_outside[i] = !ShapeAdmits(shape, points, i, widest[j]);
		Assert(shape->points > 0 || !pinned_outside[i]);	/* no place is left empty */
		if (!pinned_outside[i])
			AddToShape(shape, points, i);
	}
	FreeShapes(others, k);
	FreeShapes(pinned, k);
	HostFree(widest);
	HostFree(pins);
	HostFree(pin_label);
	HostFree(other_label);
}
