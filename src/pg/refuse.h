/*
 * refuse.h
 *	  Errors of ours, without where in our functions they were noticed.
 */
#ifndef PLACES_REFUSE_H
#define PLACES_REFUSE_H

extern void LeaveOurFrames(void);

/* ereport(ERROR, ...), for all that this extension itself finds wrong */
#define Refuse(...) \
	do { \
		LeaveOurFrames(); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)

#endif							/* PLACES_REFUSE_H */
