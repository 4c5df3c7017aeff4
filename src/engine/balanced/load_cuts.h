/*
 * load_cuts.h
 *	  Places of equal homes and loads by cuts along lines.
 */
#ifndef PLACES_LOAD_CUTS_H
#define PLACES_LOAD_CUTS_H

#include "engine/balanced/load_state.h"

extern void CutLoads(const PlacesLoadProblem *problem, int *label);

#endif							/* PLACES_LOAD_CUTS_H */
