/*
 * ascii.c
 *	  Text in the escapes of HTML and of JSON, so that it is pure ASCII.
 *
 * A page goes through the encodings of the database and of the client before it
 * is a file, and what these cannot say would be lost, or end up in bytes that
 * are not those which the page declares.  ASCII is the same in all of them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "pg/versions.h"

#define REPLACEMENT	0xFFFD

/* A cursor over text in UTF-8. */
typedef struct Characters
{
	const unsigned char *at;
	const unsigned char *end;
} Characters;

/* In a database without an encoding (SQL_ASCII) the bytes are what they are. */
static Characters
OpenText(text *value)
{
	int			length = VARSIZE_ANY_EXHDR(value);
	char	   *utf8 = VARDATA_ANY(value);
	Characters	characters;

	if (GetDatabaseEncoding() != PG_SQL_ASCII)
	{
		char	   *converted = pg_server_to_any(utf8, length, PG_UTF8);

		if (converted != utf8)
		{
			utf8 = converted;
			length = strlen(utf8);
		}
	}
	characters.at = (unsigned char *) utf8;
	characters.end = characters.at + length;
	return characters;
}

/* The next code point; a byte that is not UTF-8 counts as an unknown character. */
static uint32
TakeCharacter(Characters *characters)
{
	const unsigned char *at = characters->at;
	int			length = pg_utf_mblen(at);

	if (characters->end - at < length || !pg_utf8_islegal(at, length))
	{
		characters->at++;
		return REPLACEMENT;
	}
	characters->at += length;
	return utf8_to_unicode(at);
}

/* Whether XML forbids a character, even as a reference. */
static bool
IsForbidden(uint32 character)
{
	return (character < 0x20 && character != '\t' && character != '\n' && character != '\r') ||
		character == 0xFFFE || character == 0xFFFF;
}

PG_FUNCTION_INFO_V1(map_markup);

/* map_markup(words text): for an element or an attribute of HTML or XML */
Datum
map_markup(PG_FUNCTION_ARGS)
{
	Characters	characters = OpenText(PG_GETARG_TEXT_PP(0));
	StringInfoData markup;

	initStringInfo(&markup);
	while (characters.at < characters.end)
	{
		uint32		character = TakeCharacter(&characters);

		if (IsForbidden(character))
			continue;
		else if (character == '&')
			appendStringInfoString(&markup, "&amp;");
		else if (character == '<')
			appendStringInfoString(&markup, "&lt;");
		else if (character == '>')
			appendStringInfoString(&markup, "&gt;");
		else if (character == '"')
			appendStringInfoString(&markup, "&quot;");
		else if (character == '\'' || character > 126)
			appendStringInfo(&markup, "&#%u;", character);
		else
			appendStringInfoChar(&markup, (char) character);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(markup.data, markup.len));
}

PG_FUNCTION_INFO_V1(map_script);

/*
 * map_script(data json): JSON to stand in a script of HTML.  Strings are the
 * only part of it that holds <, or anything outside ASCII, and may have either
 * written otherwise: no name can end the script.
 */
Datum
map_script(PG_FUNCTION_ARGS)
{
	Characters	characters = OpenText(PG_GETARG_TEXT_PP(0));
	StringInfoData script;

	initStringInfo(&script);
	while (characters.at < characters.end)
	{
		uint32		character = TakeCharacter(&characters);

		if (character > 0xFFFF)
			appendStringInfo(&script, "\\u%04x\\u%04x",
							 0xD800 + ((character - 0x10000) >> 10), 0xDC00 + ((character - 0x10000) & 0x3FF));
		else if (character == '<' || character > 126)
			appendStringInfo(&script, "\\u%04x", character);
		else
			appendStringInfoChar(&script, (char) character);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(script.data, script.len));
}
