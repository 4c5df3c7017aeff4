/*
 * paths.c
 *	  The shortest augmenting paths of the flow (flow.c), and the homes that move
 *	  along them.
 *
 * A search for a path stays local where all is well.  It goes far where an arc is
 * missing or the prices on entry were wrong for many centres at once; so the work
 * of a pass is counted, and one that takes too long is cut short.  The prices that it
 * has reached are a better beginning for the next one, which has more arcs.
 */
#include "engine/balanced/paths.h"

#define MANY_CENTRES	36		/* looked at for more arcs once a pass was cut short */

/*
 * Offer a way to a node; cost is reduced by the prices, so >= 0 but for
 * rounding.
 */
static inline void
Relax(PlacesFlowSolver *s, int via, int arc, int to, double cost)
{
	PlacesNode *node = &s->g.nodes[to];
	double		distance = s->g.nodes[via].distance + Max(cost, 0);

	if (node->seen == s->search && node->distance <= distance)
		return;
	node->seen = s->search;
	node->distance = distance;
	node->via = via;
	node->arc = arc;
	HeapPush(&s->queue, distance, to, KEY_ALONE);
}

/* Relax the arcs that leave a centre, in a search for room. */
static void
ScanForward(PlacesFlowSolver *s, int from)
{
	PlacesNode *node = &s->g.nodes[from];
	double		price = s->centres->price[from];

	OpenNode(&s->g, from);
	for (int a = 0; a < node->narcs; a++)
	{
		int			to = node->arcs[a].to;
		PlacesRanked *offer;

		if (s->g.nodes[to].settled == s->search)
			continue;
		offer = BestOffer(&s->g, from, &node->arcs[a]);
		if (offer)
			Relax(s, from, a, to, offer->key + s->centres->price[to] - price);
	}
	if (s->high[from] - node->out > s->g.tiny)
		Relax(s, from, -1, s->g.hub, -price);
}

/* Relax the arcs that lead to a centre, in a search for homes. */
static void
ScanBackward(PlacesFlowSolver *s, int to)
{
	PlacesNode *node = &s->g.nodes[to];
	double		price = s->centres->price[to];

	for (int a = 0; a < node->narcs; a++)
	{
		int			from = node->arcs[a].to;
		int			arc = node->arcs[a].back;
		PlacesRanked *offer;

		if (s->g.nodes[from].settled == s->search)
			continue;
		OpenNode(&s->g, from);
		offer = BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc]);
		if (offer)
			Relax(s, to, arc, from, offer->key + price - s->centres->price[from]);
	}
	if (node->out - s->low[to] > s->g.tiny)
		Relax(s, to, -1, s->g.hub, price);
}

/*
 * Dijkstra's search from a centre in imbalance to the nearest node that can
 * help: the hub or a centre in the opposite imbalance.  It follows the arcs
 * forward from too many homes, backward from too few.  Returns the node
 * reached, or -1.
 */
static int
FindPath(PlacesFlowSolver *s, int start, bool forward)
{
	double		sign = forward ? 1 : -1;

	s->search++;
	s->queue.count = 0;
	s->nsettled = 0;
	s->g.nodes[start].seen = s->search;
	s->g.nodes[start].distance = 0;
	s->g.nodes[start].via = -1;
	HeapPush(&s->queue, 0, start, KEY_ALONE);

	while (s->queue.count > 0)
	{
		int			next = HeapPop(&s->queue, KEY_ALONE).item;
		PlacesNode *node = &s->g.nodes[next];

		HostCheckCancel();
		if (node->settled == s->search)
			continue;
		node->settled = s->search;
		if (next == s->g.hub || sign * node->excess < -s->g.tiny)
			return next;
		s->settled[s->nsettled++] = next;
		if (forward)
			ScanForward(s, next);
		else
			ScanBackward(s, next);
	}
	return -1;
}

/* Change the prices short of the path's end so that its arcs cost nothing and none less. */
static void
UpdatePrices(PlacesFlowSolver *s, int end, bool forward)
{
	double		distance = s->g.nodes[end].distance;

	for (int i = 0; i < s->nsettled; i++)
	{
		int			node = s->settled[i];
		double		change = distance - s->g.nodes[node].distance;

		s->centres->price[node] += forward ? change : -change;
	}
}

/* How many homes one step of a path can take. */
static double
StepCapacity(PlacesFlowSolver *s, int from, int to, int arc)
{
	if (to == s->g.hub)
		return s->high[from] - s->g.nodes[from].out;
	if (from == s->g.hub)
		return s->g.nodes[to].out - s->low[to];
	return s->g.flow->pieces[BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc])->item].amount;
}

static void
TakeStep(PlacesFlowSolver *s, int from, int to, int arc, double amount)
{
	if (to == s->g.hub)
		s->g.nodes[from].out += amount;
	else if (from == s->g.hub)
		s->g.nodes[to].out -= amount;
	else
		MovePiece(&s->g, BestOffer(&s->g, from, &s->g.nodes[from].arcs[arc])->item, amount, to);
}

/* Move as many homes as fit along the path found. */
static void
Augment(PlacesFlowSolver *s, int start, int end, bool forward)
{
	double		amount = fabs(s->g.nodes[start].excess);

	if (end != s->g.hub)
		amount = Min(amount, fabs(s->g.nodes[end].excess));
	for (int node = end; node != start; node = s->g.nodes[node].via)
	{
		int			via = s->g.nodes[node].via;

		amount = Min(amount, StepCapacity(s, forward ? via : node, forward ? node : via,
										  s->g.nodes[node].arc));
	}
	Assert(amount > 0);			/* or the search would find the same path for ever */
	for (int node = end; node != start; node = s->g.nodes[node].via)
	{
		int			via = s->g.nodes[node].via;

		TakeStep(s, forward ? via : node, forward ? node : via, s->g.nodes[node].arc, amount);
	}
	s->g.nodes[start].excess -= forward ? amount : -amount;
	s->g.nodes[end].excess += forward ? amount : -amount;
	s->g.flow->augmentations++;
}

/* Join the centres that the last search did not reach to the nearest that it did. */
static void
JoinUnreached(PlacesFlowSolver *s)
{
	const PlacesCentres *c = s->centres;

	for (int j = 0; j < c->k; j++)
	{
		double		least = INFINITY;
		int			nearest = j;

		HostCheckCancel();
		if (s->g.nodes[j].settled == s->search)
			continue;
		for (int i = 0; i < s->nsettled; i++)
		{
			double		dx = c->x[s->settled[i]] - c->x[j];
			double		dy = c->y[s->settled[i]] - c->y[j];

			if (dx * dx + dy * dy < least)
			{
				least = dx * dx + dy * dy;
				nearest = s->settled[i];
			}
		}
		JoinCentres(&s->g, nearest, j);
	}
}

/*
 * Move homes until no centre is in imbalance; false when an arc was missing for it,
 * or seems to be: a search that finds no short way goes far; or the work is spent.
 */
bool
ClearImbalances(PlacesFlowSolver *s)
{
	for (int pass = 0; pass < 2; pass++)
	{
		bool		forward = (pass == 0);

		for (int start = 0; start < s->g.hub; start++)
			while ((forward ? 1 : -1) * s->g.nodes[start].excess > s->g.tiny)
			{
				int			end;

				if (s->g.flow->work > s->most_work)
					return false;
				if (s->work > s->patience)
				{
					s->patience *= 2;
					s->cut = true;
					JoinAround(&s->g, MANY_CENTRES);
					return false;
				}
				end = FindPath(s, start, forward);
				s->work += s->nsettled;
				s->g.flow->work += s->nsettled;
				if (end < 0)
				{
					JoinUnreached(s);
					return false;
				}
				UpdatePrices(s, end, forward);
				Augment(s, start, end, forward);
			}
	}
	return true;
}
