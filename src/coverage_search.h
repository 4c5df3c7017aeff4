/*
 * coverage_search.h
 *	  Choose the discs that cover most homes.
 */
#ifndef PLACES_COVERAGE_SEARCH_H
#define PLACES_COVERAGE_SEARCH_H

#include "coverage_discs.h"

extern void CoverageSearch(CoverageState *state);

#endif							/* PLACES_COVERAGE_SEARCH_H */
