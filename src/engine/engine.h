/*
 * engine.h
 *	  The whole of the engine, to those who call it: the places of one
 *	  authority, and the parts that SQL functions are made of.
 *
 * The engine is plain C on arrays.  It takes memory and looks for a cancel by
 * way of base/host.h, and knows neither a server nor a database.
 */
#ifndef PLACES_ENGINE_H
#define PLACES_ENGINE_H

#include "engine/base/frame.h"
#include "engine/base/kdtree_search.h"
#include "engine/base/allocation.h"
#include "engine/base/assignment.h"
#include "engine/base/groups.h"
#include "engine/base/inside.h"
#include "engine/base/partitions.h"
#include "engine/base/points.h"
#include "engine/base/ranges.h"
#include "engine/base/rows.h"
#include "engine/base/rules.h"
#include "engine/base/segments.h"
#include "engine/base/solution.h"
#include "engine/base/sort.h"
#include "engine/base/spanning_tree.h"
#include "engine/base/subproblem.h"
#include "engine/measure.h"
#include "engine/territory/territories.h"

extern PlacesSolution *SolvePlaces(const PlacesRows *rows, const PlacesRules *rules);
extern PlacesSolution *RestartPlaces(const PlacesRows *rows, const PlacesRules *rules,
									 const PlacesIncumbent *incumbent, PlacesHelpers *helpers);
extern double LimitCoverage(const PlacesRows *rows, const PlacesRules *rules, PlacesHelpers *helpers);
extern void SolveSubproblem(PlacesSubproblem *problem);

#endif							/* PLACES_ENGINE_H */
