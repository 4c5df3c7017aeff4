/*
 * ids.h
 *	  Ids of homes as bytes, one behind the other.
 */
#ifndef PLACES_IDS_H
#define PLACES_IDS_H

/*
 * The ids of rows.  As long as all of them are null there are no bytes.
 */
typedef struct PlacesIds
{
	char	   *data;			/* NULL: all ids are null */
	Size		used;
	Size		capacity;
} PlacesIds;

/* What else there may be of a row in bytes is kept in the same way. */
enum
{
	TEXT_ID,
	TEXT_LABEL,
	TEXT_LOCATION,				/* a geometry or geography; of rows alone that could not be placed */
	TEXTS
};

/* Ids read one after the other; where there are no bytes, all are null. */
typedef struct PlacesIdReader
{
	const char *at;
	const char *end;
} PlacesIdReader;

extern void AddId(PlacesIds *ids, MemoryContext context, int rows, const struct varlena *id);
extern void AppendIds(PlacesIds *ids, MemoryContext context, int rows, const PlacesIds *other, int other_rows);
extern bool NextId(PlacesIdReader *reader, const char **id, uint32 *length);
extern bool NextBytes(PlacesIdReader *reader, const char **bytes, uint32 *length);

#endif							/* PLACES_IDS_H */
