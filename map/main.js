// The page: what the reader has chosen, and who must know when that changes.
function startMap() {
	const byId = (id) => document.getElementById(id);
	const canvas = byId("map");
	const card = byId("card");
	const scene = readScene(byId("data").textContent, byId("levels-data").textContent);
	const assets = readAssets(byId("assets-data").textContent);
	showLevel(scene, scene.own);
	const nearest = makeGrid(scene);
	const view = makeView(canvas, scene.frame);
	const darkScreen = matchMedia("(prefers-color-scheme: dark)");
	const onPaper = matchMedia("print");
	const state = { keptOnly: true, selected: -1, hovered: -1, asset: null, authority: null, theme: null, dark: false, printing: false };
	const painter = makePainter(canvas, scene, assets, view, state);
	const list = makeList(scene, state, choose);

	function choose(i, moves) {
		state.selected = i;
		if (i >= 0 && !scene.places[i].kept) state.keptOnly = false;
		if (i >= 0 && moves) {
			const place = scene.places[i];
			const box = place.kept ? place.keptBox : place.box;
			const margin = 0.25 * Math.max(box[2] - box[0], box[3] - box[1]) + 500;
			canvas.scrollIntoView({ block: "nearest" });
			// a place far from the rest is not drawn
			if (box[0] <= box[2]) view.fit([box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin]);
		}
		update();
		if (!moves) list.reveal(i);
	}

	function chooseAuthority(name) {
		const authority = scene.authorities.find((candidate) => candidate.name === name);
		state.authority = authority ? name : null;
		state.selected = -1;
		if (authority && authority.box) {
			const [[left, top], [right, bottom]] = authority.box;
			view.fit([left, top, right, bottom]);
		} else {
			view.showWhole();
		}
		update();
	}

	// The map stays where it is: who goes to another level looks at the same homes.
	function chooseLevel(level) {
		showLevel(scene, level);
		state.selected = -1;
		hover(-1);
		update();
	}

	function placeAt({ x, y }) {
		const dot = nearest(view.fromX(x), view.fromY(y), Math.max(5, dotRadius(view.scale)) / view.scale);
		const i = dot >= 0 ? placeOfDot(scene, dot) : painter.outlineAt(x, y);
		return i >= 0 && scene.places[i].number !== null ? i : -1;
	}

	// The figures of a place, or of an asset that stands there, beside the pointer
	function hover(i, position, asset = null) {
		if (i !== state.hovered) painter.soon();
		if (i !== state.hovered || asset !== state.asset) {
			state.hovered = i;
			state.asset = asset;
			if (asset) card.replaceChildren(assetFigures(asset, scene.places[i]));
			else if (i >= 0) card.replaceChildren(figures(scene.places[i], scene.level));
		}
		card.hidden = i < 0 && !asset;
		if (!card.hidden) {
			card.style.left = Math.max(4, Math.min(position.x + 14, view.width - card.offsetWidth - 4)) + "px";
			card.style.top = Math.max(4, Math.min(position.y + 14, view.height - card.offsetHeight - 4)) + "px";
		}
	}

	function update() {
		const root = document.documentElement;
		state.dark = !state.printing && (state.theme ? state.theme === "dark" : darkScreen.matches);
		root.toggleAttribute("data-dark", state.dark);
		byId("kept").setAttribute("aria-pressed", state.keptOnly);
		byId("all").setAttribute("aria-pressed", !state.keptOnly);
		writeWords();
		byId("mark-place").style.setProperty("--colour", (state.dark ? scene.palette.dark : scene.palette.light)[0]);
		list.show();
		painter.soon();
	}

	function writeWords() {
		const { one, many } = levelWords[scene.level];
		const total = state.authority !== null && (scene.totals[state.authority] || scene.own.totals[state.authority]);

		byId("summary").textContent = total ? `${state.authority}: ${total}` : scene.summary;
		byId("caption").textContent = scene.caption;
		canvas.setAttribute("aria-label", `${scene.title}. ${scene.summary} ${scene.caption}`);
		byId("kept").textContent = `Kept ${many}`;
		byId("key-place").textContent = state.keptOnly ? `home in a kept ${one}` : `home of a ${one} or near it`;
		byId("key-rest").textContent = state.keptOnly ? `home outside kept ${many}` : `home without a ${one}`;
		byId("key-line").textContent = `around a ${one}`;
		byId("key-above").hidden = scene.above.length === 0;
		if (scene.above.length > 0) byId("key-above-line").textContent = `around a ${levelWords[scene.level].above}`;
		byId("find-what").textContent = `Find a ${one}`;
		byId("head-what").textContent = one;
		byId("places").setAttribute("aria-label", many[0].toUpperCase() + many.slice(1));
		for (const button of byId("levels").children) button.setAttribute("aria-pressed", button.value === scene.level);
	}

	function makeLevelButtons() {
		const buttons = scene.levels.map((level) => {
			const { many } = levelWords[level.level];
			return element("button", { type: "button", value: level.level, textContent: many[0].toUpperCase() + many.slice(1), onclick: () => chooseLevel(level) });
		});
		byId("levels").append(...buttons);
		byId("levels").hidden = buttons.length < 2;
	}

	function switchTo(keptOnly) {
		state.keptOnly = keptOnly;
		if (keptOnly && state.selected >= 0 && !scene.places[state.selected].kept) state.selected = -1;
		update();
	}

	function printing(now) {
		state.printing = now;
		update();
		painter.now();
	}

	byId("title").textContent = scene.title;
	makeLevelButtons();
	byId("authority").append(...scene.authorities.map(({ name }) => element("option", { value: name, textContent: name })));
	makeAssetChoice(assets, painter.soon);
	byId("notes").append(...[...scene.notes, ...assets.notes].map((textContent) => element("li", { textContent })));
	canvas.dataset.dots = scene.xs.length;
	byId("mark-place").classList.add("circle");

	const left = () => hover(-1);
	followPointers(canvas, view, {
		changed: painter.soon,
		pointed: (position) => hover(placeAt(position), position, assetAt(assets, view, position)),
		tapped(position) {
			const asset = assetAt(assets, view, position);
			if (asset) hover(placeAt(position), position, asset);
			else choose(placeAt(position), false);
		},
		left,
	});
	followKeys(canvas, view, { changed: painter.soon, whole: view.showWhole, clear: () => choose(-1, false) });
	byId("authority").onchange = ({ target }) => chooseAuthority(target.selectedIndex > 0 ? target.value : null);
	byId("kept").onclick = () => switchTo(true);
	byId("all").onclick = () => switchTo(false);
	byId("closer").onclick = () => { view.zoom(1.5); painter.soon(); };
	byId("farther").onclick = () => { view.zoom(1 / 1.5); painter.soon(); };
	byId("whole").onclick = () => { view.showWhole(); painter.soon(); };
	byId("theme").onclick = () => { state.theme = state.dark ? "light" : "dark"; update(); };
	byId("print").onclick = () => print();
	darkScreen.addEventListener("change", update);
	onPaper.addEventListener("change", (event) => printing(event.matches));
	addEventListener("beforeprint", () => printing(true));
	addEventListener("afterprint", () => printing(onPaper.matches));
	new ResizeObserver(painter.soon).observe(canvas);

	update();
}

startMap();
