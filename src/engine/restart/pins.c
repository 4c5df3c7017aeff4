/*
 * pins.c
 *	  Pinned homes that are too far out to count.
 *
 * A pinned home is in its place by decision.  Where no circle of max_radius
 * holds it and the place's other homes it does not count as one of them, lest
 * one pin cost a whole place.  Of several pins of a place the nearest are asked
 * first; a place of pins alone is made of those around their mean.
 */
#include "engine/base/sort.h"
#include "engine/restart/restart.h"

typedef struct PlacesPin
{
	int			place;
	double		distance;		/* squared, to the middle of the place */
	int			point;
} PlacesPin;

static int
ComparePins(const void *a, const void *b)
{
	const PlacesPin *p = a;
	const PlacesPin *q = b;

	if (p->place != q->place)
		return p->place < q->place ? -1 : 1;
	if (p->distance != q->distance)
		return p->distance < q->distance ? -1 : 1;
	return p->point < q->point ? -1 : 1;
}

/* List the pins, each with its distance to what its place is made of besides. */
static int
ListPins(const PlacesPoints *points, const PlacesIncumbent *past, const PlacesShape *others,
		 const PlacesShape *pinned, PlacesPin *pins)
{
	int			n = 0;

	for (int i = 0; i < points->n; i++)
		if (past->fixed[i] == FIXED_PIN)
		{
			int			j = past->place[i];
			double		x,
						y;

			Assert(j >= 0);
			ShapeCentre(others[j].points > 0 ? &others[j] : &pinned[j], &x, &y);
			x -= points->x[i];
			y -= points->y[i];
			pins[n++] = (PlacesPin) {j, x * x + y * y, i};
		}
	return n;
}

/* Mark the pins that are too far from the points that share their label. */
void
FindFarPins(const PlacesPoints *points, const PlacesIncumbent *past, double max_radius,
			const int *label, bool *far)
{
	int			k = Max(past->places, CountLabels(points->n, label));
	int		   *other_label;
	int		   *pin_label;
	PlacesPin  *pins;
	PlacesShape *others;
	PlacesShape *pinned;
	int			n;

	memset(far, 0, sizeof(bool) * points->n);
	if (isinf(max_radius) || memchr(past->fixed, FIXED_PIN, points->n) == NULL)
		return;
	other_label = HostNew(int, points->n);
	pin_label = HostNew(int, points->n);
	pins = HostNew(PlacesPin, points->n);
	for (int i = 0; i < points->n; i++)
	{
		bool		pin = past->fixed[i] == FIXED_PIN;

		other_label[i] = pin ? -1 : label[i];
		pin_label[i] = pin ? past->place[i] : -1;
	}
	others = MeasureShapes(points, other_label, k);
	pinned = MeasureShapes(points, pin_label, k);
	n = ListPins(points, past, others, pinned, pins);
	SortItems(pins, n, sizeof(PlacesPin), ComparePins);
	for (int p = 0; p < n; p++)
	{
		int			i = pins[p].point;
		PlacesShape *shape = &others[pins[p].place];

		HostCheckCancel();
		far[i] = !ShapeAdmits(shape, points->x[i], points->y[i], max_radius);
		if (!far[i])
			AddToShape(shape, points, i);
	}
	FreeShapes(others, k);
	FreeShapes(pinned, k);
	HostFree(pins);
	HostFree(pin_label);
	HostFree(other_label);
}
