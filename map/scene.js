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

// All dots in one pair of arrays; those of a place stand together, its kept
// homes first: from place.first to place.middle to place.last.
function readScene(text) {
	const scene = JSON.parse(text);
	const xs = [];
	const ys = [];

	for (const place of scene.places) {
		const box = [Infinity, Infinity, -Infinity, -Infinity];
		const add = (x, y) => {
			xs.push(x);
			ys.push(y);
			box[0] = Math.min(box[0], x);
			box[1] = Math.min(box[1], y);
			box[2] = Math.max(box[2], x);
			box[3] = Math.max(box[3], y);
		};
		place.first = xs.length;
		if (place.keptDots) readPoints(place.keptDots, add);
		place.middle = xs.length;
		place.keptBox = box.slice();
		if (place.otherDots) readPoints(place.otherDots, add);
		place.last = xs.length;
		place.box = box;
		place.path = place.outline && new Path2D(place.outline);
	}
	for (const ground of scene.background) ground.shape = new Path2D(ground.path);
	for (const authority of scene.authorities) authority.path = new Path2D(authority.border);
	scene.xs = Float64Array.from(xs);
	scene.ys = Float64Array.from(ys);
	return scene;
}
