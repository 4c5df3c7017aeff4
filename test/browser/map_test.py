"""Uses a page of places.map() as a reader would, in a headless browser.

    map_test.py PAGE PICTURE FACTS SHOTS

FACTS is JSON that SQL wrote: what must be seen.  SHOTS is a directory for
screenshots, for people to look at.  Exits with 1 and says what is wrong.
"""
import json
import os
import sys
import time

import browser
import colour_vision


AXE = "build/browser/axe.min.js"


class Reader:
    def __init__(self, page, facts, shots):
        self.page, self.facts, self.shots = page, facts, shots
        self.browser = browser.Browser(browser.find())

    def expect(self, what, value, wanted=True):
        if value != wanted:
            raise AssertionError("%s: %r, not %r" % (what, value, wanted))
        print(what)

    def run(self, expression):
        return self.browser.run(expression)

    def on_canvas(self, name):
        """A number that the painter left on the canvas."""
        self.browser.settle()
        return float(self.run("document.getElementById('map').dataset." + name))

    def centre(self, selector):
        return self.run("(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(%s).getBoundingClientRect())" % json.dumps(selector))

    def click(self, selector):
        self.browser.click(*self.centre(selector))

    def shoot(self, name):
        self.browser.screenshot(os.path.join(self.shots, name + ".png"))

    def open(self, width, height, dark=False, ratio=1, touch=False):
        self.browser.size(width, height, ratio, touch)
        self.browser.media(dark=dark)
        self.browser.open(self.page)
        self.browser.settle()

    def pixels(self, palette):
        """How many pixels of the canvas have each colour."""
        return self.run("""((wanted) => {
            const map = document.getElementById('map');
            const copy = Object.assign(document.createElement('canvas'), { width: map.width, height: map.height });
            const context = copy.getContext('2d', { willReadFrequently: true });
            context.drawImage(map, 0, 0);
            const bytes = context.getImageData(0, 0, map.width, map.height).data;
            const counts = new Map();
            for (let i = 0; i < bytes.length; i += 4) {
                const colour = '#' + [bytes[i], bytes[i + 1], bytes[i + 2]].map((b) => b.toString(16).padStart(2, '0')).join('');
                counts.set(colour, (counts.get(colour) || 0) + 1);
            }
            return wanted.map((colour) => counts.get(colour) || 0);
        })(%s)""" % json.dumps(palette))

    def check_page(self):
        facts = self.facts
        self.open(1400, 900)
        self.expect("language", self.run("document.documentElement.lang"), "en")
        self.expect("title", self.run("document.title"), facts["title"])
        self.expect("no levels of a stock", self.run("document.getElementById('levels').hidden"))
        self.expect("heading", self.run("document.querySelector('h1').textContent"), facts["title"])
        self.expect("no markup from names", self.run("document.querySelectorAll('b, i').length"), 0)
        for part in ("summary", "caption"):
            self.expect(part, self.run("document.getElementById('%s').textContent" % part), facts[part])
        self.expect("numbers and names in the list", self.run("""[...document.querySelectorAll('#places button')].slice(0, 100)
            .map((b) => [b.querySelector('.none').textContent, b.querySelector('.name').textContent])"""), facts["listed"])
        self.expect("a scale bar", bool(self.run("document.getElementById('map').dataset.bar")))
        self.expect("a dot for each home", self.on_canvas("dots"), facts["dots"])
        self.shoot("wide-kept")
        self.check_axe("the page")

    def check_switch(self):
        facts = self.facts
        self.browser.run("document.getElementById('map').focus()")
        for _ in range(8):
            self.browser.key("-", "-")
        self.expect("kept homes in colour", self.on_canvas("coloured"), facts["kept_dots"])
        self.expect("the others grey", self.on_canvas("grey"), facts["dots"] - facts["kept_dots"])
        self.click("#all")
        self.expect("homes of clusters in colour", self.on_canvas("coloured"), facts["placed_dots"])
        self.expect("homes without one grey", self.on_canvas("grey"), facts["dots"] - facts["placed_dots"])
        self.expect("all places listed", self.listed(), facts["places"])
        self.browser.key("0", "0")
        self.shoot("wide-all")
        self.click("#kept")
        self.expect("kept places listed", self.listed(), facts["kept_places"])
        self.browser.run("document.getElementById('map').focus()")
        self.browser.key("0", "0")

    def listed(self):
        return self.run("document.querySelectorAll('#places li').length")

    def check_colours(self):
        palette = self.run("JSON.parse(document.getElementById('data').textContent).palette.light")
        shown = sum(1 for n in self.pixels(palette) if n > 0)
        self.expect("colours on the map", shown, min(len(palette), self.facts["kept_places"]))

    def check_neighbours(self):
        """Places near each other differ for every eye, on light and on dark ground."""
        data = self.run("JSON.parse(document.getElementById('data').textContent)")
        colours = {place["name"]: place["colour"] for place in data["places"]}
        for ground, palette in data["palette"].items():
            for eye in colour_vision.EYES:
                differences = [colour_vision.difference(palette[colours[a]], palette[colours[b]], eye) for a, b in self.facts["neighbours"]]
                self.expect("neighbours differ by 20 and more, %s, %s" % (ground, eye), min(differences, default=99) >= 20)

    def check_background(self):
        data = self.run("JSON.parse(document.getElementById('data').textContent)")
        self.expect("the background's names", [area["name"] for area in data["background"]], self.facts["background"])
        if self.facts["background"]:
            self.expect("the background on the map", self.pixels(["#f3f2ec"])[0] > 10000)

    def check_notes(self):
        self.expect("what is not shown, in words", self.run("[...document.querySelectorAll('#notes li')].map((n) => n.textContent)"), self.facts["notes"])

    def check_axe(self, what):
        """Nothing serious or critical for readers who use other means than eyes and mouse."""
        if not os.path.exists(AXE):
            print("axe-core is missing, %s not checked: tools/setup --test gets it" % what)
            return
        with open(AXE) as file:
            self.run(file.read() + "; true")
        found = self.run("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ').slice(0, 300)))")
        self.expect("axe finds nothing serious in %s" % what, found, [])

    def check_search(self):
        facts = self.facts
        self.click("#find")
        self.browser.call("Input.insertText", text=facts["search"])
        self.expect("places found", self.listed(), facts["found"])
        before = self.on_canvas("scale")
        self.browser.key("Enter")
        self.expect("the first one shown closer", self.on_canvas("scale") > before)
        self.expect("its name", self.run("document.querySelector('#detail strong').textContent"), facts["first"])
        self.expect("its homes", self.run("document.querySelector('#detail').textContent.includes('homes%s')" % facts["first_homes"]))
        self.shoot("wide-place")
        x, y = self.centre("canvas")
        self.browser.mouse("mouseMoved", x, y)
        self.browser.settle()
        self.expect("figures under the pointer", self.run("!document.getElementById('card').hidden"))
        self.shoot("wide-pointer")
        self.run("document.getElementById('find').value = ''; document.getElementById('find').dispatchEvent(new Event('input'))")

    def check_authority(self):
        facts = self.facts
        self.click("#whole")
        before = self.on_canvas("scale")
        self.choose(facts["search"])
        self.expect("its total", self.run("document.getElementById('summary').textContent"), facts["search"] + ": " + facts["total"])
        self.expect("its places", self.listed(), facts["places_there"])
        near = self.on_canvas("scale")
        self.expect("shown closer, if it is one of many", near > 2 * before if facts["kept_places"] > 20 else near >= before)
        self.shoot("wide-authority")
        self.choose("all")
        self.expect("all totals again", self.run("document.getElementById('summary').textContent"), facts["summary"])
        self.expect("all places again", self.listed(), facts["kept_places"])
        self.expect("all shown again", self.on_canvas("scale"), before)

    def choose(self, name, select="authority"):
        self.run("""((select) => {
            select.selectedIndex = [...select.options].findIndex((option) => option.textContent === %s);
            select.dispatchEvent(new Event('change'));
        })(document.getElementById('%s'))""" % (json.dumps(name), select))

    def check_moves(self):
        x, y = self.centre("canvas")
        scale = self.on_canvas("scale")
        self.browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200)
        self.expect("the wheel zooms", self.on_canvas("scale") > scale)
        self.click("#farther")
        self.click("#whole")
        seen = self.on_canvas("coloured") + self.on_canvas("grey")
        self.browser.mouse("mousePressed", x, y, button="left", clickCount=1)
        for step in range(1, 6):
            self.browser.mouse("mouseMoved", x + 150 * step, y, button="left", buttons=1)
        self.browser.mouse("mouseReleased", x + 750, y, button="left", clickCount=1)
        self.expect("dragging moves", self.on_canvas("coloured") + self.on_canvas("grey") < seen)
        self.run("document.getElementById('map').focus()")
        self.browser.key("Escape")
        self.expect("Escape ends a selection", self.run("document.querySelector('#detail').textContent"), "")

    def check_keys(self):
        self.open(1400, 900)
        reached = []
        for _ in range(14):
            self.browser.key("Tab")
            reached.append(self.run("(document.activeElement.closest('[id]') || document.body).id"))
        for name in ["map", "closer", "kept", "all", "theme", "print", "authority", "find", "places"]:
            self.expect("Tab reaches " + name, name in reached)
        self.expect("every button has a name", self.run(
            "[...document.querySelectorAll('button, input')].every(b => (b.ariaLabel || b.textContent || b.labels[0].textContent).trim())"))

        self.run("document.querySelector('#places button').focus()")
        self.browser.key("Enter", "\r")
        self.expect("Enter chooses a place", self.run("document.querySelector('#places button').ariaPressed"), "true")
        self.expect("and stays on it", self.run("document.activeElement === document.querySelector('#places button')"))

    def check_dark(self):
        self.open(1400, 900, dark=True)
        self.expect("dark where the screen is", self.run("document.documentElement.hasAttribute('data-dark')"))
        self.expect("dark paper on the map", self.pixels(["#12161d"])[0] > 100000)
        self.shoot("wide-dark")
        self.check_axe("the dark page")
        self.click("#theme")
        self.expect("light on request", self.run("document.documentElement.hasAttribute('data-dark')"), False)
        self.browser.settle()
        self.expect("light paper on the map", self.pixels(["#ffffff"])[0] > 100000)
        self.click("#theme")
        self.browser.media("print", dark=True)
        self.browser.settle()
        self.expect("light in print", self.run("document.documentElement.hasAttribute('data-dark')"), False)
        for part in ("h1", "#summary", "#caption", "canvas", "#places li", "#notes"):
            self.expect(part + " in print", self.run("(r => r.width > 0 && r.height > 0)(document.querySelector('%s').getBoundingClientRect())" % part)
                        or part == "#notes" and not self.facts["notes"])
        self.expect("every place in print", self.listed(), self.facts["kept_places"])
        self.expect("a scale bar in print", bool(self.run("document.getElementById('map').dataset.bar")))
        self.expect("no tools in print", self.run("getComputedStyle(document.querySelector('.tools')).display"), "none")
        self.browser.pdf(os.path.join(self.shots, "print.pdf"))
        self.browser.settle()
        self.expect("and still after printing", self.run("document.documentElement.hasAttribute('data-dark')"), False)
        self.browser.size(794, 1123)
        self.shoot("print")
        self.browser.media(dark=True)
        self.browser.settle()
        self.expect("dark again on the screen", self.run("document.documentElement.hasAttribute('data-dark')"))

    def check_narrow(self):
        self.open(360, 740, ratio=2, touch=True)
        self.expect("no sideways scrolling on a small telephone", self.run("document.documentElement.scrollWidth"), 360)
        self.check_axe("the narrow page")
        self.open(390, 844, ratio=2, touch=True)
        self.expect("no sideways scrolling", self.run("document.documentElement.scrollWidth"), 390)
        self.shoot("narrow-kept")
        x, y = self.centre("canvas")
        before = self.on_canvas("scale")
        self.touch("touchStart", (x - 20, y), (x + 20, y))
        for step in range(1, 6):
            self.touch("touchMove", (x - 20 - 12 * step, y), (x + 20 + 12 * step, y))
        self.touch("touchEnd")
        self.expect("two fingers zoom", self.on_canvas("scale") > 2 * before)
        self.run("document.querySelector('#places button').click()")
        self.touch("touchStart", (x, y))
        self.touch("touchEnd")
        self.shoot("narrow-place")
        self.open(390, 844, dark=True, ratio=2, touch=True)
        self.click("#all")
        self.shoot("narrow-all-dark")

    def touch(self, kind, *points):
        self.browser.call("Input.dispatchTouchEvent", type=kind,
                          touchPoints=[{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)])

    def check_levels(self):
        """Of a plan with localities and patches: outlines, colours, list, search and words are those of a level."""
        levels = self.facts["levels"]
        self.open(1400, 900)
        self.expect("the levels, the largest first", self.run("[...document.querySelectorAll('#levels button')].map((b) => b.textContent)"),
                    [level["button"] for level in levels])
        self.expect("a group with a name", self.run("(g => [g.role, g.ariaLabel, g.hidden])(document.getElementById('levels'))"), ["group", "Level", False])
        scale = self.on_canvas("scale")
        for level in levels:
            self.check_level(level)
            self.expect("the map stays where it is", self.on_canvas("scale"), scale)
        self.check_level(levels[0], print_it=True)
        self.open(360, 740, ratio=2, touch=True)
        self.expect("no sideways scrolling with levels", self.run("document.documentElement.scrollWidth"), 360)

    def check_level(self, level, print_it=False):
        name = level["button"]
        self.run("document.querySelector('#levels button[value=%s]').focus()" % level["level"])
        self.browser.key("Enter", "\r")
        self.expect("Enter chooses " + name, self.run("[...document.querySelectorAll('#levels [aria-pressed=true]')].map((b) => b.textContent)"), [name])
        self.run("document.getElementById('map').focus()")
        for _ in range(8):
            self.browser.key("-", "-")
        self.expect("all homes are there", self.on_canvas("coloured") + self.on_canvas("grey"), self.facts["dots"])
        self.expect("homes in kept %s in colour" % name, self.on_canvas("coloured"), level["kept_dots"])
        self.browser.key("0", "0")
        self.expect("kept %s listed" % name, self.listed(), min(level["kept"], 500))
        self.expect("their summary", self.run("document.getElementById('summary').textContent"), level["summary"])
        self.expect("their rules", (name.lower() + " ") in self.run("document.getElementById('caption').textContent"))
        self.expect("the map says so to who hears it", level["summary"] in self.run("document.getElementById('map').ariaLabel"))
        self.click("#find")
        self.browser.call("Input.insertText", text=level["search"])
        self.expect("%s found" % name, self.listed(), level["found"])
        self.browser.key("Enter")
        self.expect("figures of the first", self.run("[...document.querySelectorAll('#detail dd')].map((d) => d.textContent)")[:2], level["first"])
        self.run("document.getElementById('find').value = ''; document.getElementById('find').dispatchEvent(new Event('input'))")
        self.run("document.getElementById('map').focus()")
        self.browser.key("Escape")
        self.click("#whole")
        self.shoot("level-" + level["level"])
        self.check_axe("the page with " + name)
        if print_it:
            self.browser.media("print")
            self.browser.settle()
            self.expect("%s in print" % name, self.listed(), min(level["kept"], 500))
            self.expect("no switch in print", self.run("getComputedStyle(document.getElementById('levels')).display"), "none")
            self.expect("their summary in print", self.run("document.getElementById('summary').textContent"), level["summary"])
            self.shoot("level-print")
            self.browser.media()
            self.browser.settle()

    def check_assets(self):
        """Community assets: none until they are switched on, a category at a time or all, and the homes as they were."""
        kinds = self.facts["assets"]
        total = sum(kind["count"] for kind in kinds)
        self.open(1400, 900)
        self.run("document.getElementById('map').focus()")
        for _ in range(8):
            self.browser.key("-", "-")
        homes = (self.on_canvas("coloured"), self.on_canvas("grey"))
        self.expect("no assets at first", self.on_canvas("assets"), 0)
        self.expect("nor a key of them", self.run("document.getElementById('key-asset').hidden"))
        self.expect("what can be shown", self.run("[...document.querySelectorAll('#assets option')].map((o) => o.textContent)"),
                    ["none", "all (%d)" % total] + [kind["option"] for kind in kinds])
        for kind in kinds:
            self.choose(kind["option"], "assets")
            self.expect("%s on the map" % kind["option"], self.on_canvas("assets"), kind["count"])
            self.expect("told to who hears it", self.run("document.getElementById('asset-count').textContent"), "%d community assets shown" % kind["count"])
            self.expect("with names that stay text", self.run("document.querySelector('#asset-names li').textContent.startsWith(%s)" % json.dumps(kind["first"])))
        self.choose("all (%d)" % total, "assets")
        self.expect("all on the map", self.on_canvas("assets"), total)
        self.expect("the homes as before", (self.on_canvas("coloured"), self.on_canvas("grey")), homes)
        self.expect("a key", self.run("document.getElementById('key-asset').hidden"), False)
        self.run("document.getElementById('asset-list').open = true")
        self.expect("no markup from names", self.run("document.querySelectorAll('b, i').length"), 0)
        self.check_axe("the page with assets")
        self.shoot("assets-all")
        self.choose(kinds[0]["option"], "assets")
        self.run("document.querySelector('#places button').click()")
        self.browser.settle()
        self.shoot("assets-place")
        x, y = self.run("(r => [r.x, r.y])(document.getElementById('map').getBoundingClientRect())")
        spot = [float(part) for part in self.run("document.getElementById('map').dataset.asset").split()]
        self.browser.mouse("mouseMoved", x + spot[0], y + spot[1])
        self.browser.settle()
        self.expect("a name under the pointer", self.run("document.querySelector('#card strong').textContent").startswith(kinds[0]["option"].split()[0] + " of <b>"))
        self.shoot("assets-pointer")
        self.browser.media("print")
        self.browser.settle()
        self.expect("in print too", self.on_canvas("assets") > 0)
        self.expect("with their key", self.run("getComputedStyle(document.getElementById('key-asset')).display") != "none")
        self.browser.media()
        self.choose("none", "assets")
        self.expect("gone again", self.on_canvas("assets"), 0)
        self.open(360, 740, ratio=2, touch=True)
        self.choose("all (%d)" % total, "assets")
        self.expect("no sideways scrolling with assets", self.run("document.documentElement.scrollWidth"), 360)
        self.shoot("assets-narrow")

    def check_picture(self, picture):
        self.browser.size(1000, 1400)
        self.browser.media()
        self.browser.open(picture)
        self.expect("the picture is SVG", self.run("document.documentElement.namespaceURI"), "http://www.w3.org/2000/svg")
        self.expect("its title", self.run("document.querySelector('title').textContent"), self.facts["title"])
        words = self.run("[...document.querySelectorAll('text')].map((t) => t.textContent)")
        for part in ("title", "summary", "caption"):
            self.expect("its " + part, self.facts[part] in words)
        for part in self.facts["background"] + self.facts["notes"]:
            self.expect("%s in it" % part, part in words)
        # of each line of the legend, the number stands before the name
        for number, name in self.facts["listed"]:
            self.expect("%s in its legend" % name, any(words[i:i + 2] == [number, name if len(name) < 24 else name[:22] + "\u2026"] for i in range(len(words))))
        self.expect("its legend", self.run("document.querySelectorAll('circle').length"), min(self.facts["kept_places"], 150))
        time.sleep(0.2)
        self.shoot("picture")


def main(page, picture, facts, shots):
    with open(facts) as file:
        reader = Reader(page, json.load(file), shots)
    os.makedirs(shots, exist_ok=True)
    try:
        if "levels" in reader.facts:
            reader.check_levels()
            reader.check_assets()
            reader.expect("no complaint in the console, nothing fetched", reader.browser.errors, [])
            return
        reader.check_page()
        reader.check_colours()
        reader.check_notes()
        reader.check_neighbours()
        reader.check_background()
        reader.check_switch()
        reader.check_search()
        reader.check_authority()
        reader.check_moves()
        reader.check_keys()
        reader.check_dark()
        reader.check_narrow()
        reader.check_picture(picture)
        reader.expect("no complaint in the console, nothing fetched", reader.browser.errors, [])
    except (AssertionError, RuntimeError) as error:
        print("%s; the console: %s" % (error, reader.browser.errors), file=sys.stderr)
        reader.shoot("failure")
        sys.exit(1)
    finally:
        reader.browser.close()


main(*sys.argv[1:])
