#!/usr/bin/env bash
# packaging - what packages are made from says the same everywhere: versions, names,
# and the files that an installation has; and a build in another directory
#
# Building the package itself takes a machine of its own (doc/testing.md).
set -euo pipefail
cd "$(dirname "$0")/../.."

Fail()
{
	printf 'packaging: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make=("${MAKE:-make}" --no-print-directory -s PG_CONFIG="${PG_CONFIG:-pg_config}")

# one version
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" places.control)
[ "$(sed -nE '1s/^places \((.*)\) .*/\1/p' debian/changelog)" = "$version" ] || Fail "debian/changelog is not of $version"
[ "$(grep -c "\"version\": \"$version\"" META.json)" = "$(grep -c '"version": "[^1]' META.json)" ] || Fail "META.json is not of $version"
grep -q "^## ${version//./\\.}\$" CHANGELOG.md || Fail "CHANGELOG.md does not know $version"

# what is generated is what its source gives
for control in debian/control debian/tests/control; do
	sed 's/PGVERSION/15/g' "$control.in" | cmp -s - "$control" || Fail "$control is not of $control.in: pg_buildext updatecontrol"
done
[ -x debian/rules ] && [ -x debian/tests/installcheck ] || Fail 'debian: not executable'
sed -n '3,$p' LICENSE | cmp -s - <(sed -n '/^License: PostgreSQL$/,$p' debian/copyright | tail -n +4 | sed 's/^ //; s/^\.$//') ||
	Fail 'debian/copyright has another licence'
if command -v dh >/dev/null && [ -f /usr/share/perl5/Debian/Debhelper/Sequence/pgxs.pm ]; then
	dh binary --with pgxs --no-act >/dev/null || Fail 'debian: dh does not know what to do'
fi

# what PGXN asks for, and that it is there
if command -v python3 >/dev/null; then
	python3 - <<-'EOF' || Fail 'META.json'
		import json, os, re
		meta = json.load(open("META.json"))
		for key in ("name", "version", "abstract", "maintainer", "license", "provides", "meta-spec"):
		    assert meta[key], key
		assert meta["release_status"] in ("stable", "testing", "unstable")
		assert set(meta["resources"]) == {"homepage", "bugtracker", "repository"}
		semantic = r"\d+\.\d+\.\d+([a-zA-Z][-0-9A-Za-z]*)?$"
		for name, part in meta["provides"].items():
		    assert re.match(semantic, part["version"]), name
		    assert os.path.isfile(part["file"]) and os.path.isfile(part["docfile"]), name
		for needs in meta["prereqs"].values():
		    for kind in needs.values():
		        assert all(re.match(semantic, v) for v in kind.values()), kind
		assert re.match(semantic, meta["version"]) and re.match(semantic, meta["meta-spec"]["version"])
	EOF
fi

# the files of an installation, all of them readable by everybody
"${make[@]}" install DESTDIR="$work/root" >/dev/null
sharedir=$("${PG_CONFIG:-pg_config}" --sharedir)
installed=$(cd "$work/root" && find . -type f | sed -e "s,^\.$sharedir,share," \
	-e "s,^\.$("${PG_CONFIG:-pg_config}" --pkglibdir),lib," | LC_ALL=C sort)
expected="lib/places.so
share/extension/places--0.2.0--$version.sql
share/extension/places--$version.sql
share/extension/places.control
$(cd share && LC_ALL=C printf 'share/places/%s\n' *)"
[ "$installed" = "$expected" ] || Fail "make install: $(diff <(echo "$expected") <(echo "$installed"))"
[ -z "$(find "$work/root" -type f ! -perm -444)" ] || Fail 'make install: files that not everybody can read'

# In another directory: the scripts are the same, objects are made there; or it says what to do
mkdir "$work/source" "$work/elsewhere"
cp -R Makefile places.control share sql src map test tools expected "$work/source"
find "$work/source" \( -name '*.o' -o -name 'places--*.sql' \) -delete
cd "$work/elsewhere"
"${make[@]}" -f ../source/Makefile "sql/places--$version.sql" src/pg/host.o build/engine/base/sort.o >/dev/null
cmp -s "sql/places--$version.sql" "$work/root$sharedir/extension/places--$version.sql" || Fail 'another script elsewhere'
[ -f src/pg/host.o ] && [ -f build/engine/base/sort.o ] || Fail 'objects are not made where make is'
[ ! -e ../source/build ] && [ -z "$(find ../source -name '*.o' -o -name 'places--*.sql')" ] || Fail 'a build elsewhere writes to the sources'
touch "../source/sql/places--$version.sql"
! "${make[@]}" -f ../source/Makefile all >said 2>&1 || Fail 'a build elsewhere takes what was built among the sources'
[ "$(wc -l <said)" = 1 ] && grep -q "itself holds a build: run 'make clean' there" said || Fail "the refusal: $(cat said)"
