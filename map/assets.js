// Community assets, as a layer: none at first, one category, or all.
function readAssets(text) {
	const { categories, notes } = JSON.parse(text);
	const all = [];

	for (const category of categories) {
		for (const asset of category.assets) {
			[asset.x, asset.y] = asset.at;
			asset.category = category.name;
			if (asset.area) asset.areaPath = new Path2D(asset.area);
			if (asset.line) asset.linePath = new Path2D(asset.line);
			all.push(asset);
		}
	}
	return { categories, notes, all, shown: [] };
}

// From here on those of the category with a number are shown; "all", or "" for none.
function showAssets(assets, choice) {
	assets.shown = choice === "all" ? assets.all : choice === "" ? [] : assets.categories[choice].assets;
}

// The shown one whose mark is nearest to a position, within a few pixels; or null
function assetAt(assets, view, { x, y }) {
	let best = null;
	let least = 9 ** 2;

	for (const asset of assets.shown) {
		const d = (view.toX(asset.x) - x) ** 2 + (view.toY(asset.y) - y) ** 2;
		if (d < least) {
			best = asset;
			least = d;
		}
	}
	return best;
}

// Areas and lines, in the plane's own units
function drawAssetShapes(context, assets, pixel, colours) {
	context.lineJoin = "round";
	for (const { areaPath, linePath } of assets.shown) {
		context.strokeStyle = context.fillStyle = colours.ink;
		context.lineWidth = 1.5 * pixel;
		if (areaPath) {
			context.globalAlpha = 0.15;
			context.fill(areaPath, "evenodd");
			context.globalAlpha = 1;
			context.stroke(areaPath);
		}
		if (linePath) {
			for (const [colour, width] of [[colours.paper, 5], [colours.ink, 2]]) {
				context.strokeStyle = colour;
				context.lineWidth = width * pixel;
				context.stroke(linePath);
			}
		}
	}
}

// A cross on each, which no home has, smaller from far off; returns where those in view are.
function drawAssetMarks(context, view, assets, colours) {
	const arm = Math.min(4.5, Math.max(2.5, dotRadius(view.scale) + 1));
	const seen = [];

	const trace = (each) => {
		context.beginPath();
		for (const asset of assets.shown) {
			const x = view.toX(asset.x);
			const y = view.toY(asset.y);
			if (x < -arm || y < -arm || x > view.width + arm || y > view.height + arm) continue;
			context.moveTo(x - arm, y);
			context.lineTo(x + arm, y);
			context.moveTo(x, y - arm);
			context.lineTo(x, y + arm);
			each(x, y);
		}
		context.stroke();
	};

	context.lineCap = "round";
	context.strokeStyle = colours.paper;
	context.lineWidth = arm / 2 + 3;
	trace(() => {});
	context.strokeStyle = colours.ink;
	context.lineWidth = arm / 2;
	trace((x, y) => seen.push([x, y]));
	context.lineCap = "butt";
	return seen;
}

function assetFigures({ name, category }, place) {
	return element("dl", { className: "figures" }, element("strong", { textContent: name || category }),
		element("dt", { textContent: "category" }), element("dd", { textContent: category }),
		...(place ? [element("dt", { textContent: "at" }), element("dd", { textContent: place.name })] : []));
}

// The choice of a category, and for those who do not see the map the names of what it shows.
function makeAssetChoice(assets, changed) {
	const byId = (id) => document.getElementById(id);
	const most = 500;

	function choose(choice) {
		showAssets(assets, choice);
		const names = assets.shown.slice(0, most);
		byId("asset-count").textContent = choice === "" ? "" : `${number(assets.shown.length)} community ${assets.shown.length === 1 ? "asset" : "assets"} shown` +
			(names.length < assets.shown.length ? `, ${number(names.length)} of them listed` : "");
		byId("asset-names").replaceChildren(...names.map((asset) => element("li", { textContent: asset.name ? `${asset.name} (${asset.category})` : asset.category })));
		byId("key-asset").hidden = byId("asset-list").hidden = assets.shown.length === 0;
		changed();
	}

	const option = (value, textContent) => element("option", { value, textContent });
	byId("asset-choice").hidden = assets.all.length === 0;
	byId("assets").append(option("", "none"), option("all", `all (${number(assets.all.length)})`),
		...assets.categories.map((category, i) => option(i, `${category.name} (${number(category.assets.length)})`)));
	byId("assets").onchange = ({ target }) => choose(target.value);
}
