// The list of places: legend, search and the way in without a pointer.
const inWords = {
	too_small: "too few homes",
	too_spread: "too spread out",
	in_parts: "in parts too far apart",
	dispersed: "dispersed homes",
};

function reasonsInWords(reasons) {
	return reasons.split(",").map((reason) => inWords[reason] || reason).join(", ");
}

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

function element(tag, properties, ...children) {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...children);
	return made;
}

// For those who hear the page
function spoken(textContent) {
	return element("span", { className: "hidden", textContent });
}

function number(value, unit = "") {
	return value === null ? "\u2013" : whole.format(value) + unit;
}

// What the levels are called, and what each is a part of
const levelWords = {
	locality: { one: "locality", many: "localities" },
	place: { one: "place", many: "places", above: "locality" },
	patch: { one: "patch", many: "patches", above: "place" },
};

function figures(place, level) {
	const authorities = [...place.authorities];
	const rows = [
		["number", place.number],
		...(place.above ? [[levelWords[level].above, place.above]] : []),
		[authorities.length > 1 ? "authorities" : "authority", authorities.join(", ")],
		["homes", number(place.homes)],
		["rank", place.kept ? number(place.rank) : "not kept: " + reasonsInWords(place.reason)],
		["density", place.density === null ? "all on one point" : number(place.density, " homes per km\u00b2")],
		["radius", number(place.radius, " m")],
	];
	if (place.gap > 0) rows.push(["gap between its parts", number(place.gap, " m")]);
	if (place.beside > 0) rows.push(["outside, nearest to it", number(place.beside)]);
	return element("dl", { className: "figures" }, element("strong", { textContent: place.name }),
		...rows.flatMap(([term, text]) => [element("dt", { textContent: term }), element("dd", { textContent: text })]));
}

function makeList(scene, state, choose) {
	const list = document.getElementById("places");
	const find = document.getElementById("find");
	const detail = document.getElementById("detail");
	const found = document.getElementById("found");
	let rows;
	let listed;

	function readRows() {
		listed = scene.level;
		rows = scene.places.map((place, i) => ({ place, i })).filter(({ place }) => place.number !== null);
		rows.sort((a, b) => (a.place.rank || Infinity) - (b.place.rank || Infinity) || a.i - b.i);
		for (const row of rows) row.words = [row.place.name, ...row.place.authorities].join(" ").toLowerCase();
	}

	function makeItem(row) {
		const { place, i } = row;
		row.mark = element("span", { className: "mark " + shapeOf(place.colour) });
		row.button = element("button", { type: "button", onclick: () => choose(i === state.selected ? -1 : i, true) },
			element("span", { className: "none", textContent: place.number }),
			element("span", { className: "name" }, row.mark, element("span", { textContent: place.name })),
			element("span", { textContent: number(place.homes) }, spoken(" homes, ")),
			element("span", { textContent: number(place.density) },
				spoken(place.kept ? ` homes per square kilometre, rank ${place.rank}` : ", not kept")));
		row.item = element("li", {}, row.button);
	}

	// Thousands of lines would take seconds to lay out; the search finds the others.
	function show() {
		if (listed !== scene.level) readRows();
		const wanted = find.value.trim().toLowerCase();
		const palette = state.dark ? scene.palette.dark : scene.palette.light;
		const inView = rows.filter(({ place }) => state.authority === null || place.authorities.has(state.authority));
		const matching = inView.filter(({ place, words }) => (place.kept || !state.keptOnly) && words.includes(wanted));
		const shown = matching.slice(0, 500);

		for (const row of shown) {
			if (!row.item) makeItem(row);
			row.button.setAttribute("aria-pressed", row.i === state.selected);
			row.mark.style.setProperty("--colour", palette[row.place.colour]);
		}
		// the same lines stay where they are, and keep the focus
		if (shown.length !== list.children.length || shown.some(({ item }, k) => item !== list.children[k]))
			list.replaceChildren(...shown.map(({ item }) => item));
		found.textContent = `${number(shown.length)} of ${number(inView.length)} ${levelWords[scene.level].many} and clusters listed, the densest first`;
		detail.replaceChildren(...(state.selected >= 0 ? [figures(scene.places[state.selected], scene.level)] : []));
		return matching;
	}

	find.addEventListener("input", show);
	find.addEventListener("keydown", (event) => {
		const [first] = event.key === "Enter" ? show() : [];
		if (first) choose(first.i, true);
	});
	return {
		show,
		reveal(i) {
			const row = rows.find((candidate) => candidate.i === i);
			if (row && row.item) row.item.scrollIntoView({ block: "nearest" });
		},
	};
}
