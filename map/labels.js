// Labels: none covers another; the more homes, the sooner a label gets its room.
function makeLabels(scene, assets) {
	const ordered = new Map();
	const orderPlaces = () => scene.places
		.map((place, i) => ({ i, place, x: place.centre && place.centre[0], y: place.centre && place.centre[1] }))
		.filter((label) => label.place.path)
		.sort((a, b) => b.place.kept - a.place.kept || b.place.homes - a.place.homes || a.i - b.i);
	const authorities = scene.authorities
		.filter((authority) => authority.top)
		.map((authority, i) => ({ i, authority, x: authority.top[0], y: authority.top[1] }))
		.sort((a, b) => b.authority.homes - a.authority.homes || a.i - b.i);

	const grounds = scene.background.filter((ground) => ground.name);

	// setting a font and measuring are slow, and labels few
	const widths = new Map();

	function widthOf(context, text, font) {
		const key = font + text;
		if (!widths.has(key)) {
			context.font = font;
			widths.set(key, context.measureText(text).width);
		}
		return widths.get(key);
	}

	return function drawLabels(context, view, state, colours) {
		const taken = [];
		if (!ordered.has(scene.level)) ordered.set(scene.level, orderPlaces());

		// false if the text finds no room
		function put(text, wantedX, y, font, colour) {
			if (wantedX < 0 || y < 0 || wantedX > view.width || y > view.height) return true;
			const width = widthOf(context, text, font) / 2 + 3;
			const x = Math.max(width, Math.min(view.width - width, wantedX));
			const box = [x - width, y - 9, x + width, y + 9];
			if (taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3])) return false;
			taken.push(box);
			context.font = font;
			context.lineWidth = 3.5;
			context.strokeStyle = colours.paper;
			context.strokeText(text, x, y);
			context.fillStyle = colour;
			context.fillText(text, x, y);
			return true;
		}

		context.textAlign = "center";
		context.textBaseline = "middle";
		context.lineJoin = "round";
		if (state.selected >= 0) {
			const { name, centre } = scene.places[state.selected];
			if (centre) put(name, view.toX(centre[0]), view.toY(centre[1]), "700 14px system-ui, sans-serif", colours.ink);
		}
		for (const { authority, x, y } of authorities)
			put(authority.name, view.toX(x), view.toY(y) - 9, "italic 12px system-ui, sans-serif", colours.faint);
		for (const { i, place, x, y } of ordered.get(scene.level)) {
			if (i === state.selected || (state.keptOnly && !place.kept)) continue;
			const font = (place.kept ? "600 " : "") + "12.5px system-ui, sans-serif";
			const [left, , right] = place.kept ? place.keptBox : place.box;
			const wide = place.kept && (right - left) * view.scale > 70;
			(wide && put(place.name, view.toX(x), view.toY(y), font, colours.ink)) ||
				put(String(place.number), view.toX(x), view.toY(y), font, colours.ink);
		}
		// of a few: where many are, a pointer tells
		const near = assets.shown.filter(({ x, y }) => view.sees([x, y, x, y]));
		for (const { name, x, y } of near.length <= 60 ? near : [])
			if (name) put(name, view.toX(x), view.toY(y) + 14, "italic 12px system-ui, sans-serif", colours.ink);
		for (const { name, centre } of grounds)
			put(name, view.toX(centre[0]), view.toY(centre[1]), "11.5px system-ui, sans-serif", colours.faint);
	};
}
