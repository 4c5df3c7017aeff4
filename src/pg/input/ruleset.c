/*
 * ruleset.c
 *	  The SQL type places.ruleset and its only maker, places.rules().
 *
 * A ruleset is a composite that shows every value in force; NULL is no limit, or
 * no value where k stands for the target and its bounds.  It is checked
 * when it is made and again when it is read, since anyone can write a ROW().
 */
#include "postgres.h"

#include "pg/input/ruleset.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "engine/engine.h"
#include "engine/inquiry.h"
#include "pg/refuse.h"
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
	RULE_MAX_GAP,
	RULE_K,
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
	Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("unknown %s \"%s\"", argument, word),
			errhint("Use %s.", list.data)));
}

/* Refuse what is not between two numbers, NaN included. */
static void
CheckRange(const char *argument, double value, double least, double most, const char *unit)
{
	if (!(value >= least && value <= most))
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
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
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must not exceed %s", smaller, larger),
				errdetail("%s is %g, %s is %g.", smaller, low, larger, high),
				errhint(hint, low)));
}

/* The bounds of a place's homes, and the target between them, for which k stands. */
static void
CheckHomes(PlacesRules *rules)
{
	CheckRange("target_homes", rules->target_homes, LEAST_HOMES, MOST_HOMES, "homes");
	CheckRange("min_homes", rules->min_homes, LEAST_HOMES, MOST_HOMES, "homes");
	CheckMaxHomes(rules->max_homes);
	if (rules->k > 0)
	{
		CheckOrder("min_homes", rules->min_homes, "max_homes", rules->max_homes,
				   "Also give max_homes => %.15g or more, or leave it out.");
		rules->target_homes = fmax(rules->min_homes, fmin(rules->target_homes, rules->max_homes));
	}
	CheckOrder("min_homes", rules->min_homes, "target_homes", rules->target_homes,
			   "Also give target_homes => %.15g, or use places.vary(), where the target grows with the minimum.");
	CheckOrder("target_homes", rules->target_homes, "max_homes", rules->max_homes,
			   "Also give max_homes => %.15g or more, or leave it out for its default.");
}

/* What goes with one method and not with another. */
static void
CheckMethod(const PlacesRules *rules)
{
	if (rules->remainder != REMAINDER_FLAG && rules->method != METHOD_COVERAGE)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("remainder needs method \"coverage\""),
				errdetail("Method \"%s\" leaves no home but strays outside its places.", method_names[rules->method]),
				errhint("Use method => 'coverage', or remainder => 'flag'.")));
	if (!isinf(rules->attach_within) && rules->remainder != REMAINDER_ATTACH)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("attach_within needs remainder \"attach\""),
				errdetail("remainder is \"%s\".", remainder_names[rules->remainder]),
				errhint("Use remainder => 'attach', or leave attach_within out.")));
	if (rules->k > 0 && rules->method == METHOD_COVERAGE)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("k needs method \"balanced\" or \"kmeans\""),
				errdetail("Method \"coverage\" makes as many places as keep the rules."),
				errhint("Use method => 'balanced', or target_homes instead of k.")));
}

/* How many places an authority is divided into; 0 when it is left out. */
static int
ReadCount(bool isnull, Datum value)
{
	int			k = isnull ? 0 : DatumGetInt32(value);

	if (!isnull && k < 1)
		Refuse((errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("k must be at least 1"),
				errdetail("k is %d.", k),
				errhint("It is the number of places of an authority. Leave it out, or NULL, for as many as target_homes asks for.")));
	return k;
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

/*
 * The homes of a place.  A target makes bounds for itself; where k stands for it
 * there are none but those that are given.
 */
static void
FillHomes(PlacesRules *rules, const Datum *values, const bool *nulls)
{
	const PlacesMethodDefaults *defaults = &method_defaults[rules->method];
	double		target = nulls[RULE_TARGET_HOMES] ?
		DEFAULT_TARGET_HOMES : DatumGetFloat8(values[RULE_TARGET_HOMES]);

	rules->k = ReadCount(nulls[RULE_K], values[RULE_K]);
	rules->low_from_k = rules->k > 0 && nulls[RULE_MIN_HOMES];
	rules->high_from_k = rules->k > 0 && nulls[RULE_MAX_HOMES];
	rules->target_homes = target;
	rules->min_homes = rules->low_from_k ? LEAST_HOMES :
		nulls[RULE_MIN_HOMES] ? fmax(target - defaults->below * target, LEAST_HOMES) :
		DatumGetFloat8(values[RULE_MIN_HOMES]);
	rules->max_homes = rules->high_from_k ? INFINITY :
		nulls[RULE_MAX_HOMES] ? DefaultMaximum(target, defaults->above) :
		DatumGetFloat8(values[RULE_MAX_HOMES]);
}

/* Rules from their values, with the method's defaults for the NULLs. */
static PlacesRules
FillRules(const Datum *values, const bool *nulls)
{
	PlacesRules rules = {0};

	rules.method = FindWord("method", nulls[RULE_METHOD], values[RULE_METHOD],
							method_names, lengthof(method_names));
	FillHomes(&rules, values, nulls);
	rules.max_radius = ReadMetres("max_radius", nulls[RULE_MAX_RADIUS], values[RULE_MAX_RADIUS],
								  method_defaults[rules.method].max_radius);
	rules.remainder = FindWord("remainder", nulls[RULE_REMAINDER], values[RULE_REMAINDER],
							   remainder_names, lengthof(remainder_names));
	rules.attach_within = ReadMetres("attach_within", nulls[RULE_ATTACH_WITHIN],
									 values[RULE_ATTACH_WITHIN], INFINITY);
	rules.max_gap = ReadMetres("max_gap", nulls[RULE_MAX_GAP], values[RULE_MAX_GAP], INFINITY);
	CheckHomes(&rules);
	CheckMethod(&rules);
	return rules;
}

/* The attributes of a row's type: fewer than ours before the extension is updated. */
static int
CountAttributes(HeapTupleHeader tuple)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(tuple), HeapTupleHeaderGetTypMod(tuple));
	int			natts = desc->natts;

	ReleaseTupleDesc(desc);
	return natts;
}

/* The rules that a ruleset holds; an error for none. */
PlacesRules
ReadRules(const NullableDatum *ruleset)
{
	HeapTupleHeader tuple;
	int			natts;
	Datum		values[RULES];
	bool		nulls[RULES];

	if (ruleset->isnull)
		Refuse((errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("rules must not be null"),
				errhint("Use places.rules().")));
	tuple = DatumGetHeapTupleHeader(ruleset->value);
	natts = CountAttributes(tuple);
	for (int i = 0; i < RULES; i++)
	{
		nulls[i] = i >= natts;
		values[i] = nulls[i] ? (Datum) 0 : GetAttributeByNum(tuple, i + 1, &nulls[i]);
	}
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
		a->attach_within == b->attach_within &&
		a->max_gap == b->max_gap &&
		a->k == b->k &&
		a->low_from_k == b->low_from_k &&
		a->high_from_k == b->high_from_k;
}

/* Rules as the attributes of a ruleset; NULL for what they do not limit. */
static void
ListRules(const PlacesRules *rules, Datum *values, bool *nulls)
{
	memset(nulls, false, sizeof(bool) * RULES);
	values[RULE_METHOD] = CStringGetTextDatum(method_names[rules->method]);
	values[RULE_TARGET_HOMES] = Float8GetDatum(rules->target_homes);
	values[RULE_MIN_HOMES] = Float8GetDatum(rules->min_homes);
	values[RULE_MAX_HOMES] = Float8GetDatum(rules->max_homes);
	values[RULE_MAX_RADIUS] = Float8GetDatum(rules->max_radius);
	values[RULE_REMAINDER] = CStringGetTextDatum(remainder_names[rules->remainder]);
	values[RULE_ATTACH_WITHIN] = Float8GetDatum(rules->attach_within);
	values[RULE_MAX_GAP] = Float8GetDatum(rules->max_gap);
	values[RULE_K] = Int32GetDatum(rules->k);
	nulls[RULE_TARGET_HOMES] = rules->k > 0;
	nulls[RULE_MIN_HOMES] = rules->low_from_k;
	nulls[RULE_MAX_HOMES] = rules->high_from_k;
	nulls[RULE_MAX_RADIUS] = isinf(rules->max_radius);
	nulls[RULE_ATTACH_WITHIN] = isinf(rules->attach_within);
	nulls[RULE_MAX_GAP] = isinf(rules->max_gap);
	nulls[RULE_K] = rules->k == 0;
}

/* A new ruleset of checked rules. */
static Datum
MakeRuleset(FunctionCallInfo fcinfo, const PlacesRules *rules)
{
	TupleDesc	desc;
	Datum		values[RULES];
	bool		nulls[RULES];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	Assert(desc->natts <= RULES);
	ListRules(rules, values, nulls);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

PG_FUNCTION_INFO_V1(rules);

/*
 * places.rules(): its arguments are the attributes of the ruleset, in order, of
 * which earlier versions had fewer
 */
Datum
rules(PG_FUNCTION_ARGS)
{
	Datum		values[RULES];
	bool		nulls[RULES];
	PlacesRules filled;

	for (int i = 0; i < RULES; i++)
	{
		nulls[i] = i >= PG_NARGS() || PG_ARGISNULL(i);
		values[i] = nulls[i] ? (Datum) 0 : PG_GETARG_DATUM(i);
	}
	filled = FillRules(values, nulls);
	PG_RETURN_DATUM(MakeRuleset(fcinfo, &filled));
}

PG_FUNCTION_INFO_V1(vary);

/* places.vary(rules, min_homes, max_radius) */
Datum
vary(PG_FUNCTION_ARGS)
{
	PlacesRules base;
	Datum		values[RULES];
	bool		nulls[RULES];
	PlacesRules varied;

	base = ReadRules(&fcinfo->args[0]);
	if (!PG_ARGISNULL(1))
		CheckRange("min_homes", PG_GETARG_FLOAT8(1), LEAST_HOMES, MOST_HOMES, "homes");
	GrowTarget(&base, PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1));

	ListRules(&base, values, nulls);
	values[RULE_MIN_HOMES] = PG_GETARG_DATUM(1);
	values[RULE_MAX_RADIUS] = PG_GETARG_DATUM(2);
	nulls[RULE_MIN_HOMES] = PG_ARGISNULL(1);
	nulls[RULE_MAX_RADIUS] = PG_ARGISNULL(2);
	varied = FillRules(values, nulls);
	PG_RETURN_DATUM(MakeRuleset(fcinfo, &varied));
}

PG_FUNCTION_INFO_V1(ruleset_in);

/*
 * ruleset_in(cstring, type oid, typmod int): the input of row types, but what
 * cannot be a row is told what makes one; of its own type, whichever is asked for
 */
Datum
ruleset_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	int			method = 0;

	if (text[strspn(text, " \t\n\r\f\v")] == '(')
	{
		fcinfo->args[1].value = ObjectIdGetDatum(get_func_rettype(fcinfo->flinfo->fn_oid));
		return record_in(fcinfo);
	}
	while (method < (int) lengthof(method_names) && pg_strcasecmp(method_names[method], text) != 0)
		method++;
	ReturnInputError(fcinfo,
					 (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					  errmsg("rules must be a ruleset"),
					  errdetail("\"%s\" is none.", text),
					  method == (int) lengthof(method_names) ? errhint("Use places.rules().") :
					  errhint("Use places.rules('%s').", method_names[method])));
}
