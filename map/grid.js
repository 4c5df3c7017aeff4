// Which dot is near?  Dots sorted into the cells of a grid over the frame; the
// few outside go to the cells at its edge.
function makeGrid(scene) {
	const side = 256;
	const [left, top, right, bottom] = scene.frame;
	const width = Math.max(right - left, 1) / side;
	const height = Math.max(bottom - top, 1) / side;
	const column = (x) => Math.min(side - 1, Math.max(0, Math.floor((x - left) / width)));
	const row = (y) => Math.min(side - 1, Math.max(0, Math.floor((y - top) / height)));
	const n = scene.xs.length;
	const first = new Int32Array(side * side + 1);
	const order = new Int32Array(n);

	for (let i = 0; i < n; i++) first[row(scene.ys[i]) * side + column(scene.xs[i]) + 1]++;
	for (let cell = 0; cell < side * side; cell++) first[cell + 1] += first[cell];
	const next = first.slice();
	for (let i = 0; i < n; i++) order[next[row(scene.ys[i]) * side + column(scene.xs[i])]++] = i;

	// the nearest dot within reach, or -1
	return function nearest(x, y, reach) {
		let best = -1;
		let least = reach * reach;
		for (let r = row(y - reach); r <= row(y + reach); r++) {
			const from = first[r * side + column(x - reach)];
			const to = first[r * side + column(x + reach) + 1];
			for (let k = from; k < to; k++) {
				const i = order[k];
				const d = (scene.xs[i] - x) ** 2 + (scene.ys[i] - y) ** 2;
				if (d < least || (d === least && best < 0)) {
					best = i;
					least = d;
				}
			}
		}
		return best;
	};
}

function placeOfDot(scene, dot) {
	return scene.owners[dot];
}
