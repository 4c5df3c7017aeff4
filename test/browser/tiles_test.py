"""Uses share/tiles.html as a reader would, in a headless browser.

    tiles_test.py PAGE LIBRARIES FACTS SHOTS

LIBRARIES holds maplibre-gl.js, maplibre-gl.css and axe.min.js, FACTS is JSON that
SQL wrote: what must be seen.  The plans "neighbourhoods" and "not run" are in the
database that PG* names.  SHOTS is a directory for screenshots, for people to look at.
"""
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.parse

import browser
import tile_server


class Reader:
    def __init__(self, page, libraries, facts, shots):
        self.facts, self.libraries, self.shots = facts, libraries, shots
        self.site = tempfile.mkdtemp(prefix="places-site.")
        for file in (page, libraries + "/maplibre-gl.js", libraries + "/maplibre-gl.css"):
            shutil.copy(file, self.site)
        self.server = tile_server.Server(self.site, os.environ)
        self.browser = browser.Browser(browser.find(), webgl=True, host=self.server.address + "/")
        self.browser.call("Network.setCacheDisabled", cacheDisabled=True)

    def close(self):
        self.browser.close()
        self.server.close()
        shutil.rmtree(self.site)

    def expect(self, what, value, wanted=True):
        if value != wanted:
            raise AssertionError("%s: %r, not %r" % (what, value, wanted))
        print(what)

    def run(self, expression):
        return self.browser.run(expression)

    def wait(self, what, expression):
        for _ in range(600):
            if self.run(expression):
                return
            time.sleep(0.1)
        raise AssertionError("never " + what)

    def shoot(self, name):
        self.browser.screenshot(os.path.join(self.shots, name + ".png"))

    def open(self, parameters, size=(1400, 900), touch=False, wait=True):
        """The page with its parameters; wait: until it rests on the places."""
        self.browser.size(*size, ratio=2 if touch else 1, touch=touch)
        self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        self.browser.open("%s/tiles.html?%s" % (self.server.address, parameters))
        if wait:
            self.wait("drawn", "map !== null && map.loaded() && !map.isMoving() && document.querySelectorAll('#places button').length > 0")

    def martin(self, plan="neighbourhoods", more=""):
        return "tiles=/place_tiles/{z}/{x}/{y}&plan=%s%s" % (urllib.parse.quote(plan), more)

    def rendered(self, layer):
        """The numbers of the places that a layer shows."""
        return self.run("[...new Set(map.queryRenderedFeatures({layers: ['%s']}).map(f => f.id))].sort((a, b) => a - b)" % layer)

    def go(self, place, zoom):
        longitude, latitude = self.facts["places"][place]["at"]
        self.run("new Promise(done => { map.once('idle', () => done()); map.jumpTo({center: [%r, %r], zoom: %r}); })" % (longitude, latitude, zoom))

    def best(self):
        return next(n for n, p in self.facts["places"].items() if p["rank"] == 1)

    def axe(self, what):
        with open(self.libraries + "/axe.min.js") as file:
            self.run(file.read() + ";0")
        found = self.run("axe.run().then(r => r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.nodes.map(n => n.html).join(' ').slice(0, 300)))")
        self.expect("axe finds nothing in " + what, found, [])

    def check_tiles(self):
        self.open(self.martin(more="&attribution=" + urllib.parse.quote("\u00a9 <b>Crown</b> & others")))
        self.expect("tiles arrive", any(size > 1000 for _, status, size in self.server.served if status == 200))
        self.expect("no complaint on the page", self.run("document.getElementById('trouble').hidden"))
        self.expect("the title names the plan", self.run("document.title"), "Places: neighbourhoods")
        self.expect("who is credited, as text", self.run("document.getElementById('credit').textContent"), "\u00a9 <b>Crown</b> & others")
        self.expect("the ground of all places", self.rendered("ground"), self.facts["ground"])
        self.expect("the centres of all kept places", set(self.facts["ground"]) - set(self.rendered("centres")), set())
        self.expect("labels", len(self.rendered("labels")) > 20)
        self.expect("the palette of the map", self.run("palette"), self.facts["palette"])
        self.shoot("wide")
        self.axe("the map")

    def check_colours(self):
        colour = dict(self.run("[...known].map(([id, place]) => [String(id), place.colour])"))
        self.expect("each place has a colour", len(colour), len(self.facts["places"]))
        same = [(a, b) for a, b in self.facts["neighbours"] if colour[str(a)] == colour[str(b)]]
        print("%d neighbours" % len(self.facts["neighbours"]))
        self.expect("neighbours differ", same, [])
        self.go(self.best(), 12)
        shown = self.run("Object.fromEntries(map.queryRenderedFeatures({layers: ['ground']}).map(f => [f.id, f.layer.paint['fill-color'].toString()]))")
        self.expect("and are painted so", len(set(shown.values())) > 1)
        self.shoot("closer")

    def popup(self):
        return self.run("(p => p && [p.querySelector('strong').textContent, "
                        "Object.fromEntries([...p.querySelectorAll('dt')].map(t => [t.textContent, t.nextSibling.textContent]))])"
                        "(document.querySelector('.maplibregl-popup-content'))")

    def check_popup(self):
        number = self.best()
        place = self.facts["places"][number]
        self.go(number, 13)
        self.browser.click(*self.run("(([x, y], r) => [r.x + x, r.y + y])((p => [p.x, p.y])(map.project(%r)), map.getCanvas().getBoundingClientRect())" % (place["at"],)))
        name, figures = self.popup()
        self.expect("the popup has the name, as text", name, place["name"])
        self.expect("the number", figures["place"], number)
        self.expect("and the figures", [figures[k] for k in ("authority", "homes", "rank", "density", "radius")],
                    [place["authority"], place["homes"], "1", place["density"] + " homes per km\u00b2", place["radius"] + " m"])
        self.shoot("popup")
        self.axe("the popup")
        self.browser.key("Escape")
        self.expect("Escape closes it", self.popup(), None)

    def check_homes(self):
        self.go(self.best(), 16.2)
        self.expect("homes when close", self.run("map.queryRenderedFeatures({layers: ['homes']}).length > 50"))
        self.shoot("homes")
        at = self.run("(f => ((p, r) => [r.x + p.x, r.y + p.y])(map.project(f.geometry.coordinates), map.getCanvas().getBoundingClientRect()))"
                      "(map.queryRenderedFeatures([[400, 300], [700, 600]], {layers: ['homes']})[0])")
        self.browser.click(*at)
        self.expect("a home says which it is", "home" in self.popup()[1])
        self.shoot("home")
        self.browser.key("Escape")
        self.go(self.best(), 10)
        self.expect("no homes from afar", self.run("map.queryRenderedFeatures({layers: ['homes']}).length"), 0)

    def check_keys(self):
        self.open(self.martin())
        reached = []
        for _ in range(6):
            self.browser.key("Tab")
            reached.append(self.run("document.activeElement.className + ' ' + (document.activeElement.closest('[id]') || document.body).id"))
        self.expect("Tab reaches the map", any("maplibregl-canvas" in r for r in reached))
        self.expect("and the list", any("places" in r for r in reached))
        self.expect("the densest first", self.run("document.querySelector('#places button').dataset.place"), self.best())
        self.run("document.querySelector('#places button').focus()")
        self.browser.key("Enter", "\r")
        self.wait("resting", "map.loaded() && !map.isMoving()")
        self.expect("Enter shows a place", self.popup()[0], self.facts["places"][self.best()]["name"])
        self.expect("that is in the middle", self.run("document.querySelector('[aria-pressed=true]').dataset.place"), self.best())
        self.browser.key("Escape")
        self.expect("Escape leads back", self.run("document.activeElement.dataset.place"), self.best())
        self.expect("how many are in view is said", self.run("document.getElementById('found').textContent.endsWith('in view.')"))

    def check_narrow(self):
        self.open(self.martin(), size=(390, 844), touch=True)
        self.expect("no sideways scrolling", self.run("document.documentElement.scrollWidth"), 390)
        self.shoot("narrow")
        self.axe("a narrow screen")
        self.run("document.querySelector('#places button').click()")
        self.wait("resting", "map.loaded() && !map.isMoving()")
        self.expect("a popup that fits", self.run("(r => r.left >= 0 && r.right <= 390)(document.querySelector('.maplibregl-popup-content').getBoundingClientRect())"))
        self.shoot("narrow-popup")

    def complaint(self, parameters):
        self.open(parameters, wait=False)
        self.wait("complained", "!document.getElementById('trouble').hidden")
        # what a reader of the console would see is what was asked for
        self.browser.errors = []
        return self.run("document.getElementById('trouble').textContent")

    def check_troubles(self):
        self.open("tiles=/places.place_tiles/{z}/{x}/{y}.pbf&plan=neighbourhoods")
        self.expect("pg_tileserv's address", self.rendered("ground"), self.facts["ground"])
        self.expect("nothing in the console, no other host asked", self.browser.errors, [])
        self.expect("no such tiles", "404" in self.complaint("tiles=/nothing/{z}/{x}/{y}"))
        self.shoot("no-tiles")
        self.axe("a complaint")
        words = self.complaint("tiles=/place_tiles/{z}/{x}/{y}")
        self.expect("the server's own words", "query must name a plan" in words and "500" in words)
        self.expect("nothing to show", self.complaint(self.martin("not run")), "The tiles are empty. Has a run of the plan been published?")
        self.expect("no server", "Tiles cannot be had" in self.complaint("tiles=http://127.0.0.1:9/{z}/{x}/{y}"))
        self.expect("a half address", "{z}, {x} and {y}" in self.complaint("tiles=/place_tiles"))
        self.expect("another kind of address", "http" in self.complaint("tiles=javascript:alert(1)/{z}/{x}/{y}"))
        self.open("plan=%3Cb%3Eneighbourhoods", wait=False)
        self.expect("it asks for the tiles", self.run("!document.getElementById('ask').hidden"))
        self.expect("for the plan that was named", self.run("document.querySelector('[name=plan]').value"), "<b>neighbourhoods")
        self.shoot("asks")
        self.axe("the question")
        os.remove(os.path.join(self.site, "maplibre-gl.js"))
        self.expect("no MapLibre", "npm pack maplibre-gl@5" in self.complaint(self.martin()))


def main(page, libraries, facts, shots):
    with open(facts) as file:
        reader = Reader(page, libraries, json.load(file), shots)
    os.makedirs(shots, exist_ok=True)
    try:
        reader.check_tiles()
        reader.check_colours()
        reader.check_popup()
        reader.check_homes()
        reader.check_keys()
        reader.check_narrow()
        reader.check_troubles()
    except (AssertionError, RuntimeError) as error:
        print("%s; the console: %s" % (error, reader.browser.errors), file=sys.stderr)
        reader.shoot("failure")
        sys.exit(1)
    finally:
        reader.close()


main(*sys.argv[1:])
