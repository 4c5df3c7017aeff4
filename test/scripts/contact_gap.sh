#!/usr/bin/env bash
# contact_gap.sh - what contact_gap() shows does not give away what it withholds
#
# Random contacts of a tree with small counts.  All that a reader sees for many numbers of
# days, medians too, bounds what he does not: sums of parts, counts that fall as days grow.
# The bounds are drawn together until nothing changes; then no withheld count may be left
# with one value.  The same bounds find out counts that are withheld one by one, without
# partners, and what a median gives away: else this test would prove nothing.
set -euo pipefail

Sql()
{
	PGOPTIONS='-c client_min_messages=error -c TimeZone=UTC' psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

Sql <<'SQL'
CREATE TABLE gap_stock AS
SELECT i AS id, 'A' || i / 480 AS la, ST_SetSRID(ST_MakePoint(10000 + 40000 * (i / 480) + 3000 * (i / 60 % 8) + 200 * (i / 20 % 3) + i % 7,
	CASE WHEN i / 60 % 8 = 7 THEN 900 * (i % 20) ELSE 20000 + i % 11 END), 27700) AS geom
FROM generate_series(0, 959) i;
SELECT places.create_plan('gap', 'gap_stock', 'id', 'la', 'geom', places.rules('balanced', 60, min_homes => 40, max_homes => 80, max_radius => 1000), boundary_within => 0);
SELECT places.create_patches('gap patches', 'gap', places.rules('balanced', 22, min_homes => 18, max_homes => 30));
SELECT places.create_localities('gap localities', 'gap', places.rules('balanced', 180, min_homes => 100, max_homes => 250, max_radius => 100000));
SELECT places FROM places.run('gap');
CREATE TABLE gap_contact (home int, at date);
SELECT places.add_contacts('gap', 'all', 'gap_contact', 'home', 'at');
SQL

# what is true, what is shown, and the tree, as the server has them for one draw of contacts
Figures()
{
	Sql -F, <<SQL
SELECT setseed($1);
TRUNCATE gap_contact;
-- each patch has a share of its own that was heard from, and a time of its own when
INSERT INTO gap_contact
SELECT h.home_id::int, current_date - LEAST(GREATEST((p.mid + (random() - 0.5) * p.width)::int, 0), 300)
FROM (SELECT patch, place, home_id FROM places.home_path WHERE plan = 'gap') h
JOIN (SELECT s.patch, random() ^ 0.3 AS share, 30 + 100 * random() AS mid, 120 * random() ^ 2 AS width
	FROM (SELECT DISTINCT patch FROM places.home_path WHERE plan = 'gap') s) p ON p.patch IS NOT DISTINCT FROM h.patch
WHERE random() < p.share;
SELECT 'tree', t.node, t.parent, t.homes FROM places_internal.gap_tree(places_internal.tree_of('gap')) t;
SELECT 'cell', d.days, left(replace(g.level, 'patch', 'c'), 1) || g.place, g.not_heard_from, g.median_days, c.unheard, c.median
FROM generate_series(20, 170, 3) d(days)
CROSS JOIN LATERAL places.contact_gap('gap', d.days) g
JOIN places_internal.gap_cells(places_internal.tree_of('gap'), d.days, 0) c ON c.level = g.level AND c.place = g.place;
SQL
}

for seed in 0.1 0.2 0.3 0.4 0.5 0.6; do
	printf 'draw,%s\n' "$seed"
	Figures "$seed"
done | python3 -c '
import math, sys

SUPPRESS = 10

def read(lines):
	draw = None
	for line in lines:
		f = line.strip().split(",")
		if f[0] == "draw":
			if draw:
				yield draw
			draw = {"parent": {}, "homes": {}, "shown": {}, "true": {}, "median": {}, "half": {}}
		elif f[0] == "tree":
			draw["parent"][f[1]] = f[2]
			draw["homes"][f[1]] = int(f[3])
		elif f[0] == "cell":
			key = (f[2], int(f[1]))
			draw["true"][key] = int(f[5])
			draw["shown"][key] = f[3] != ""
			if f[4]:
				draw["median"][f[2]] = float(f[4])
			if f[6] and f[3]:
				draw["half"][f[2]] = float(f[6])
	yield draw

def complete(draw):
	"""The places whose parts are all the homes they have."""
	parts = {}
	for node, parent in draw["parent"].items():
		if parent in draw["homes"]:
			parts.setdefault(parent, []).append(node)
	return {p: c for p, c in parts.items() if sum(draw["homes"][n] for n in c) == draw["homes"][p]}

def determined(draw, shown, median):
	"""Withheld counts that the bounds leave one value, or a lie: bounds that the truth does not keep."""
	days = sorted({d for _, d in shown})
	low, high = {}, {}
	for (node, d), true in draw["true"].items():
		low[node, d], high[node, d] = (true, true) if shown[node, d] else (0, draw["homes"][node])
		if node in median:
			half = draw["homes"][node] / 2
			if d >= median[node]:
				high[node, d] = min(high[node, d], math.floor(half))
			if d < median[node]:
				low[node, d] = max(low[node, d], math.ceil(half))
	parts = complete(draw)
	changed = True
	while changed:
		before = (dict(low), dict(high))
		for node in draw["homes"]:
			for a, b in zip(days, days[1:]):
				high[node, b] = min(high[node, b], high[node, a])
			for b, a in zip(days[::-1], days[-2::-1]):
				low[node, a] = max(low[node, a], low[node, b])
		for whole, children in parts.items():
			for d in days:
				lows, highs = sum(low[c, d] for c in children), sum(high[c, d] for c in children)
				low[whole, d], high[whole, d] = max(low[whole, d], lows), min(high[whole, d], highs)
				for c in children:
					low[c, d] = max(low[c, d], low[whole, d] - highs + high[c, d])
					high[c, d] = min(high[c, d], high[whole, d] - lows + low[c, d])
					lows, highs = sum(low[x, d] for x in children), sum(high[x, d] for x in children)
		changed = before != (low, high)
	for key, true in draw["true"].items():
		assert low[key] <= true <= high[key], ("not kept", key, low[key], true, high[key])
	return [k for k in shown if not shown[k] and low[k] == high[k]]

hidden = naive = medians = 0
for draw in read(sys.stdin):
	shown, homes = draw["shown"], draw["homes"]
	found = determined(draw, shown, draw["median"])
	if found:
		sys.exit("contact_gap: shown figures give away %s" % found[:5])
	assert draw["median"] and any(shown.values()), "nothing is shown"
	hidden += sum(not s for s in shown.values())
	one_by_one = {k: SUPPRESS <= t <= homes[k[0]] - SUPPRESS for k, t in draw["true"].items()}
	naive += len(determined(draw, one_by_one, {}))
	medians += len(determined(draw, shown, draw["half"]))
	for k in shown:
		if shown[k] and not one_by_one[k]:
			sys.exit("contact_gap: shows %s of %s" % (draw["true"][k], k))
said = "%d withheld; %d given away if one by one, %d by medians of all that are shown" % (hidden, naive, medians)
if not hidden or not naive or not medians:
	sys.exit("contact_gap: %s: this proves nothing" % said)
print("contact_gap: " + said)
'
