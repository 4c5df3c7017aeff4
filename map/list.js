// The list of places: legend, search and the way in without a pointer.
const inWords = {
	too_small: "too few homes",
	too_spread: "too spread out",
	"too_small,too_spread": "too few homes, too spread out",
	dispersed: "dispersed homes",
};

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

function element(tag, properties, ...children) {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...children);
	return made;
}

function number(value, unit = "") {
	return value === null ? "–" : whole.format(value) + unit;
}

function figures(place) {
	const rows = [
		["authority", place.authority],
		["homes", number(place.homes)],
		["rank", place.kept ? number(place.rank) : "not kept: " + (inWords[place.reason] || place.reason)],
		["density", place.density === null ? "all on one point" : number(place.density, " homes per km²")],
		["radius", number(place.radius, " m")],
	];
	if (place.beside > 0) rows.push(["outside, nearest to it", number(place.beside)]);
	return element("dl", { className: "figures" }, element("strong", { textContent: place.name }),
		...rows.flatMap(([term, text]) => [element("dt", { textContent: term }), element("dd", { textContent: text })]));
}

function makeList(scene, state, choose) {
	const list = document.getElementById("places");
	const find = document.getElementById("find");
	const detail = document.getElementById("detail");
	const found = document.getElementById("found");
	const rows = scene.places.map((place, i) => ({ place, i })).filter(({ place }) => place.number !== null);

	rows.sort((a, b) => (a.place.rank || Infinity) - (b.place.rank || Infinity) || a.i - b.i);
	for (const row of rows) {
		const { place, i } = row;
		row.mark = element("span", { className: "mark " + shapeOf(place.colour) });
		row.button = element("button", { type: "button", onclick: () => choose(i === state.selected ? -1 : i, true) },
			element("span", { className: "none", textContent: place.kept ? place.rank : "–" }),
			element("span", { className: "name" }, row.mark, element("span", { textContent: place.name })),
			element("span", { textContent: number(place.homes) }),
			element("span", { textContent: number(place.density) }));
		row.button.setAttribute("aria-label", `${place.name}, ${number(place.homes)} homes, ` +
			(place.kept ? `rank ${place.rank}, ${number(place.density)} homes per square kilometre` : "not kept"));
		row.item = element("li", {}, row.button);
		row.words = `${place.name} ${place.authority}`.toLowerCase();
		list.append(row.item);
	}

	function show() {
		const wanted = find.value.trim().toLowerCase();
		const palette = state.dark ? scene.palette.dark : scene.palette.light;
		let shown = 0;

		for (const { place, i, item, button, mark, words } of rows) {
			item.hidden = (state.keptOnly && !place.kept) || !words.includes(wanted);
			if (!item.hidden) shown++;
			button.setAttribute("aria-pressed", i === state.selected);
			mark.style.setProperty("--colour", palette[place.colour]);
		}
		found.textContent = `${shown} of ${rows.length} places listed`;
		detail.replaceChildren(...(state.selected >= 0 ? [figures(scene.places[state.selected])] : []));
	}

	find.addEventListener("input", show);
	find.addEventListener("keydown", (event) => {
		const first = rows.find(({ item }) => !item.hidden);
		if (event.key === "Enter" && first) choose(first.i, true);
	});
	return {
		show,
		reveal(i) {
			const row = rows.find((candidate) => candidate.i === i);
			if (row) row.item.scrollIntoView({ block: "nearest" });
		},
	};
}
