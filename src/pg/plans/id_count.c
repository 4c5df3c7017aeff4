/*
 * id_count.c
 *	  How many rows of a stock have an id that another row has, or none.
 *
 * The rows of a stock come by authority, and an id may be in several.
 */
#include "postgres.h"

#include "pg/plans/id_count.h"

#include "miscadmin.h"

#include "pg/growing.h"
#include "pg/versions.h"

#define ST_SORT sort_ids
#define ST_ELEMENT_TYPE uint64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/* Count the id of a row; new memory is of the context. */
void
CountId(PlacesIdCount *count, MemoryContext context, const PlacesHomeKey *key)
{
	count->rows++;
	if (IsMissing(key))
		return;
	count->id = GrowArray(context, count->id, count->n, &count->capacity, sizeof(uint64));
	count->id[count->n++] = key->id[0];
}

/* Rows but for the first of each id. */
int64
CountDuplicates(PlacesIdCount *count)
{
	int64		distinct = 0;

	if (count->n > 0)
		sort_ids(count->id, count->n);
	for (Size i = 0; i < count->n; i++)
		distinct += i == 0 || count->id[i] != count->id[i - 1];
	return count->rows - distinct;
}
