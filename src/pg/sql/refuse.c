/*
 * refuse.c
 *	  Raises an error of ours from SQL; RAISE would add where in which function.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "pg/refuse.h"
#include "pg/versions.h"

/* The conditions that our functions raise, by their names in PL/pgSQL. */
static const struct
{
	const char *name;
	int			code;
}			conditions[] = {
	{"datatype_mismatch", ERRCODE_DATATYPE_MISMATCH},
	{"dependent_objects_still_exist", ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST},
	{"duplicate_object", ERRCODE_DUPLICATE_OBJECT},
	{"duplicate_table", ERRCODE_DUPLICATE_TABLE},
	{"feature_not_supported", ERRCODE_FEATURE_NOT_SUPPORTED},
	{"insufficient_privilege", ERRCODE_INSUFFICIENT_PRIVILEGE},
	{"invalid_parameter_value", ERRCODE_INVALID_PARAMETER_VALUE},
	{"invalid_schema_name", ERRCODE_INVALID_SCHEMA_NAME},
	{"invalid_table_definition", ERRCODE_INVALID_TABLE_DEFINITION},
	{"invalid_transaction_state", ERRCODE_INVALID_TRANSACTION_STATE},
	{"null_value_not_allowed", ERRCODE_NULL_VALUE_NOT_ALLOWED},
	{"object_in_use", ERRCODE_OBJECT_IN_USE},
	{"object_not_in_prerequisite_state", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE},
	{"read_only_sql_transaction", ERRCODE_READ_ONLY_SQL_TRANSACTION},
	{"string_data_right_truncation", ERRCODE_STRING_DATA_RIGHT_TRUNCATION},
	{"undefined_column", ERRCODE_UNDEFINED_COLUMN},
	{"undefined_object", ERRCODE_UNDEFINED_OBJECT},
	{"undefined_table", ERRCODE_UNDEFINED_TABLE},
	{"wrong_object_type", ERRCODE_WRONG_OBJECT_TYPE},
};

static int
CodeOf(const char *name)
{
	for (int i = 0; i < (int) lengthof(conditions); i++)
		if (strcmp(conditions[i].name, name) == 0)
			return conditions[i].code;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown condition \"%s\"", name),
			 errhint("Use one that functions of places refuse with, such as invalid_parameter_value.")));
}

static char *
TextOrNull(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

PG_FUNCTION_INFO_V1(refuse);

/* refuse(condition, message, hint, detail text): does not return */
Datum
refuse(PG_FUNCTION_ARGS)
{
	const char *condition = TextOrNull(fcinfo, 0);
	const char *message = TextOrNull(fcinfo, 1);
	const char *hint = TextOrNull(fcinfo, 2);
	const char *detail = TextOrNull(fcinfo, 3);

	if (condition == NULL || message == NULL)
		elog(ERROR, "an error without a condition or a message");
	Refuse((errcode(CodeOf(condition)),
			errmsg_internal("%s", message),
			detail != NULL ? errdetail_internal("%s", detail) : 0,
			hint != NULL ? errhint("%s", hint) : 0));
}
