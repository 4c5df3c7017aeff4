/*
 * known.c
 *	  The authorities that a run finds stored, each with the digest of its rows.
 */
#include "postgres.h"

#include "pg/plans/known.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "pg/versions.h"

/* A table of PlacesKnown, by name; no digest is null: that has to be solved. */
HTAB *
ReadKnown(const NullableDatum *names, const NullableDatum *digests, MemoryContext context)
{
	HTAB	   *known = NewNameTable(sizeof(PlacesKnown), context);
	Datum	   *name,
			   *digest;
	bool	   *nobody,
			   *anew;
	int			n,
				ndigests;

	if (names->isnull || digests->isnull)
		return known;
	deconstruct_array(DatumGetArrayTypeP(names->value), TEXTOID, -1, false, TYPALIGN_INT, &name, &nobody, &n);
	deconstruct_array(DatumGetArrayTypeP(digests->value), TEXTOID, -1, false, TYPALIGN_INT, &digest, &anew, &ndigests);
	if (n != ndigests)
		elog(ERROR, "there are %d digests of %d authorities", ndigests, n);
	for (int i = 0; i < n; i++)
	{
		PlacesName	key = {nobody[i] ? "" : TextDatumGetCString(name[i]), nobody[i]};
		bool		found;
		PlacesKnown *entry = EnterName(known, key, context, &found);

		entry->digest = anew[i] ? NULL : MemoryContextStrdup(context, TextDatumGetCString(digest[i]));
		entry->met = false;
	}
	return known;
}
