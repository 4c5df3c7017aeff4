/*
 * pieces.c
 *	  Points, whole or divided, and the centres that they are assigned to.
 *
 * A point is one piece until only some of its homes move; its pieces form a ring.
 * No two of them with homes are assigned to the same centre.  One that has given
 * all its homes away is kept empty and used again, because whoever remembers a
 * piece by its number still finds the same point there.
 */
#include "engine/balanced/pieces.h"

/* The piece of the same point that is assigned to a centre already, or -1. */
static int
FindSibling(const PlacesFlow *flow, int piece, int place)
{
	for (int i = flow->pieces[piece].sibling; i != piece; i = flow->pieces[i].sibling)
		if (flow->pieces[i].place == place && flow->pieces[i].amount > 0)
			return i;
	return -1;
}

/* An empty piece of the same point. */
static int
SparePiece(PlacesFlow *flow, int piece)
{
	int			part = flow->pieces[piece].sibling;

	while (part != piece && flow->pieces[part].amount > 0)
		part = flow->pieces[part].sibling;
	if (part != piece)
		return part;

	part = flow->npieces++;
	if (flow->npieces > flow->capacity)
	{
		flow->capacity += flow->capacity / 2 + 64;
		flow->pieces = HostRealloc(flow->pieces, sizeof(PlacesPiece) * flow->capacity);
	}
	flow->pieces[part] = flow->pieces[piece];
	flow->pieces[piece].sibling = part;
	return part;
}

/*
 * Set some homes (0 < amount) of a piece apart, to be assigned to another centre.
 * Returns the piece that they are, the same one where fewer than tiny remain; -1
 * where they have joined a piece that is assigned to that centre already.  Takes
 * as long as the point has pieces.
 */
int
DetachHomes(PlacesFlow *flow, int piece, double amount, int to, double tiny)
{
	int			there = FindSibling(flow, piece, to);
	int			part;

	Assert(amount > 0 && amount <= flow->pieces[piece].amount + tiny);
	Assert(flow->pieces[piece].place != to);
	if (flow->pieces[piece].amount - amount <= tiny)
	{
		if (there < 0)
			return piece;
		flow->pieces[there].amount += flow->pieces[piece].amount;
		flow->pieces[piece].amount = 0;
		return -1;
	}
	flow->pieces[piece].amount -= amount;
	if (there >= 0)
	{
		flow->pieces[there].amount += amount;
		return -1;
	}
	part = SparePiece(flow, piece);
	flow->pieces[part].amount = amount;
	return part;
}

void
FreeFlow(PlacesFlow *flow)
{
	HostFree(flow->pieces);
	HostFree(flow);
}
