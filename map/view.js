// Which part of the plane is shown, and how large: scale is pixels a decimetre.
function makeView(canvas, frame) {
	// touched: the reader has moved it; until then it follows the window's size
	const view = { x: 0, y: 0, scale: 1, width: 1, height: 1, touched: false };
	const closest = 1;
	const label = 24;		// room above for a name, in pixels

	function farthest() {
		return fitting(frame) / 8;
	}

	function fitting([left, top, right, bottom]) {
		return 0.96 * Math.min(view.width / Math.max(right - left, 100), (view.height - label) / Math.max(bottom - top, 100));
	}

	view.fit = (box) => {
		view.x = (box[0] + box[2]) / 2;
		view.y = (box[1] + box[3]) / 2;
		view.scale = Math.min(closest, fitting(box));
		view.y -= label / 2 / view.scale;
		view.touched = true;
	};
	view.showWhole = () => {
		view.fit(frame);
		view.touched = false;
	};
	view.measure = () => {
		view.width = canvas.clientWidth || 1;
		view.height = canvas.clientHeight || 1;
		if (!view.touched) view.showWhole();
	};
	view.toX = (x) => (x - view.x) * view.scale + view.width / 2;
	view.toY = (y) => (y - view.y) * view.scale + view.height / 2;
	view.fromX = (x) => (x - view.width / 2) / view.scale + view.x;
	view.fromY = (y) => (y - view.height / 2) / view.scale + view.y;
	view.move = (dx, dy) => {
		view.touched = true;
		view.x -= dx / view.scale;
		view.y -= dy / view.scale;
	};
	// the point under (x, y) stays there
	view.zoom = (factor, x = view.width / 2, y = view.height / 2) => {
		const fixedX = view.fromX(x);
		const fixedY = view.fromY(y);
		view.scale = Math.min(closest, Math.max(farthest(), view.scale * factor));
		view.touched = true;
		view.x = fixedX - (x - view.width / 2) / view.scale;
		view.y = fixedY - (y - view.height / 2) / view.scale;
	};
	view.sees = (box) => view.toX(box[2]) >= 0 && view.toX(box[0]) <= view.width &&
		view.toY(box[3]) >= 0 && view.toY(box[1]) <= view.height;
	return view;
}
