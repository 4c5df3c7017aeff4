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

// Draws the dots from first to last, and says how many are in view.  Too small
// for a shape, they are plain squares.
function drawDots(context, view, scene, first, last, colour, shape, rim, ratio) {
	const r = dotRadius(view.scale);
	const { xs, ys } = scene;
	const plain = r < 1.6;
	const { stamp, half } = plain ? {} : makeStamp(colour, shape, r, rim, ratio);
	let drawn = 0;

	context.fillStyle = colour;
	for (let i = first; i < last; i++) {
		const x = view.toX(xs[i]);
		const y = view.toY(ys[i]);
		if (x < -r || y < -r || x > view.width + r || y > view.height + r) continue;
		drawn++;
		if (plain) context.fillRect(x - r, y - r, 2 * r, 2 * r);
		else context.drawImage(stamp, x - half, y - half, 2 * half, 2 * half);
	}
	return drawn;
}
