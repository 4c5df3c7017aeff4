"""A tile server for the tests: places.place_tiles() asked through psql.

It understands the addresses of Martin, /place_tiles/Z/X/Y, and of pg_tileserv,
/places.place_tiles/Z/X/Y.pbf, takes their parameters as each of them does, and
serves the files of a directory beside them.
"""
import functools
import http.server
import json
import re
import subprocess
import threading
import urllib.parse

TILE = re.compile(r"/(places\.)?place_tiles/(\d+)/(\d+)/(\d+)(?:\.pbf)?$")
QUERY = "SELECT encode(places.place_tiles(:z, :x, :y, :'query'::json), 'hex')"


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        tile = TILE.match(url.path)
        if not tile:
            return super().do_GET()
        parameters = dict(urllib.parse.parse_qsl(url.query))
        # pg_tileserv knows the function's own parameters only, Martin passes all of them
        query = parameters.get("query", "{}") if tile[1] else json.dumps(parameters)
        asked = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", "z=" + tile[2], "-v", "x=" + tile[3], "-v", "y=" + tile[4], "-v", "query=" + query],
            input=QUERY, capture_output=True, text=True, env=self.server.environment)
        if asked.returncode:
            self.answer(500, "text/plain", asked.stderr.encode())
        else:
            body = bytes.fromhex(asked.stdout.strip())
            self.answer(200 if body else 204, "application/x-protobuf", body)

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)
        self.server.served.append((self.path, status, len(body)))

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # a browser that has moved on wants the tile no more

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """On a free port of this machine, until close().  served lists the tiles."""

    def __init__(self, directory, environment):
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=directory))
        self.environment = environment
        self.served = []
        self.address = "http://127.0.0.1:%d" % self.server_port
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
