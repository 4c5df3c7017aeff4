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

/*
 * Set pinned_outside, by point, for the pins that no circle of max_radius
 * (metres) holds together with the points that share the label of their place.
 * Labels of the pins themselves do not matter.  O(n log n), and a bounding
 * circle for each pin.
 */
void
FindPinsOutside(const PlacesPoints *points, const PlacesIncumbent *incumbent, double max_radius,
				const int *label, bool *pinned_outside)
{
	int			k = Max(incumbent->places, CountLabels(points->n, label));
	int		   *other_label;
	int		   *pin_label;
	PlacesRanked *pins;
	PlacesShape *others;
	PlacesShape *pinned;
	int			n;

	memset(pinned_outside, 0, sizeof(bool) * points->n);
	if (isinf(max_radius) || memchr(incumbent->fixed, FIXED_PIN, points->n) == NULL)
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
	for (int p = 0; p < n; p++)
	{
		int			i = pins[p].item;
		PlacesShape *shape = &others[incumbent->place[i]];

		HostCheckCancel();
		pinned_outside[i] = !ShapeAdmits(shape, points, i, max_radius);
		Assert(shape->points > 0 || !pinned_outside[i]);	/* no place is left empty */
		if (!pinned_outside[i])
			AddToShape(shape, points, i);
	}
	FreeShapes(others, k);
	FreeShapes(pinned, k);
	HostFree(pins);
	HostFree(pin_label);
	HostFree(other_label);
}
