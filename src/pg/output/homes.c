/*
 * homes.c
 *	  The answer for each home of a group, as bytes that travel between
 *	  processes.
 *
 * They are fewer than those of a places.clustering, and no more than those of
 * the homes: a worker puts them where the homes were.
 */
#include "postgres.h"

#include "pg/output/homes.h"

#include "utils/memutils.h"

#include "pg/output/reason.h"
#include "pg/versions.h"

/* In the order of the group's rows, in the current memory context. */
PlacesHomes *
AnswerHomes(const PlacesGroup *group, const PlacesSolution *solution)
{
	Size		size = offsetof(PlacesHomes, distance) +
		(sizeof(float8) + sizeof(int32) + sizeof(uint8)) * (Size) group->n;
	PlacesHomes *homes = palloc(size);

	SET_VARSIZE(homes, size);
	homes->n = group->n;
	for (int i = 0; i < group->n; i++)
	{
		int			point = solution->row_point[i];

		HostCheckCancelAt(i);
		HOMES_PLACE(homes)[i] = point < 0 ? 0 : solution->point_place[point] + 1;
		HOMES_DISTANCE(homes)[i] = point < 0 ? 0 : PointDistance(solution, point);
		HOMES_REASON(homes)[i] = HomeReason(group, solution, i);
	}
	return homes;
}
