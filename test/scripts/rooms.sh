#!/usr/bin/env bash
# rooms - a file includes only what its room may call (doc/architecture.md), no
# two headers include each other, and the engine needs nothing but its host
set -euo pipefail
cd "$(dirname "$0")/../.."

status=0

# Rooms from the ground up, each with those it may call besides itself
rooms='engine/base:
engine/kmeans: engine/base
engine/balanced: engine/base engine/kmeans
engine/coverage: engine/base engine/balanced
engine/bound: engine/base
engine/territory: engine/base
engine/restart: engine/base engine/kmeans engine/balanced engine/coverage
engine: engine/base engine/kmeans engine/balanced engine/coverage engine/bound engine/territory engine/restart
pg: engine engine/base
pg/input: engine pg
pg/output: engine pg pg/input
pg/parallel: engine pg pg/input pg/output
pg/plans: engine pg pg/input pg/output pg/parallel
pg/sql: engine pg pg/input pg/output pg/parallel pg/plans'

declare -A may
while IFS=: read -r room others; do
	may[$room]=" $room $others "
done <<<"$rooms"

while IFS=: read -r file include; do
	from=${file#src/}
	from=${from%/*}
	to=${include#*\"}
	to=${to%/*}
	if [ "$file" = src/pg/host.c ] && [ "$to" = engine/base ]; then
		continue
	fi
	if [[ ${may[$from]:-} != *" $to "* ]]; then
		printf '%s includes %s, which is not below it\n' "$file" "${include#*\"}"
		status=1
	fi
done < <(grep -rE --include='*.[ch]' '^#include "(engine|pg)/' src | tr -d '\r')

# Inside a room too the arrows go one way: no file reaches itself by includes
circle=$(grep -rE --include='*.[ch]' '^#include "(engine|pg)/' src |
	sed -E 's,^src/(.*)\.[ch]:#include "(.*)\.h",\1 \2,' | awk '$1 != $2' |
	tsort 2>&1 >/dev/null || true)
if [ -n "$circle" ]; then
	printf 'files that need each other:\n%s\n' "$circle"
	status=1
fi

# Errors go one way (src/pg/refuse.h), but for those of the input of a type, whose place in the statement counts
if grep -rn --include='*.[ch]' 'ereport(ERROR' src/pg | grep -v -e '^src/pg/refuse\.' -e '^src/pg/sql/refuse\.c' -e 'define ReturnInputError' ||
	grep -rn --include='*.sql' --exclude='places--*' 'RAISE EXCEPTION' sql; then
	echo 'these say where in our functions they were noticed: use Refuse(), or places_internal.refuse()'
	status=1
fi
unknown=$(grep -rhoE --include='*.sql' --exclude='places--*' "refuse\('[a-z_]+'" sql | sed -E "s/.*'(.*)'/\1/" | sort -u |
	while read -r condition; do grep -q "{\"$condition\"," src/pg/sql/refuse.c || echo "$condition"; done)
if [ -n "$unknown" ]; then
	printf 'conditions that src/pg/sql/refuse.c does not know:\n%s\n' "$unknown"
	status=1
fi

# What the library asks for is C's, or declared in host.h
if command -v nm >/dev/null && [ -f libplaces.a ]; then
	unknown=$(nm libplaces.a | awk '
		$1 == "U" { used[$2] } NF == 3 && $2 ~ /[TDBRV]/ { has[$3] }
		END { for (s in used) if (!(s in has)) print s }' | sort |
		grep -vE '^(Host|host_|mem|fm|sqrt|hypot|round|sin|cos|tan|asinh|atan|next|log|ldexp|frexp|exp|qsort|bsearch|pow|floor|ceil|fabs|llround|lround|trunc|_|str|abort)' || true)
	if [ -n "$unknown" ]; then
		printf 'the engine asks for\n%s\n' "$unknown"
		status=1
	fi
fi

# Of the library PostgreSQL finds by name its functions and the workers' main
# functions, and nobody anything else
if command -v nm >/dev/null && [ -f places.so ]; then
	seen=$(nm -D --defined-only places.so | awk '
		{ name[$3] }
		END { for (s in name) if (!(("pg_finfo_" s) in name)) print s }' | sort |
		grep -vE '^(Pg_magic_func|pg_finfo_[a-z_]+|PlacesPoolMain|PlacesCrewMain)$' || true)
	if [ -n "$seen" ]; then
		printf 'the library shows\n%s\n' "$seen"
		status=1
	fi
fi
exit $status
