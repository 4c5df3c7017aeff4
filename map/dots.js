// Dots: a shape as well as a colour, for readers who see few hues apart.
const shapes = ["circle", "square", "diamond", "triangle"];

function shapeOf(colour) {
	return shapes[colour % shapes.length];
}

// Larger as one comes closer, slower than the scale does
function dotRadius(scale) {
	return Math.min(7, Math.max(1.1, 6 * (scale * 10) ** 0.35));
}

function traceShape(context, shape, x, y, r) {
	context.beginPath();
	if (shape === "circle") {
		context.arc(x, y, r, 0, 2 * Math.PI);
	} else if (shape === "square") {
		context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
	} else {
		const low = shape === "diamond" ? y : y + 0.8 * r;
		context.moveTo(x, y - 1.25 * r);
		context.lineTo(x + 1.2 * r, low);
		if (shape === "diamond") context.lineTo(x, y + 1.25 * r);
		context.lineTo(x - 1.2 * r, low);
		context.closePath();
	}
}

// A dot drawn once, to be copied: with a rim that keeps it apart from others
function makeStamp(colour, shape, r, rim, ratio) {
	const half = Math.ceil(1.3 * r + 1);
	const stamp = document.createElement("canvas");
	const context = stamp.getContext("2d");

	stamp.width = stamp.height = 2 * half * ratio;
	context.scale(ratio, ratio);
	traceShape(context, shape, half, half, r);
	context.fillStyle = colour;
	context.fill();
	context.strokeStyle = rim;
	context.lineWidth = Math.min(1, r / 4);
	context.stroke();
	return { stamp, half };
}

// Calls draw for the dots from first to last that are in view, and counts them.
function eachDot(view, scene, first, last, r, draw) {
	const { xs, ys } = scene;
	let seen = 0;

	for (let i = first; i < last; i++) {
		const x = view.toX(xs[i]);
		const y = view.toY(ys[i]);
		if (x < -r || y < -r || x > view.width + r || y > view.height + r) continue;
		seen++;
		draw(x, y);
	}
	return seen;
}

// Too small for a shape, and many: dots are written as pixels of a layer, which
// is some ten times as fast as drawing them.
function makePixelPen(context, view, scene, r, ratio) {
	const { width, height } = context.canvas;
	const layer = new ImageData(width, height);
	const pixels = new Uint32Array(layer.data.buffer);
	const side = Math.max(1, Math.round(2 * r * ratio));

	return {
		draw(first, last, colour) {
			const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
			const pixel = new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];
			return eachDot(view, scene, first, last, r, (x, y) => {
				const left = Math.round((x - r) * ratio);
				const top = Math.round((y - r) * ratio);
				const from = Math.max(0, left);
				const to = Math.min(width, left + side);
				for (let row = Math.max(0, top); row < Math.min(height, top + side); row++)
					for (let at = row * width + from; at < row * width + to; at++) pixels[at] = pixel;
			});
		},
		finish() {
			const canvas = document.createElement("canvas");
			canvas.width = width;
			canvas.height = height;
			canvas.getContext("2d").putImageData(layer, 0, 0);
			context.drawImage(canvas, 0, 0, view.width, view.height);
		},
	};
}

function makeStampPen(context, view, scene, r, rim, ratio) {
	const stamps = new Map();

	return {
		draw(first, last, colour, shape) {
			const key = colour + shape;
			if (!stamps.has(key)) stamps.set(key, makeStamp(colour, shape, r, rim, ratio));
			const { stamp, half } = stamps.get(key);
			return eachDot(view, scene, first, last, r,
				(x, y) => context.drawImage(stamp, x - half, y - half, 2 * half, 2 * half));
		},
		finish() {},
	};
}
