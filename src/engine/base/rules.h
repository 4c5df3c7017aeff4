/*
 * rules.h
 *	  What the engine is asked: the rules, and the incumbent to start from.
 */
#ifndef PLACES_RULES_H
#define PLACES_RULES_H

#include "engine/base/rows.h"

typedef enum PlacesMethod
{
	METHOD_COVERAGE,
	METHOD_BALANCED,
	METHOD_KMEANS
} PlacesMethod;

/* What becomes of the homes that coverage leaves outside every place. */
typedef enum PlacesRemainder
{
	REMAINDER_FLAG,				/* outlying, with the nearest place */
	REMAINDER_ATTACH,			/* join the nearest place within a distance */
	REMAINDER_GROUP				/* form dispersed places of their own */
} PlacesRemainder;

typedef struct PlacesRules
{
	PlacesMethod method;
	double		target_homes;
	double		min_homes;
	double		max_homes;		/* may be infinite */
	double		max_radius;		/* metres, may be infinite but for coverage */
	PlacesRemainder remainder;
	double		attach_within;	/* metres, may be infinite */
	double		max_gap;		/* between two parts of a place, metres; 0 or
								 * infinite: any */
	int			k;				/* places an authority; 0: by target_homes */
	bool		low_from_k;		/* with k: no min_homes, or no max_homes, was asked for; */
	bool		high_from_k;	/* balanced keeps within a tenth of the mean instead */
	int			nloads;			/* measures to be balanced, by rows.h, */
	double		load_tolerance[MOST_LOADS];	/* and how far each may be from its mean, as a
								 * share of that; infinite: as far as it likes */
	bool		nested;			/* places are parts of larger ones: each of these has as
								 * many as fit it best */
} PlacesRules;

/* Is a place of two parts told from a place in one piece? */
static inline bool
LimitsGap(const PlacesRules *rules)
{
	return rules->max_gap > 0 && !isinf(rules->max_gap);
}

/* Are there loads that places are to share out evenly, not only to be recorded? */
static inline bool
BalancesLoads(const PlacesRules *rules)
{
	bool		any = false;

	for (int l = 0; l < rules->nloads; l++)
		any = any || !isinf(rules->load_tolerance[l]);
	return any;
}

/* rounding allowed when sums of fractional weights are held against a bound */
#define SIZE_ROUNDING	1e-9

/* Whether somebody decided that a home stays in its place. */
typedef enum PlacesFixed
{
	FIXED_NOT,
	FIXED_PIN,					/* this home */
	FIXED_LOCK					/* all homes of its place */
} PlacesFixed;

/* The last answer, as far as it is known of the rows (or points) at hand. */
typedef struct PlacesIncumbent
{
	int			places;			/* that there were; 0: nothing is known */
	int		   *place;			/* of each row, 0 .. places - 1; -1 for none */
	uint8_t    *fixed;			/* of each row: PlacesFixed; not without place */
	double		tolerance;		/* gain, as a share, below which nobody moves */
	double		grace;			/* share of a limit by which kept ones may break it now */

	/* known of each place, from the rows */
	bool	   *kept;			/* by the rules, so that it has the grace; NULL: none was */
	double	   *share;			/* of the homes that the rules give others; NULL: 1.  For
								 * balanced alone */
} PlacesIncumbent;

/* Is it the label of a place of the incumbent that was kept?  Not of a new place. */
static inline bool
HasGrace(const PlacesIncumbent *incumbent, int label)
{
	return incumbent->kept != NULL && label < incumbent->places && incumbent->kept[label];
}

/* How many homes a place of that label may have, as a multiple of what others may. */
static inline double
ShareOf(const PlacesIncumbent *incumbent, int label)
{
	return incumbent->share != NULL && label < incumbent->places ? incumbent->share[label] : 1;
}

/*
 * The rules that a place of that label is held against, with its grace if it has one:
 * that is measured from the rules, whatever the place was like last time, so that it
 * cannot leave them step by step.
 */
static inline PlacesRules
RulesOfPlace(const PlacesRules *rules, const PlacesIncumbent *incumbent, int label)
{
	PlacesRules own = *rules;
	double		share = ShareOf(incumbent, label);

	own.min_homes *= share;
	own.target_homes *= share;
	own.max_homes *= share;
	if (HasGrace(incumbent, label))
	{
		own.min_homes *= 1 - incumbent->grace;
		own.max_radius *= 1 + incumbent->grace;
		own.max_gap *= 1 + incumbent->grace;
	}
	return own;
}

#endif							/* PLACES_RULES_H */
