/*
 * ruleset.c
 *	  The SQL type places.ruleset and its only maker, places.rules().
 *
 * A ruleset is a composite that shows every value in force.  It is checked
 * when it is made and again when it is read, since anyone can write a ROW().
 */
#include "ruleset.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

/* Attributes of places.ruleset, in order. */
enum
{
	RULE_METHOD,
	RULE_TARGET_HOMES,
	RULE_MIN_HOMES,
	RULE_MAX_HOMES,
	RULE_MAX_RADIUS,
	RULES
};

/* What a method takes for the arguments left out. */
typedef struct PlacesMethodDefaults
{
	const char *name;
	PlacesMethod method;
	double		below;			/* min_homes = target_homes - this share of it */
	double		above;			/* max_homes = target_homes + this share of it */
} PlacesMethodDefaults;

static const PlacesMethodDefaults methods[] = {
	{"balanced", METHOD_BALANCED, 0.1, 0.1},
	{"kmeans", METHOD_KMEANS, 0, INFINITY},
};

#define DEFAULT_TARGET_HOMES	450

static const PlacesMethodDefaults *
FindMethod(const char *name)
{
	for (size_t i = 0; i < lengthof(methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method \"%s\"", name),
			 errhint("Use 'balanced' or 'kmeans'.")));
}

static void
CheckPositive(const char *argument, double value, bool may_be_infinite)
{
	if (!(value > 0) || (isinf(value) && !may_be_infinite))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be positive%s", argument, may_be_infinite ? "" : " and finite"),
				 errdetail("%s is %g.", argument, value),
				 errhint("Leave %s out, or NULL, for its default.", argument)));
}

static void
CheckOrder(const char *smaller, double low, const char *larger, double high)
{
	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not exceed %s", smaller, larger),
				 errdetail("%s is %g, %s is %g.", smaller, low, larger, high),
				 errhint("The bounds of a place are min_homes <= target_homes <= max_homes.")));
}

static void
CheckRules(const PlacesRules *rules)
{
	CheckPositive("target_homes", rules->target_homes, false);
	CheckPositive("min_homes", rules->min_homes, false);
	CheckPositive("max_homes", rules->max_homes, true);
	CheckOrder("min_homes", rules->min_homes, "target_homes", rules->target_homes);
	CheckOrder("target_homes", rules->target_homes, "max_homes", rules->max_homes);
}

/* Rules from their values, with the method's defaults for the NULLs. */
static PlacesRules
FillRules(const Datum *values, const bool *nulls)
{
	char	   *name = nulls[RULE_METHOD] ? NULL : text_to_cstring(DatumGetTextPP(values[RULE_METHOD]));
	const PlacesMethodDefaults *method = name ? FindMethod(name) : &methods[0];
	PlacesRules rules;

	rules.method = method->method;
	rules.target_homes = nulls[RULE_TARGET_HOMES] ?
		DEFAULT_TARGET_HOMES : DatumGetFloat8(values[RULE_TARGET_HOMES]);
	rules.min_homes = nulls[RULE_MIN_HOMES] ?
		rules.target_homes - method->below * rules.target_homes : DatumGetFloat8(values[RULE_MIN_HOMES]);
	rules.max_homes = nulls[RULE_MAX_HOMES] ?
		rules.target_homes + method->above * rules.target_homes : DatumGetFloat8(values[RULE_MAX_HOMES]);
	rules.max_radius = INFINITY;
	if (!nulls[RULE_MAX_RADIUS])
	{
		rules.max_radius = DatumGetFloat8(values[RULE_MAX_RADIUS]);
		CheckPositive("max_radius", rules.max_radius, false);
	}
	CheckRules(&rules);
	return rules;
}

/* The rules that a ruleset holds. */
PlacesRules
ReadRuleset(Datum ruleset)
{
	HeapTupleHeader tuple = DatumGetHeapTupleHeader(ruleset);
	Datum		values[RULES];
	bool		nulls[RULES];

	for (int i = 0; i < RULES; i++)
		values[i] = GetAttributeByNum(tuple, i + 1, &nulls[i]);
	return FillRules(values, nulls);
}

PG_FUNCTION_INFO_V1(rules);

/* places.rules(method, target_homes, min_homes, max_homes, max_radius) */
Datum
rules(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Datum		values[RULES];
	bool		nulls[RULES];
	PlacesRules filled;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	for (int i = 0; i < RULES; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i);
	}
	filled = FillRules(values, nulls);

	if (nulls[RULE_METHOD])
		values[RULE_METHOD] = CStringGetTextDatum(methods[0].name);
	values[RULE_TARGET_HOMES] = Float8GetDatum(filled.target_homes);
	values[RULE_MIN_HOMES] = Float8GetDatum(filled.min_homes);
	values[RULE_MAX_HOMES] = Float8GetDatum(filled.max_homes);
	values[RULE_MAX_RADIUS] = Float8GetDatum(filled.max_radius);
	for (int i = 0; i < RULE_MAX_RADIUS; i++)
		nulls[i] = false;		/* max_radius stays NULL for "no limit" */
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
