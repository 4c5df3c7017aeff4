/*
 * solver.h
 *	  What is done to a packed group of homes, in whichever process.
 */
#ifndef PLACES_SOLVER_H
#define PLACES_SOLVER_H

#include "engine/engine.h"
#include "pg/versions.h"

typedef enum PlacesSolver
{
	SOLVER_HOMES,				/* what each home gets: a PlacesHomes */
	SOLVER_PLACES,				/* the places: a PlacesLists of one */
	SOLVER_BOUNDED,				/* the same, and what any places could keep */
	SOLVER_FRONTIER,			/* the places under each of several rules: a PlacesLists */
	SOLVER_RECLUSTER,			/* what homes with a past get: a places.reclustering */
	SOLVER_EXPLAIN				/* left to the caller (explain.c): the packed homes */
} PlacesSolver;

/* A solver and its rules; plain bytes, for shared memory. */
typedef struct PlacesTask
{
	PlacesSolver solver;
	Oid			type;			/* of a list of places, or of what SOLVER_RECLUSTER answers */
	int			nrules;			/* 1, but for SOLVER_FRONTIER */
	PlacesRules rules[FLEXIBLE_ARRAY_MEMBER];
} PlacesTask;

/*
 * Lists of places as bytes: values of places.place_list, one behind the other,
 * each aligned as the first.
 */
typedef struct PlacesLists
{
	int32		vl_len_;
	int32		n;
	float8		limit;			/* of SOLVER_BOUNDED: homes that any places could keep */
	char		list[FLEXIBLE_ARRAY_MEMBER];
} PlacesLists;

static inline Size
TaskSize(int nrules)
{
	return offsetof(PlacesTask, rules) + sizeof(PlacesRules) * nrules;
}

extern const char *SolverName(PlacesSolver solver);
extern bytea *SolvePacked(const PlacesTask *task, const bytea *packed);

#endif							/* PLACES_SOLVER_H */
