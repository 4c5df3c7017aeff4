/*
 * ruleset.c
 *	  The SQL type places.ruleset and its only maker, places.rules().
 *
 * A ruleset is a composite that shows every value in force.  It is checked
 * when it is made and again when it is read, since anyone can write a ROW().
 */
#include "postgres.h"

#include "pg/input/ruleset.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "engine/engine.h"
#include "pg/versions.h"

/* Attributes of places.ruleset, in order. */
enum
{
	RULE_METHOD,
	RULE_TARGET_HOMES,
	RULE_MIN_HOMES,
	RULE_MAX_HOMES,
	RULE_MAX_RADIUS,
	RULE_REMAINDER,
	RULE_ATTACH_WITHIN,
	RULES
};

/* What a method takes for the arguments left out. */
typedef struct PlacesMethodDefaults
{
	double		below;			/* min_homes = target_homes - this share of it */
	double		above;			/* max_homes = target_homes + this share of it */
	double		max_radius;
} PlacesMethodDefaults;

/* by PlacesMethod and PlacesRemainder; the first of each is the default */
static const char *const method_names[] = {"coverage", "balanced", "kmeans"};
static const char *const remainder_names[] = {"flag", "attach", "group"};
static const PlacesMethodDefaults method_defaults[] = {
	{0, 1, 3000},
	{0.1, 0.1, INFINITY},
	{0, INFINITY, INFINITY},
};

#define DEFAULT_TARGET_HOMES	450

/* The position of a word, 0 for NULL; an error for one that is not in the list. */
static int
FindWord(const char *argument, bool isnull, Datum value, const char *const *words, int nwords)
{
	char	   *word;
	StringInfoData list;

	if (isnull)
		return 0;
	word = text_to_cstring(DatumGetTextPP(value));
	initStringInfo(&list);
	for (int i = 0; i < nwords; i++)
	{
		if (strcmp(words[i], word) == 0)
			return i;
		appendStringInfo(&list, "%s'%s'", i == 0 ? "" : i < nwords - 1 ? ", " : " or ", words[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", argument, word),
			 errhint("Use %s.", list.data)));
}

/* Refuse what is not between two numbers, NaN included. */
static void
CheckRange(const char *argument, double value, double least, double most, const char *unit)
{
	if (!(value >= least && value <= most))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %g and %g %s", argument, least, most, unit),
				 errdetail("%s is %g.", argument, value),
				 most != MOST_METRES ? errhint("Leave %s out, or NULL, for its default.", argument) :
				 errhint("Leave %s out, or NULL, for its default; %s => 1e9 is as good as no limit.", argument, argument)));
}

/* What may be without a limit says so by infinity. */
static void
CheckMaxHomes(double value)
{
	if (value != INFINITY)
		CheckRange("max_homes", value, LEAST_HOMES, MOST_HOMES, "homes, or Infinity");
}

static void
CheckOrder(const char *smaller, double low, const char *larger, double high, const char *hint)
{
	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not exceed %s", smaller, larger),
				 errdetail("%s is %g, %s is %g.", smaller, low, larger, high),
				 errhint(hint, low)));
}

static void
CheckRules(const PlacesRules *rules)
{
	CheckRange("target_homes", rules->target_homes, LEAST_HOMES, MOST_HOMES, "homes");
	CheckRange("min_homes", rules->min_homes, LEAST_HOMES, MOST_HOMES, "homes");
	CheckMaxHomes(rules->max_homes);
	CheckOrder("min_homes", rules->min_homes, "target_homes", rules->target_homes,
			   "Also give target_homes => %.15g, or use places.vary(), where the target grows with the minimum.");
	CheckOrder("target_homes", rules->target_homes, "max_homes", rules->max_homes,
			   "Also give max_homes => %.15g or more, or leave it out for its default.");
	if (rules->remainder != REMAINDER_FLAG && rules->method != METHOD_COVERAGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("remainder needs method \"coverage\""),
				 errdetail("Method \"%s\" leaves no home outside its places.", method_names[rules->method]),
				 errhint("Use method => 'coverage', or remainder => 'flag'.")));
	if (!isinf(rules->attach_within) && rules->remainder != REMAINDER_ATTACH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("attach_within needs remainder \"attach\""),
				 errdetail("remainder is \"%s\".", remainder_names[rules->remainder]),
				 errhint("Use remainder => 'attach', or leave attach_within out.")));
}

/* A distance in metres; infinite when it is left out and has no other default. */
static double
ReadMetres(const char *argument, bool isnull, Datum value, double otherwise)
{
	double		metres = otherwise;

	if (!isnull)
	{
		metres = DatumGetFloat8(value);
		CheckRange(argument, metres, LEAST_METRES, MOST_METRES, "metres");
	}
	return metres;
}

/* So much above the target, as far as it may be. */
static double
DefaultMaximum(double target, double above)
{
	return isinf(above) ? INFINITY : fmin(target + above * target, MOST_HOMES);
}

/* Rules from their values, with the method's defaults for the NULLs. */
static PlacesRules
FillRules(const Datum *values, const bool *nulls)
{
	const PlacesMethodDefaults *defaults;
	PlacesRules rules = {0};

	rules.method = FindWord("method", nulls[RULE_METHOD], values[RULE_METHOD],
							method_names, lengthof(method_names));
	defaults = &method_defaults[rules.method];
	rules.target_homes = nulls[RULE_TARGET_HOMES] ?
		DEFAULT_TARGET_HOMES : DatumGetFloat8(values[RULE_TARGET_HOMES]);
	rules.min_homes = nulls[RULE_MIN_HOMES] ?
		fmax(rules.target_homes - defaults->below * rules.target_homes, LEAST_HOMES) :
		DatumGetFloat8(values[RULE_MIN_HOMES]);
	rules.max_homes = nulls[RULE_MAX_HOMES] ?
		DefaultMaximum(rules.target_homes, defaults->above) : DatumGetFloat8(values[RULE_MAX_HOMES]);
	rules.max_radius = ReadMetres("max_radius", nulls[RULE_MAX_RADIUS], values[RULE_MAX_RADIUS],
								  defaults->max_radius);
	rules.remainder = FindWord("remainder", nulls[RULE_REMAINDER], values[RULE_REMAINDER],
							   remainder_names, lengthof(remainder_names));
	rules.attach_within = ReadMetres("attach_within", nulls[RULE_ATTACH_WITHIN],
									 values[RULE_ATTACH_WITHIN], INFINITY);
	CheckRules(&rules);
	return rules;
}

/* The rules that a ruleset holds; an error for none. */
PlacesRules
ReadRules(const NullableDatum *ruleset)
{
	HeapTupleHeader tuple;
	Datum		values[RULES];
	bool		nulls[RULES];

	if (ruleset->isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("rules must not be null"),
				 errhint("Use places.rules().")));
	tuple = DatumGetHeapTupleHeader(ruleset->value);
	for (int i = 0; i < RULES; i++)
		values[i] = GetAttributeByNum(tuple, i + 1, &nulls[i]);
	return FillRules(values, nulls);
}

bool
EqualRules(const PlacesRules *a, const PlacesRules *b)
{
	return a->method == b->method &&
		a->target_homes == b->target_homes &&
		a->min_homes == b->min_homes &&
		a->max_homes == b->max_homes &&
		a->max_radius == b->max_radius &&
		a->remainder == b->remainder &&
		a->attach_within == b->attach_within;
}

/* A new ruleset of checked rules. */
static Datum
MakeRuleset(FunctionCallInfo fcinfo, const PlacesRules *rules)
{
	TupleDesc	desc;
	Datum		values[RULES];
	bool		nulls[RULES] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[RULE_METHOD] = CStringGetTextDatum(method_names[rules->method]);
	values[RULE_TARGET_HOMES] = Float8GetDatum(rules->target_homes);
	values[RULE_MIN_HOMES] = Float8GetDatum(rules->min_homes);
	values[RULE_MAX_HOMES] = Float8GetDatum(rules->max_homes);
	values[RULE_MAX_RADIUS] = Float8GetDatum(rules->max_radius);
	values[RULE_REMAINDER] = CStringGetTextDatum(remainder_names[rules->remainder]);
	values[RULE_ATTACH_WITHIN] = Float8GetDatum(rules->attach_within);
	nulls[RULE_MAX_RADIUS] = isinf(rules->max_radius);	/* NULL shows "no limit" */
	nulls[RULE_ATTACH_WITHIN] = isinf(rules->attach_within);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

PG_FUNCTION_INFO_V1(rules);

/* places.rules(): its arguments are the attributes of the ruleset, in order */
Datum
rules(PG_FUNCTION_ARGS)
{
	Datum		values[RULES];
	bool		nulls[RULES];
	PlacesRules filled;

	for (int i = 0; i < RULES; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i);
	}
	filled = FillRules(values, nulls);
	PG_RETURN_DATUM(MakeRuleset(fcinfo, &filled));
}

/* Where a minimum exceeds the target, that grows with it, and max_homes in proportion, as far as it may. */
void
GrowTarget(PlacesRules *rules, double min_homes)
{
	double		target = fmax(rules->target_homes, min_homes);
	double		most = rules->max_homes * (target / rules->target_homes);

	rules->max_homes = isinf(rules->max_homes) ? most : fmin(most, MOST_HOMES);
	rules->target_homes = target;
}

PG_FUNCTION_INFO_V1(vary);

/* places.vary(rules, min_homes, max_radius) */
Datum
vary(PG_FUNCTION_ARGS)
{
	PlacesRules base;
	Datum		values[RULES];
	bool		nulls[RULES] = {false};
	PlacesRules varied;

	base = ReadRules(&fcinfo->args[0]);
	if (!PG_ARGISNULL(1))
		CheckRange("min_homes", PG_GETARG_FLOAT8(1), LEAST_HOMES, MOST_HOMES, "homes");
	GrowTarget(&base, PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1));

	values[RULE_METHOD] = CStringGetTextDatum(method_names[base.method]);
	values[RULE_TARGET_HOMES] = Float8GetDatum(base.target_homes);
	values[RULE_MIN_HOMES] = PG_GETARG_DATUM(1);
	values[RULE_MAX_HOMES] = Float8GetDatum(base.max_homes);
	values[RULE_MAX_RADIUS] = PG_GETARG_DATUM(2);
	values[RULE_REMAINDER] = CStringGetTextDatum(remainder_names[base.remainder]);
	values[RULE_ATTACH_WITHIN] = Float8GetDatum(base.attach_within);
	nulls[RULE_MIN_HOMES] = PG_ARGISNULL(1);
	nulls[RULE_MAX_RADIUS] = PG_ARGISNULL(2);
	nulls[RULE_ATTACH_WITHIN] = isinf(base.attach_within);
	varied = FillRules(values, nulls);
	PG_RETURN_DATUM(MakeRuleset(fcinfo, &varied));
}
