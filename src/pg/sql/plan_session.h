/*
 * plan_session.h
 *	  The role and the search path behind a call of a function of plans.
 */
#ifndef PLACES_PLAN_SESSION_H
#define PLACES_PLAN_SESSION_H

/* Whose rights and settings were in force before ReadAsCaller(). */
typedef struct PlacesReader
{
	Oid			user;
	int			security;
	int			settings;
} PlacesReader;

/* A stock is being read for whoever went through the door: until that is over none opens. */
extern PlacesReader ReadAsCaller(const NullableDatum *search_path);
extern void EndReading(const PlacesReader *before);

/* Does something as behind a door that somebody goes through with a search path. */
extern void WithCaller(Oid caller, const char *search_path, void (*work) (void *), void *argument);

#endif
