/*
 * assignment.c
 *	  The one-to-one matching of two groupings with the largest overlap.
 *
 * This is the assignment problem on a sparse bipartite graph, in which a group
 * may also stay unmatched.  Every group has a price >= 0, a dual variable: the
 * prices of two groups add up to at least their overlap, those of matched ones to
 * exactly that, and unmatched groups have price 0; so no matching overlaps more
 * (Kuhn, "The Hungarian method for the assignment problem", Naval Research
 * Logistics Quarterly 2, 1955).  The left groups come in one by one; each looks by
 * Dijkstra's search for the cheapest augmenting path, to a free right group or to
 * a left group that becomes unmatched (Jonker and Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems",
 * Computing 38, 1987).  A search never leaves its connected component.
 *
 * The flow of balanced places (balanced/flow.c) is found by shortest augmenting
 * paths too, but on a few centres among which thousands of points move; here the
 * groups themselves are the nodes, and which of several best answers it is
 * matters.  Only the heap is common to both.
 *
 * Of several best matchings one is chosen by a rule that does not depend on the
 * search: the first left group gets the first right group that it has in any of
 * them, if it has one in any; then the second, given that; and so on.  The best
 * matchings are those in which the prices of every pair add up to its overlap and
 * every group with a price > 0 is matched (complementary slackness).  One turns
 * into another along alternating cycles in the graph of such pairs, with "nobody"
 * as one more group on either side, the partner of the unmatched.
 *
 * Overlaps are rounded to 2^-50 of the largest.  No price or distance exceeds
 * the largest overlap, so sums and comparisons of them are exact.
 */
#include "engine/base/assignment.h"

#include "engine/base/heap.h"

#define OVERLAP_BITS	50

typedef struct PlacesEdge
{
	int			left,
				right;
	double		overlap;		/* in whole units */
	int			row;			/* of the caller */
} PlacesEdge;

/* Groups are numbered from 0; the number behind the last is nobody. */
typedef struct PlacesMatcher
{
	int			lefts,
				rights,
				edges;
	PlacesEdge *edge;			/* sorted by left group, */
	int		   *first;			/* whose edges start at first[left] */
	double	   *left_price;
	double	   *right_price;
	int		   *left_mate;		/* the group it is matched with, or nobody */
	int		   *right_mate;
	/* the search from one left group */
	int			search;			/* its number */
	int		   *seen;			/* by right group: the last search that did */
	double	   *distance;		/* and there: how far it is, */
	int		   *taker;			/* which left group came to take it, */
	int		   *leaving;		/* and from which right group */
	int			reached;
	int		   *order;			/* the right groups that the search went on from */
	PlacesHeap	queue;
} PlacesMatcher;

/* The reduced cost of a pair: its prices less its overlap. */
static inline double
Slack(const PlacesMatcher *m, int edge)
{
	return m->left_price[m->edge[edge].left] + m->right_price[m->edge[edge].right] - m->edge[edge].overlap;
}

/* Rematch along the way by which the search from a left group came to a right one. */
static void
Rematch(PlacesMatcher *m, int start, int right)
{
	int			left;

	do
	{
		left = m->taker[right];
		m->left_mate[left] = right;
		m->right_mate[right] = left;
		right = m->leaving[right];
	} while (left != start);
}

/* ---- the largest overlap ---- */

/*
 * Look at the right groups next to a left group.  Shortens *best, the distance
 * of the nearest end so far, when one of them is free; *end is that group.
 */
static void
Scan(PlacesMatcher *m, int left, double distance, double *best, int *end)
{
	for (int e = m->first[left]; e < m->first[left + 1]; e++)
	{
		int			right = m->edge[e].right;
		double		offer = distance + Slack(m, e);

		if (offer >= *best || (m->seen[right] == m->search && offer >= m->distance[right]))
			continue;
		m->seen[right] = m->search;
		m->distance[right] = offer;
		m->taker[right] = left;
		m->leaving[right] = m->left_mate[left];
		if (m->right_mate[right] != m->lefts)
			HeapPush(&m->queue, offer, right, KEY_ALONE);
		else
		{
			*best = offer;
			*end = right;
		}
	}
}

/* The prices after a search that ended at a distance. */
static void
ChangePrices(PlacesMatcher *m, int start, double best)
{
	m->left_price[start] -= best;
	for (int i = 0; i < m->reached; i++)
	{
		int			right = m->order[i];
		double		change = best - m->distance[right];

		m->right_price[right] += change;
		m->left_price[m->right_mate[right]] -= change;
	}
}

/* A left group may end the search by becoming unmatched, at the price that it has. */
static void
Unmatch(PlacesMatcher *m, int left, double distance, double *best, int *end)
{
	if (distance + m->left_price[left] >= *best)
		return;
	*best = distance + m->left_price[left];
	*end = m->rights;
	m->taker[m->rights] = left;
	m->leaving[m->rights] = m->left_mate[left];
}

/* The least price of a left group with which none of its pairs has a negative reduced cost. */
static double
FirstPrice(const PlacesMatcher *m, int left)
{
	double		price = 0;

	for (int e = m->first[left]; e < m->first[left + 1]; e++)
		price = Max(price, m->edge[e].overlap - m->right_price[m->edge[e].right]);
	return price;
}

/* Bring in a left group, which is unmatched, by the cheapest augmenting path. */
static void
Match(PlacesMatcher *m, int start)
{
	double		best = INFINITY;
	int			end;

	HostCheckCancel();
	m->left_price[start] = FirstPrice(m, start);
	m->search++;
	m->reached = 0;
	m->queue.count = 0;
	Unmatch(m, start, 0, &best, &end);
	Scan(m, start, 0, &best, &end);
	while (m->queue.count > 0)
	{
		PlacesRanked next = HeapPop(&m->queue, KEY_ALONE);
		int			left = m->right_mate[next.item];

		HostCheckCancel();
		if (next.key >= best)
			break;
		if (next.key > m->distance[next.item])
			continue;
		m->order[m->reached++] = next.item;
		Unmatch(m, left, next.key, &best, &end);
		Scan(m, left, next.key, &best, &end);
	}
	ChangePrices(m, start, best);
	Rematch(m, start, end);
}

/* ---- one of several ---- */

static void
Visit(PlacesMatcher *m, int right, int taker, int leaving)
{
	if (m->seen[right] == m->search)
		return;
	m->seen[right] = m->search;
	m->taker[right] = taker;
	m->leaving[right] = leaving;
	m->order[m->reached++] = right;
}

/* The right groups that a left group may have in a best matching: its tight pairs, and nobody where its price is 0. */
static void
VisitNext(PlacesMatcher *m, int left)
{
	if (m->left_price[left] == 0)
		Visit(m, m->rights, left, m->left_mate[left]);
	for (int e = m->first[left]; e < m->first[left + 1]; e++)
		if (Slack(m, e) == 0)
			Visit(m, m->edge[e].right, left, m->left_mate[left]);
}

/* From "nobody": a right group of price 0 may be unmatched, and an unmatched left group may have its tight pairs. */
static void
VisitFromNobody(PlacesMatcher *m, int start)
{
	for (int right = 0; right < m->rights; right++)
		if (m->right_price[right] == 0)
			Visit(m, right, m->lefts, m->rights);
	for (int left = start + 1; left < m->lefts; left++)
		if (m->left_mate[left] == m->rights)
			VisitNext(m, left);
}

/*
 * Match the edge, and others anew as that demands, if some best matching has it
 * beside what the left groups before this one have: breadth-first search for an
 * alternating cycle.  What was visited in vain for one edge of a group need not be
 * visited for the next.
 */
static bool
TakeEdge(PlacesMatcher *m, int edge)
{
	int			start = m->edge[edge].left;
	int			next = m->reached;

	Visit(m, m->edge[edge].right, start, m->left_mate[start]);
	for (; next < m->reached; next++)
	{
		int			right = m->order[next];

		HostCheckCancel();
		if (right == m->left_mate[start])
		{
			Rematch(m, start, right);
			return true;
		}
		if (right == m->rights)
			VisitFromNobody(m, start);
		else if (m->right_mate[right] == m->lefts)
			Visit(m, m->rights, m->lefts, right);
		else if (m->right_mate[right] > start)
			VisitNext(m, m->right_mate[right]);
	}
	return false;
}

/* Give a left group the first edge that it can have. */
static void
Prefer(PlacesMatcher *m, int left)
{
	HostCheckCancel();
	m->search++;
	m->reached = 0;
	for (int e = m->first[left]; e < m->first[left + 1]; e++)
		if (m->edge[e].right == m->left_mate[left] || (Slack(m, e) == 0 && TakeEdge(m, e)))
			break;
}

/* ---- the graph ---- */

static PlacesMatcher *
NewMatcher(int n, const PlacesOverlap *overlap)
{
	PlacesMatcher *m = HostNewZero(PlacesMatcher, 1);

	for (int i = 0; i < n; i++)
	{
		m->lefts = Max(m->lefts, overlap[i].left + 1);
		m->rights = Max(m->rights, overlap[i].right + 1);
	}
	m->first = HostNewZero(int, m->lefts + 1);
	m->edge = HostNew(PlacesEdge, n);
	m->left_price = HostNewZero(double, m->lefts);
	m->right_price = HostNewZero(double, m->rights);
	m->left_mate = HostNew(int, m->lefts + 1);
	m->right_mate = HostNew(int, m->rights + 1);
	for (int l = 0; l < m->lefts; l++)
		m->left_mate[l] = m->rights;
	for (int r = 0; r < m->rights; r++)
		m->right_mate[r] = m->lefts;
	m->seen = HostNewZero(int, m->rights + 1);
	m->distance = HostNew(double, m->rights);
	m->taker = HostNew(int, m->rights + 1);
	m->leaving = HostNew(int, m->rights + 1);
	m->order = HostNew(int, m->rights + 1);
	return m;
}

static void
FreeMatcher(PlacesMatcher *m)
{
	HostFree(m->first);
	HostFree(m->edge);
	HostFree(m->left_price);
	HostFree(m->right_price);
	HostFree(m->left_mate);
	HostFree(m->right_mate);
	HostFree(m->seen);
	HostFree(m->distance);
	HostFree(m->taker);
	HostFree(m->leaving);
	HostFree(m->order);
	if (m->queue.items)
		HostFree(m->queue.items);
	HostFree(m);
}

/* Match what is required; the other pairs of groups that remain are the edges. */
static void
AddEdges(PlacesMatcher *m, int n, const PlacesOverlap *overlap, bool *matched)
{
	bool	   *left_taken = HostNewZero(bool, m->lefts);
	bool	   *right_taken = HostNewZero(bool, m->rights);

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		matched[i] = overlap[i].required;
		if (overlap[i].required)
			left_taken[overlap[i].left] = right_taken[overlap[i].right] = true;
	}
	for (int i = 0; i < n; i++)
	{
		if (left_taken[overlap[i].left] || right_taken[overlap[i].right] || overlap[i].homes == 0)
			continue;
		m->edge[m->edges++] = (PlacesEdge) {overlap[i].left, overlap[i].right, overlap[i].homes, i};
		m->first[overlap[i].left + 1] = m->edges;
	}
	for (int l = 0; l < m->lefts; l++)
		m->first[l + 1] = Max(m->first[l + 1], m->first[l]);
	HostFree(left_taken);
	HostFree(right_taken);
}

/* Overlaps in whole units, at least one. */
static void
RoundOverlaps(PlacesMatcher *m)
{
	double		largest = 0;
	int			exponent;

	HostCheckCancel();
	for (int e = 0; e < m->edges; e++)
		largest = Max(largest, m->edge[e].overlap);
	(void) frexp(largest, &exponent);
	for (int e = 0; e < m->edges; e++)
		m->edge[e].overlap = Max(rint(ldexp(m->edge[e].overlap, OVERLAP_BITS - exponent)), 1);
}

#ifdef PLACES_ASSERTS
/* Complementary slackness: the prices prove the matching best. */
static void
AssertCheckOptimal(const PlacesMatcher *m)
{
	for (int e = 0; e < m->edges; e++)
	{
		Assert(Slack(m, e) >= 0);
		Assert(m->left_mate[m->edge[e].left] != m->edge[e].right || Slack(m, e) == 0);
	}
	for (int l = 0; l < m->lefts; l++)
	{
		Assert(m->left_price[l] >= 0);
		Assert(m->left_mate[l] == m->rights ? m->left_price[l] == 0 : m->right_mate[m->left_mate[l]] == l);
	}
	for (int r = 0; r < m->rights; r++)
	{
		Assert(m->right_price[r] >= 0);
		Assert(m->right_mate[r] == m->lefts ? m->right_price[r] == 0 : m->left_mate[m->right_mate[r]] == r);
	}
}
#else
#define AssertCheckOptimal(m) ((void) 0)
#endif

/*
 * Match the groups of n distinct overlaps, sorted by left and right group.  For
 * each, matched says whether it is in the matching: every required one (of which
 * no two share a group), and of the others none without homes.  Groups are numbered
 * without large gaps: memory is in proportion to the largest number.
 *
 * O(n log n) a left group, in its connected component.
 */
void
MatchGroups(int n, const PlacesOverlap *overlap, bool *matched)
{
	PlacesMatcher *m = NewMatcher(n, overlap);

	AddEdges(m, n, overlap, matched);
	RoundOverlaps(m);
	for (int l = 0; l < m->lefts; l++)
		Match(m, l);
	AssertCheckOptimal(m);
	for (int l = 0; l < m->lefts; l++)
		Prefer(m, l);
	AssertCheckOptimal(m);
	for (int e = 0; e < m->edges; e++)
		matched[m->edge[e].row] = m->left_mate[m->edge[e].left] == m->edge[e].right;
	FreeMatcher(m);
}
