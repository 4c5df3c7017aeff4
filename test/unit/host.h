/*
 * host.h
 *	  What a test can do as the engine's host.
 */
#ifndef PLACES_TEST_HOST_H
#define PLACES_TEST_HOST_H

extern void LookWith(void (*on_look) (void));

#endif							/* PLACES_TEST_HOST_H */
