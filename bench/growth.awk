# growth.awk - draws time and memory against the number of homes, as an SVG
#
# Input: contestant|homes|seconds|MB, in the order of the legend and of homes; a
# value that is not known is empty.  All scales are logarithmic.

BEGIN {
	FS = "|"
	split("#1b6ca8 #d1495b #3a7d44 #8a8a8a #8e6c8a", colour, " ")
	width = 380; height = 300; left = 56; top = 44; gap = 84
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" 2 * (left + width) + 32 "\" height=\"" top + height + 82 \
		"\" font-family=\"sans-serif\" font-size=\"12\">"
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
}

{
	if (!($1 in of))
		of[$1] = ++contestants
	name[of[$1]] = $1
	n++
	who[n] = of[$1]; homes[n] = $2; value[1, n] = $3; value[2, n] = $4
	Widen(0, $2); Widen(1, $3); Widen(2, $4)
}

END {
	Panel(1, left, "seconds")
	Panel(2, left + width + gap - 28, "MB of memory")
	for (c = 1; c <= contestants; c++) {
		x = left + (c - 1) * 168
		Line(x, top + height + 62, x + 24, top + height + 62, colour[c], 2)
		Text(x + 30, top + height + 66, "start", name[c])
	}
	print "</svg>"
}

function Log(v) { return log(v) / log(10) }
function Floor(v) { return int(v) - (v < int(v)) }

# whole decades around all values of an axis
function Widen(axis, v)
{
	if (v <= 0)
		return
	if (!(axis in low) || Floor(Log(v)) < low[axis])
		low[axis] = Floor(Log(v))
	if (!(axis in high) || -Floor(-Log(v)) > high[axis])
		high[axis] = -Floor(-Log(v))
}

function X(x0, v) { return x0 + width * (Log(v) - low[0]) / (high[0] - low[0]) }
function Y(axis, v) { return top + height * (1 - (Log(v) - low[axis]) / (high[axis] - low[axis])) }

function Line(x1, y1, x2, y2, stroke, w)
{
	printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n", x1, y1, x2, y2, stroke, w
}

function Text(x, y, anchor, s)
{
	printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, s
}

function Number(decade)
{
	return decade >= 6 ? 10 ^ (decade - 6) " M" : decade >= 3 ? 10 ^ (decade - 3) ",000" : 10 ^ decade ""
}

function Panel(axis, x0, title,    d, i, last)
{
	Text(x0, top - 16, "start", title)
	for (d = low[0]; d <= high[0]; d++) {
		Line(X(x0, 10 ^ d), top, X(x0, 10 ^ d), top + height, "#dddddd", 1)
		Text(X(x0, 10 ^ d), top + height + 18, "middle", Number(d))
	}
	for (d = low[axis]; d <= high[axis]; d++) {
		Line(x0, Y(axis, 10 ^ d), x0 + width, Y(axis, 10 ^ d), "#dddddd", 1)
		Text(x0 - 6, Y(axis, 10 ^ d) + 4, "end", Number(d))
	}
	Text(x0 + width / 2, top + height + 38, "middle", "homes")
	for (i = 1; i <= n; i++) {
		if (value[axis, i] <= 0)
			continue
		printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", X(x0, homes[i]), Y(axis, value[axis, i]), colour[who[i]]
		if (last[who[i]])
			Line(X(x0, homes[last[who[i]]]), Y(axis, value[axis, last[who[i]]]), X(x0, homes[i]), Y(axis, value[axis, i]), colour[who[i]], 2)
		last[who[i]] = i
	}
}
