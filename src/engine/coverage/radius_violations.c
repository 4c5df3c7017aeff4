/*
 * radius_violations.c
 *	  Bring the places of a neighbourhood into circles of the radius.
 *
 * A place that fits no circle keeps one around as many as possible of the
 * points nearest to its centre.  The others, radius violations, go to the nearest
 * place whose circle holds them, or can be moved to.  Where there is none, the
 * place a point came from gets its former circle back, which held it: in the
 * worst case all circles are as before the trial, but for that of the place
 * whose centre was moved, and if that one is missed the trial has failed.
 */
#include "engine/coverage/radius_violations.h"

#include "engine/base/circle.h"

/* The bounding circle of the first "count" members. */
static PlacesCircle
CircleOfMembers(PlacesNeighbourhood *r, const int *member, int count)
{
	int			n = 0;

	for (int i = 0; i < count; i++)
	{
		PlacesOutline outline = GridCorners(r->division->grid, member[i]);

		memcpy(r->x + n, outline.x, sizeof(double) * outline.n);
		memcpy(r->y + n, outline.y, sizeof(double) * outline.n);
		n += outline.n;
	}
	return BoundingCircle(n, r->x, r->y);
}

/* Takes the points outside the circle off the place's list. */
static void
ShedPoints(PlacesNeighbourhood *r, int which)
{
	PlacesDivision *part = &r->part;
	PlacesDraft *place = &part->place[which];
	int			p = place->first;

	place->first = -1;
	while (p >= 0)
	{
		int			following = part->next[p];

		part->owner[p] = -1;
		if (CircleHolds(part->grid, p, place->circle_x, place->circle_y, part->rules.max_radius))
		{
			part->owner[p] = which;
			part->next[p] = place->first;
			place->first = p;
		}
		p = following;
	}
}

/*
 * Finds a circle of the radius for the place: around all its points, or as
 * many as possible of those nearest to its centre.  Points that are left out
 * are taken off the list and stay without owner.  False when it has no points.
 */
static bool
CirclePlace(PlacesNeighbourhood *r, int which)
{
	PlacesDivision *part = &r->part;
	PlacesDraft *place = &part->place[which];
	PlacesCircle circle;
	int			count = 0;
	int			low;
	int			high;

	for (int p = place->first; p >= 0; p = part->next[p])
	{
		double		dx = part->grid->x[p] - place->x;
		double		dy = part->grid->y[p] - place->y;

		part->member[count] = p;
		part->key[count++] = dx * dx + dy * dy;
	}
	if (count == 0)
		return false;
	circle = CircleOfMembers(r, part->member, count);
	if (circle.radius > part->rules.max_radius)
	{
		SortMembers(part, count);
		for (low = 1, high = count; high - low > 1;)
		{
			int			middle = low + (high - low) / 2;

			if (CircleOfMembers(r, part->member, middle).radius <= part->rules.max_radius)
				low = middle;
			else
				high = middle;
		}
		circle = CircleOfMembers(r, part->member, low);
	}
	place->circle_x = circle.x;
	place->circle_y = circle.y;
	ShedPoints(r, which);
	return true;
}

/* The circle that holds the place and the point, if it is small enough. */
static bool
StretchCircle(PlacesNeighbourhood *r, PlacesDraft *place, int point)
{
	PlacesDivision *part = &r->part;
	PlacesCircle circle;
	int			count = 0;

	part->member[count++] = point;
	for (int p = place->first; p >= 0; p = part->next[p])
		part->member[count++] = p;
	circle = CircleOfMembers(r, part->member, count);
	if (circle.radius > part->rules.max_radius * (1 - 1e-12))
		return false;
	place->circle_x = circle.x;
	place->circle_y = circle.y;
	return true;
}

/* Gives the point to the nearest place that can hold it; false when none can. */
static bool
RehousePoint(PlacesNeighbourhood *r, int point)
{
	PlacesDivision *part = &r->part;
	double		px = part->grid->x[point];
	double		py = part->grid->y[point];

	for (int stretch = 0; stretch <= 1; stretch++)
	{
		bool		tried[MOST_CHOSEN + 1] = {false};

		for (int tries = 0; tries < part->places; tries++)
		{
			int			best = -1;
			double		least = INFINITY;

			for (int i = 0; i < part->places; i++)
			{
				double		d = hypot(px - part->place[i].x, py - part->place[i].y);

				if (!tried[i] && d < least)
				{
					least = d;
					best = i;
				}
			}
			if (best < 0 || least > 2 * part->rules.max_radius)
				break;
			tried[best] = true;
			if (stretch ? !StretchCircle(r, &part->place[best], point) :
				!CircleHolds(part->grid, point, part->place[best].circle_x, part->place[best].circle_y,
							 part->rules.max_radius * (1 - 1e-12)))
				continue;
			part->owner[point] = best;
			part->next[point] = part->place[best].first;
			part->place[best].first = point;
			return true;
		}
	}
	return false;
}

/* Gives a place its former circle again, once. */
static bool
RevertCircle(PlacesNeighbourhood *r, int which)
{
	PlacesDraft *place = &r->part.place[which];

	if (which >= r->part.places || which == r->swapped || r->reverted[which])
		return false;
	r->reverted[which] = true;
	place->circle_x = r->before[which].circle_x;
	place->circle_y = r->before[which].circle_y;
	ShedPoints(r, which);
	return true;
}

/*
 * Bring the places into circles of the radius, sizes aside; false when that fails,
 * with the lists to be restored by the caller.  Every point left out goes to a place
 * that can hold it; where none can, its former place gets its former circle back.
 */
bool
FitCircles(PlacesNeighbourhood *r)
{
	PlacesDivision *part = &r->part;
	int			i;

	for (i = 0; i < part->places; i++)
	{
		if (!CirclePlace(r, i))
			return false;
		r->reverted[i] = false;
	}
	i = 0;
	while (i < r->points)
	{
		HostCheckCancel();
		if (part->owner[r->point[i]] >= 0 || RehousePoint(r, r->point[i]))
			i++;
		else if (RevertCircle(r, r->owner[i]))
			i = 0;
		else
			return false;
	}
	return true;
}
