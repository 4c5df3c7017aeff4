// The picture: background, borders, outlines, dots, assets, labels, in this order.
function makePainter(canvas, scene, assets, view, state) {
	const context = canvas.getContext("2d");
	const drawLabels = makeLabels(scene, assets);
	let waiting = false;

	function readColours() {
		const style = getComputedStyle(document.documentElement);
		const colour = (name) => style.getPropertyValue("--" + name).trim();
		return { paper: colour("paper"), ink: colour("ink"), faint: colour("faint"), rest: colour("rest"), border: colour("border"), ground: colour("ground"), shore: colour("shore"),
			palette: state.dark ? scene.palette.dark : scene.palette.light };
	}

	// In the plane's own units, so that a path is built once and for all
	function onPlane(ratio, paint) {
		const s = view.scale * ratio;
		context.save();
		context.setTransform(s, 0, 0, s, (view.width / 2 - view.x * view.scale) * ratio, (view.height / 2 - view.y * view.scale) * ratio);
		paint(1 / view.scale);
		context.restore();
	}

	function drawBackground(pixel, colours) {
		context.fillStyle = colours.ground;
		context.strokeStyle = colours.shore;
		context.lineWidth = pixel;
		for (const { shape } of scene.background) {
			context.fill(shape, "evenodd");
			context.stroke(shape);
		}
	}

	function drawBorders(pixel, colours) {
		context.strokeStyle = colours.border;
		context.lineWidth = pixel;
		context.setLineDash([5 * pixel, 4 * pixel]);
		for (const authority of scene.authorities) context.stroke(authority.path);
		context.setLineDash([]);
	}

	// of the level above, behind: what places are a part of
	function drawAbove(pixel, colours) {
		context.strokeStyle = colours.border;
		context.lineWidth = 3.5 * pixel;
		context.globalAlpha = 0.6;
		for (const place of scene.above) if (place.path && place.kept) context.stroke(place.path);
		context.globalAlpha = 1;
	}

	function drawOutlines(pixel, colours) {
		scene.places.forEach((place, i) => {
			if (!place.path || (state.keptOnly && !place.kept) || !view.sees(place.box)) return;
			const chosen = i === state.selected || i === state.hovered;
			context.fillStyle = context.strokeStyle = colours.palette[place.colour];
			context.globalAlpha = chosen ? 0.3 : 0.13;
			if (place.kept || chosen) context.fill(place.path);
			context.globalAlpha = 1;
			if (chosen) context.strokeStyle = colours.ink;
			context.lineWidth = (chosen ? 2.5 : place.kept ? 1.5 : 0.8) * pixel;
			context.stroke(place.path);
		});
	}

	function inColour(place) {
		return place.number !== null && (!state.keptOnly || place.kept);
	}

	function drawAllDots(colours, ratio) {
		const r = dotRadius(view.scale);
		const pen = r < 1.6 ? makePixelPen(context, view, scene, r, ratio) :
			makeStampPen(context, view, scene, r, colours.paper, ratio);
		const seen = scene.places.filter((place) => view.sees(place.box));
		let grey = 0;
		let coloured = 0;

		for (const place of seen) {
			const spans = inColour(place) ? [] : place.keptSpans;
			for (const [first, last] of inColour(place) && !state.keptOnly ? [] : [...spans, ...place.otherSpans])
				grey += pen.draw(first, last, colours.rest, "circle");
		}
		for (const place of seen) {
			if (!inColour(place)) continue;
			for (const [first, last] of state.keptOnly ? place.keptSpans : [...place.keptSpans, ...place.otherSpans])
				coloured += pen.draw(first, last, colours.palette[place.colour], shapeOf(place.colour));
		}
		pen.finish();
		canvas.dataset.grey = grey;
		canvas.dataset.coloured = coloured;
	}

	function paint() {
		const ratio = state.printing ? 3 : window.devicePixelRatio || 1;
		const colours = readColours();

		waiting = false;
		view.measure();
		canvas.width = Math.round(view.width * ratio);
		canvas.height = Math.round(view.height * ratio);
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		context.fillStyle = colours.paper;
		context.fillRect(0, 0, view.width, view.height);
		onPlane(ratio, (pixel) => {
			drawBackground(pixel, colours);
			drawBorders(pixel, colours);
			drawAbove(pixel, colours);
			drawOutlines(pixel, colours);
		});
		drawAllDots(colours, ratio);
		onPlane(ratio, (pixel) => drawAssetShapes(context, assets, pixel, colours));
		const marks = drawAssetMarks(context, view, assets, colours);
		canvas.dataset.assets = marks.length;
		canvas.dataset.asset = marks.length > 0 ? marks[0].join(" ") : "";
		drawLabels(context, view, state, colours);
		canvas.dataset.scale = view.scale;
		canvas.dataset.bar = drawScale(context, view, colours);
	}

	return {
		now: paint,
		soon() {
			if (!waiting) requestAnimationFrame(paint);
			waiting = true;
		},
		// the place whose outline holds a position on the screen, or -1
		outlineAt(x, y) {
			return scene.places.findIndex((place) => place.path && (place.kept || !state.keptOnly) &&
				context.isPointInPath(place.path, view.fromX(x), view.fromY(y)));
		},
	};
}

// A bar of a round length: on the canvas, so that it is right however a printer
// stretches it
function drawScale(context, view, colours) {
	const most = 120 / view.scale / 10;
	const power = 10 ** Math.floor(Math.log10(most));
	const metres = [5, 2, 1].find((n) => n * power <= most) * power;
	const words = metres >= 1000 ? metres / 1000 + " km" : metres + " m";
	const [left, right, y] = [14, 14 + metres * 10 * view.scale, view.height - 12];

	for (const [colour, width] of [[colours.paper, 6], [colours.ink, 2]]) {
		context.strokeStyle = colour;
		context.lineWidth = width;
		context.beginPath();
		context.moveTo(left, y - 8);
		context.lineTo(left, y);
		context.lineTo(right, y);
		context.lineTo(right, y - 8);
		context.stroke();
	}
	context.font = "12px system-ui, sans-serif";
	context.textAlign = "center";
	context.textBaseline = "alphabetic";
	context.lineWidth = 4;
	context.strokeStyle = colours.paper;
	context.strokeText(words, (left + right) / 2, y - 5);
	context.fillStyle = colours.ink;
	context.fillText(words, (left + right) / 2, y - 5);
	return words;
}
