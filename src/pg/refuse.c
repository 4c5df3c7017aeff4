/*
 * refuse.c
 *	  Errors of ours, without where in our functions they were noticed.
 *
 * An error of ours says what is wrong and what to do.  PostgreSQL adds, as
 * CONTEXT, what each frame of error_context_stack says of itself: in which line
 * of which function within which statement.  Those of our functions help
 * nobody, so they are taken off the stack before the error is raised.  What a
 * function of somebody else says, one that called ours, stays, with all around it.
 * The errors of others, such as of a view that a stock is, keep everything.
 *
 * Nobody has to put the frames back: whoever catches an error, PG_TRY or the
 * main loop, restores the stack that it had.
 */
#include "postgres.h"

#include "pg/refuse.h"

/*
 * Whether a frame is a function in a procedural language that is not ours.  Ours
 * have a search path without our schemas, so their names are always qualified.
 */
static bool
IsOfOthers(const ErrorContextCallback *frame)
{
	ErrorContextCallback alone = *frame;
	ErrorContextCallback *all = error_context_stack;
	const char *says;

	alone.previous = NULL;
	error_context_stack = &alone;
	says = GetErrorContextStack();
	error_context_stack = all;
	return says != NULL && strstr(says, "PL/") != NULL &&
		strstr(says, " places.") == NULL && strstr(says, " places_internal.") == NULL;
}

/* Only before an error: nothing restores the stack but catching it. */
void
LeaveOurFrames(void)
{
	while (error_context_stack != NULL && !IsOfOthers(error_context_stack))
		error_context_stack = error_context_stack->previous;
}
