"""Runs the sections that are named, or all."""

import importlib
import sys
import time

from common import Skipped

SECTIONS = ("kmeans", "balanced", "loads", "small", "turns", "instances", "blocks", "communities", "far",
			"stability", "patches", "zoo")


def main(names):
	unknown = [name for name in names if name not in SECTIONS]
	if unknown:
		sys.exit("quality: no section %s; there are %s" % (unknown[0], ", ".join(SECTIONS)))
	for name in names or SECTIONS:
		since = time.time()
		try:
			importlib.import_module(name).run()
		except ImportError as missing:
			if missing.name.split(".")[0] not in ("scipy", "sklearn"):
				raise
			print("\n%s skipped: no %s (Debian: python3-%s)" % (name, missing.name, missing.name.split(".")[0]))
		except Skipped as why:
			print("\n%s skipped: %s" % (name, why))
		else:
			print("\n%s: %.0f s" % (name, time.time() - since))
		sys.stdout.flush()


main(sys.argv[1:])
