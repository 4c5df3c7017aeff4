/*
 * partitions.c
 *	  How far two groupings of the same homes agree, from the table of how many
 *	  homes each pair of groups shares.
 *
 * The adjusted Rand index counts the pairs of homes that are together in both
 * groupings, and sets what chance would give to 0 and identity to 1 (Hubert and
 * Arabie, "Comparing partitions", Journal of Classification 2, 1985).  The
 * variation of information is what the two groupings do not tell of each other
 * (Meila, "Comparing clusterings: an information based distance", Journal of
 * Multivariate Analysis 98, 2007).  The homes that moved are those outside the
 * best one-to-one matching of the groups.
 *
 * Sums are taken over sorted terms, so that they depend neither on the numbers
 * of the groups nor on the order of the pairs; and no term of them is negative.
 */
#include "engine/base/partitions.h"

#include "engine/base/assignment.h"
#include "engine/base/sort.h"

static int
ComparePairs(const void *a, const void *b)
{
	const PlacesPair *x = a;
	const PlacesPair *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static double
SortedSum(int n, double *terms)
{
	double		sum = 0;

	SortDoubles(terms, n);
	for (int i = 0; i < n; i++)
		sum += terms[i];
	return sum;
}

/* Groups that have homes. */
static int
CountGroups(int groups, const int64_t *homes)
{
	int			count = 0;

	for (int g = 0; g < groups; g++)
		count += homes[g] > 0;
	return count;
}

/* The two-element subsets of a set of homes. */
static double
TwoOf(double homes)
{
	return homes * (homes - 1) / 2;
}

/* Pairs of homes that are together in a grouping. */
static double
TogetherInGroups(int groups, const int64_t *homes, double *terms)
{
	for (int g = 0; g < groups; g++)
		terms[g] = TwoOf((double) homes[g]);
	return SortedSum(groups, terms);
}

/* Pairs of homes that are together in both groupings. */
static double
TogetherInBoth(int n, const PlacesPair *pairs, double *terms)
{
	for (int i = 0; i < n; i++)
		terms[i] = TwoOf((double) pairs[i].homes);
	return SortedSum(n, terms);
}

/* of groupings that are not the same, which leaves a denominator above 0 */
static double
AdjustedRandIndex(double homes, double both, double a, double b)
{
	double		all = TwoOf(homes);

	return (both * all - a * b) / ((a + b) / 2 * all - a * b);
}

static double
VariationOfInformation(int n, const PlacesPair *pairs, const int64_t *a, const int64_t *b,
					   double homes, double *terms)
{
	for (int i = 0; i < n; i++)
	{
		double		shared = (double) pairs[i].homes;

		HostCheckCancelAt(i);
		terms[i] = shared * (log((double) a[pairs[i].a] / shared) + log((double) b[pairs[i].b] / shared));
	}
	return SortedSum(n, terms) / homes;
}

/* The most homes that a one-to-one matching of the groups can keep together. */
static double
MatchedHomes(int n, PlacesPair *pairs)
{
	PlacesOverlap *overlap = HostNew(PlacesOverlap, n);
	bool	   *matched = HostNew(bool, n);
	double		homes = 0;

	SortItems(pairs, n, sizeof(PlacesPair), ComparePairs);
	for (int i = 0; i < n; i++)
		overlap[i] = (PlacesOverlap) {pairs[i].a, pairs[i].b, (double) pairs[i].homes, false};
	MatchGroups(n, overlap, matched);
	for (int i = 0; i < n; i++)
		if (matched[i])
			homes += overlap[i].homes;
	HostFree(overlap);
	HostFree(matched);
	return homes;
}

/*
 * Compare two groupings given by their n distinct pairs, in any order, which
 * comes out changed.  The groups of both have numbers below groups, some of
 * which may be those of no group.
 */
PlacesAgreement
ComparePartitions(int n, PlacesPair *pairs, int groups)
{
	PlacesAgreement agreement = {.adjusted_rand_index = 1};
	int64_t    *a = HostNewZero(int64_t, groups);
	int64_t    *b = HostNewZero(int64_t, groups);
	double	   *terms = HostNew(double, Max(n, groups));
	double		homes;

	for (int i = 0; i < n; i++)
	{
		HostCheckCancelAt(i);
		agreement.homes += pairs[i].homes;
		a[pairs[i].a] += pairs[i].homes;
		b[pairs[i].b] += pairs[i].homes;
	}
	homes = (double) agreement.homes;
	agreement.groups_a = CountGroups(groups, a);
	agreement.groups_b = CountGroups(groups, b);

	/* a pair for each group of either: the same grouping, for which the index may be 0 / 0 */
	if (agreement.groups_a == n && agreement.groups_b == n)
		return agreement;

	agreement.moved_share = (homes - MatchedHomes(n, pairs)) / homes;
	agreement.adjusted_rand_index = AdjustedRandIndex(homes, TogetherInBoth(n, pairs, terms),
													  TogetherInGroups(groups, a, terms),
													  TogetherInGroups(groups, b, terms));
	agreement.variation_of_information = VariationOfInformation(n, pairs, a, b, homes, terms);
	Assert(agreement.moved_share >= 0 && agreement.moved_share < 1);
	Assert(agreement.adjusted_rand_index <= 1 && agreement.variation_of_information >= 0);
	return agreement;
}
