/*
 * solver.h
 *	  What is made of a group of homes, in whichever process.
 */
#ifndef PLACES_SOLVER_H
#define PLACES_SOLVER_H

#include "pg/input/group.h"

typedef enum PlacesSolver
{
	/* of one set of rules, for final functions */
	SOLVER_CLUSTER,				/* a places.clustering */
	SOLVER_LIST,				/* a places.place_list, with the gaps of places */
	SOLVER_LIMIT,				/* homes that any places could keep: a float8 */

	SOLVER_RECLUSTER,			/* what homes with an incumbent get: a places.reclustering */

	/* of tasks */
	SOLVER_RUN,					/* the same: a PlacesRunAnswer */
	SOLVER_HOMES,				/* what each home gets: a PlacesHomes */
	SOLVER_PLACES,				/* the places: a places.place_list */
	SOLVER_MEASURED,			/* the same, with their gaps, which take a while to measure */
	SOLVER_BOUNDED,				/* without gaps; and what any places could keep, a PlacesLimit */
	SOLVER_FRONTIER,			/* the places under each of several rules */
	SOLVER_EXPLAIN				/* left to the caller (explain.c): the packed homes */
} PlacesSolver;

/* A solver and its rules; plain bytes, for shared memory. */
typedef struct PlacesTask
{
	PlacesSolver solver;
	Oid			type;			/* of a list of places */
	int			nrules;			/* 1, but for SOLVER_FRONTIER */
	PlacesRules rules[FLEXIBLE_ARRAY_MEMBER];
} PlacesTask;

/* Homes that any places could keep, as bytes. */
typedef struct PlacesLimit
{
	int32		vl_len_;
	float8		homes;
} PlacesLimit;

/* What a run of a plan gets: the homes' answers, and behind them a value of places.place_list. */
typedef struct PlacesRunAnswer
{
	int32		vl_len_;
	int32		choice;			/* PlacesChoice */
	Size		list;			/* where that begins, in bytes from homes */
	char		homes[FLEXIBLE_ARRAY_MEMBER];	/* PlacesHomes */
} PlacesRunAnswer;

static inline Size
TaskSize(int nrules)
{
	return offsetof(PlacesTask, rules) + sizeof(PlacesRules) * nrules;
}

extern PlacesTask *NewTask(PlacesSolver solver, Oid type, const NullableDatum *ruleset);
extern PlacesTask *NewFrontierTask(Oid type, const NullableDatum *rulesets);
extern PlacesTask *NewBalanceTask(Oid type, const PlacesRules *rules, const Datum *tolerance, int n);
extern const char *SolverName(PlacesSolver solver);
extern Datum SolveGroup(PlacesSolver solver, Oid type, const PlacesGroup *group);
extern int	TaskUnits(const PlacesTask *task);
extern bytea *SolvePacked(const PlacesTask *task, int unit, const bytea *packed, PlacesHelpers *helpers);

#endif							/* PLACES_SOLVER_H */
