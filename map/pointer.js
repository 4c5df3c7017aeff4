// Mouse, pen, fingers and keys on the map: one pointer moves it, two pinch, and
// one that does not move points at a place.
function followPointers(canvas, view, { changed, pointed, tapped, left }) {
	const pointers = new Map();
	let travelled = 0;

	const at = (event) => {
		const box = canvas.getBoundingClientRect();
		return { x: event.clientX - box.left, y: event.clientY - box.top };
	};
	const middle = () => {
		const all = [...pointers.values()];
		const x = all.reduce((sum, p) => sum + p.x, 0) / all.length;
		const y = all.reduce((sum, p) => sum + p.y, 0) / all.length;
		return { x, y, spread: Math.hypot(all[0].x - x, all[0].y - y) };
	};

	canvas.addEventListener("pointerdown", (event) => {
		canvas.setPointerCapture(event.pointerId);
		pointers.set(event.pointerId, at(event));
		if (pointers.size === 1) travelled = 0;
		canvas.classList.add("dragging");
	});
	canvas.addEventListener("pointermove", (event) => {
		if (!pointers.has(event.pointerId)) {
			if (event.pointerType === "mouse") pointed(at(event));
			return;
		}
		const before = middle();
		pointers.set(event.pointerId, at(event));
		const after = middle();
		travelled += Math.hypot(after.x - before.x, after.y - before.y) + Math.abs(after.spread - before.spread);
		if (travelled < 4) return;
		view.move(after.x - before.x, after.y - before.y);
		if (before.spread > 0 && after.spread > 0) view.zoom(after.spread / before.spread, after.x, after.y);
		left();
		changed();
	});
	const release = (event) => {
		if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
		canvas.classList.remove("dragging");
		if (event.type === "pointerup" && travelled < 4) tapped(at(event));
	};
	canvas.addEventListener("pointerup", release);
	canvas.addEventListener("pointercancel", release);
	canvas.addEventListener("pointerleave", left);
	canvas.addEventListener("wheel", (event) => {
		const { x, y } = at(event);
		event.preventDefault();
		view.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY * (event.deltaMode ? 30 : 1))) / 300), x, y);
		left();
		changed();
	}, { passive: false });
}

function followKeys(canvas, view, { changed, whole, clear }) {
	const keys = {
		ArrowLeft: () => view.move(80, 0),
		ArrowRight: () => view.move(-80, 0),
		ArrowUp: () => view.move(0, 80),
		ArrowDown: () => view.move(0, -80),
		"+": () => view.zoom(1.5),
		"=": () => view.zoom(1.5),
		"-": () => view.zoom(1 / 1.5),
		"0": whole,
		Escape: clear,
	};

	canvas.addEventListener("keydown", (event) => {
		if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		keys[event.key]();
		changed();
	});
}
