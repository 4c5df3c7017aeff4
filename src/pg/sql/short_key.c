/*
 * short_key.c
 *	  places_internal.short_key(): an id or authority as plans store it.
 *
 * Both are keys of indexes, whose entries have 2.7 kB at most.  A longer one is
 * stored by its beginning and a hash; that is the short form of itself.
 */
#include "postgres.h"

#include "pg/sql/short_key.h"

#include "utils/builtins.h"

#include "pg/versions.h"

/* Longest key that is stored as it is, in bytes, and what is kept of a longer one, in characters. */
#define LONGEST_KEY		1000
#define KEPT_OF_KEY		200

PG_FUNCTION_INFO_V1(short_key);

/* short_key(key text) */
Datum
short_key(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	Datum		start,
				hash;

	if (VARSIZE_ANY_EXHDR(key) <= LONGEST_KEY)
		PG_RETURN_TEXT_P(key);
	start = DirectFunctionCall2(text_left, PointerGetDatum(key), Int32GetDatum(KEPT_OF_KEY));
	hash = DirectFunctionCall1(md5_text, PointerGetDatum(key));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s...%s", TextDatumGetCString(start), TextDatumGetCString(hash))));
}
