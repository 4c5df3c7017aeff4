// The scene that the database wrote into the page.  Lengths are decimetres from
// the middle of the frame, y downwards.

// A multipoint in TWKB, as ST_AsTWKB writes it: a type, flags, the number of
// points, then differences as variable-length integers, the sign in the last bit.
// Sums of powers, not shifts: a difference may exceed 32 bits.
function readPoints(base64, add) {
	const bytes = atob(base64);
	let at = 2;

	function read() {
		let value = 0;
		let unit = 1;
		let byte;
		do {
			byte = bytes.charCodeAt(at++);
			value += (byte & 127) * unit;
			unit *= 128;
		} while (byte > 127);
		return value;
	}

	function signed() {
		const value = read();
		return value % 2 ? -(value + 1) / 2 : value / 2;
	}

	let x = 0;
	let y = 0;
	for (let left = read(); left > 0; left--) {
		x += signed();
		y += signed();
		add(x, -y);
	}
}

// Where dots of a place stand in the arrays of all dots: spans of those kept in it
// and of its others, and the boxes around them.
function prepare(place) {
	place.keptSpans = [];
	place.otherSpans = [];
	place.box = [Infinity, Infinity, -Infinity, -Infinity];
	place.keptBox = place.box.slice();
	place.authorities = new Set(place.authority === null ? [] : [place.authority]);
	place.path = place.outline && new Path2D(place.outline);
}

function widen(box, x, y) {
	box[0] = Math.min(box[0], x);
	box[1] = Math.min(box[1], y);
	box[2] = Math.max(box[2], x);
	box[3] = Math.max(box[3], y);
}

// The dots from first to before last are of the place with number i of a level.
function give(level, i, kept, first, last, { xs, ys }) {
	const place = level.places[i];
	const spans = kept ? place.keptSpans : place.otherSpans;
	const before = spans[spans.length - 1];

	if (before && before[1] === first) before[1] = last;
	else if (first < last) spans.push([first, last]);
	for (let dot = first; dot < last; dot++) {
		level.owners[dot] = i;
		widen(place.box, xs[dot], ys[dot]);
		if (kept) widen(place.keptBox, xs[dot], ys[dot]);
	}
}

// All dots in one pair of arrays; those of a place stand together, its kept homes first.
function readDots(scene) {
	const xs = [];
	const ys = [];
	const ends = [];
	const add = (x, y) => {
		xs.push(x);
		ys.push(y);
	};

	for (const place of scene.places) {
		const first = xs.length;
		if (place.keptDots) readPoints(place.keptDots, add);
		const middle = xs.length;
		if (place.otherDots) readPoints(place.otherDots, add);
		ends.push([first, middle, xs.length]);
	}
	scene.xs = Float64Array.from(xs);
	scene.ys = Float64Array.from(ys);
	return ends;
}

// A level of the same dots: each run of them says in which locality and which patch
// it is; those in none are with the places without a number, by their authority.
function spread(scene, own, level, runs) {
	const at = level.level === "locality" ? 1 : 3;
	const numbered = new Map(level.places.map((place, i) => [place.number, i]));
	const outside = new Map(level.places.map((place, i) => [place.authority, i]).filter(([, i]) => level.places[i].number === null));
	let first = 0;

	level.places.forEach(prepare);
	// the authorities of a locality are those of its places, not its region
	if (at === 1) for (const place of level.places) place.authorities.clear();
	level.owners = new Int32Array(scene.xs.length);
	for (const run of runs) {
		const last = first + run[0];
		const place = own.places[own.owners[first]];
		const number = run[at];
		const i = number !== null ? numbered.get(number) : outside.has(place.authority) ? outside.get(place.authority) : outside.get(null);
		give(level, i, run[at + 1], first, last, scene);
		if (place.authority !== null) level.places[i].authorities.add(place.authority);
		if (number !== null && at === 1) place.above = level.places[i].name;
		// what a patch is a part of: homes outside every kept place have patches too
		if (number !== null && at === 3 && place.keptSpans.some(([from, to]) => from <= first && first < to)) level.places[i].above = place.name;
		first = last;
	}
}

// The levels, the largest first; the scene's own is among them.
function readScene(text, more) {
	const scene = JSON.parse(text);
	const { level, others, runs } = JSON.parse(more);
	const ends = readDots(scene);
	const own = { level, caption: scene.caption, summary: scene.summary, totals: {}, places: scene.places, owners: new Int32Array(scene.xs.length) };

	for (const { name, total } of scene.authorities) own.totals[name] = total;
	own.places.forEach(prepare);
	ends.forEach(([first, middle, last], i) => {
		give(own, i, true, first, middle, scene);
		give(own, i, false, middle, last, scene);
	});
	for (const other of others) spread(scene, own, other, runs);
	for (const ground of scene.background) ground.shape = new Path2D(ground.path);
	for (const authority of scene.authorities) authority.path = new Path2D(authority.border);
	scene.levels = ["locality", "place", "patch"].flatMap((name) => [own, ...others].filter((other) => other.level === name));
	scene.own = own;
	return scene;
}

// From here on the scene's places are those of a level.
function showLevel(scene, level) {
	const above = scene.levels[scene.levels.indexOf(level) - 1];
	const { places, owners, totals } = level;

	Object.assign(scene, { level: level.level, places, owners, totals, caption: level.caption, summary: level.summary, above: above ? above.places : [] });
}
