# places - a PostgreSQL extension built with PGXS
#
#   make demo        installs what is missing (Debian, root), builds, and shows
#                    the extension at work on a throwaway server
#   make test        the same set-up, then every test
#   make bench       the same set-up, then the benchmarks; SIZE=full for all sizes
#   make fuzz        random calls of every function, on a server with assertions,
#                    which it builds first; for hours (doc/testing.md)
#   make stop        stops a server kept with KEEP=1
#
#   make, make install, make installcheck    for a server of your own, found
#                                            through PG_CONFIG
#   make libplaces.a the engine alone, which knows no server (src/engine/engine.h)
#
# Variables: PG_CONFIG=/path/to/pg_config, WERROR=1 (warnings are errors),
# STOCK=file.csv[.gz], SEED=n, SCALE=n and KEEP=1 (for demo), SIZE=quick or full
# (for bench), SEED=n, CALLS=n, FIRST=n and ASSERT_SERVER=directory (for fuzz).

EXTENSION = places
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" places.control)

# The engine is compiled without PostgreSQL's headers and linked as a library, so
# that it cannot come to need a server.  ENGINE names the library and ENGINE_BUILD
# the directory of its objects, for another with ENGINE_CFLAGS of its own.
ENGINE = libplaces.a
ENGINE_BUILD = build/engine
ENGINE_SOURCES = $(sort $(wildcard src/engine/*.c src/engine/*/*.c))
ENGINE_OBJS = $(patsubst src/engine/%.c,$(ENGINE_BUILD)/%.o,$(ENGINE_SOURCES))
ENGINE_CFLAGS = $(CFLAGS) $(ENGINE_ASSERTS)
ENGINE_ASSERTS = $(if $(findstring enable-cassert,$(shell $(PG_CONFIG) --configure)),-DPLACES_ASSERTS)

MODULE_big = places
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/pg/*.c src/pg/*/*.c)))
SHLIB_LINK = $(ENGINE)
haslibarule = yes

# The parts of the extension's script, in order.  What can be written anew, the
# functions and views, is CREATE OR REPLACE, so that the upgrade from the last
# release is its delta (sql/upgrade) around the same parts.
RELEASE = 0.2.0
NEW_SQL = $(addprefix sql/, \
	core/schema.sql \
	core/types.sql \
	plans/plan_tables.sql)
PARTS_SQL = $(addprefix sql/core/, \
	refuse.sql \
	postgis.sql \
	location.sql \
	places.sql \
	stock.sql \
	stock_answers.sql \
	matching.sql \
	agreement.sql \
	recluster.sql \
	progress.sql \
	boundary.sql) \
	$(addprefix sql/plans/, \
	plan.sql \
	run.sql \
	run_read.sql \
	run_store.sql \
	run_publish.sql \
	corrections.sql \
	forget.sql \
	compare.sql \
	schedule.sql \
	plan_views.sql) \
	sql/layers/layers.sql \
	build/map_template.sql \
	$(addprefix sql/map/, \
	map.sql \
	map_picture.sql \
	map_source.sql) \
	sql/plans/plan_rights.sql

BUILT_SQL = sql/places--$(EXTVERSION).sql sql/places--$(RELEASE)--$(EXTVERSION).sql
DATA_built = $(BUILT_SQL)
DATA = $(filter-out $(BUILT_SQL),$(wildcard sql/places--*.sql))

# sessions, and the workers that they start, know by it whose shared memory they see
override PG_CPPFLAGS += -Isrc -DPLACES_VERSION=\"$(EXTVERSION)\"

# the same answer on every machine: no fused multiply-add; and of the library
# nobody sees but what PostgreSQL looks for (src/pg/versions.h)
override PG_CFLAGS += -ffp-contract=off -fvisibility=hidden

# No function here is small enough for the JIT compiler to inline, and bitcode
# would need clang on the machine that builds.
override with_llvm = no

# pg_regress takes test/sql/X.sql and compares with expected/X.out
REGRESS_OUT ?= .
REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --outputdir=$(REGRESS_OUT) \
	--load-extension=postgis --load-extension=places

EXTRA_CLEAN = build $(ENGINE)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# Warnings as errors are for this project's code: named as system headers,
# PostgreSQL's own keep theirs to themselves.
ifdef WERROR
override PG_CPPFLAGS += -isystem $(shell $(PG_CONFIG) --includedir-server)
override PG_CFLAGS += -Wall -Wextra -Werror
endif

ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else
# Without PostgreSQL's headers only the targets that fetch them can work.
.PHONY: all install installcheck uninstall clean
all install installcheck uninstall:
	@PG_CONFIG='$(PG_CONFIG)' tools/setup --check
clean:
	rm -rf build $(OBJS) $(ENGINE) $(BUILT_SQL)
endif

# What people use beside the extension goes beside the server's other shared files.
SHARED = $(wildcard $(srcdir)/share/*)
SHARED_DIR = $(datadir)/places

.PHONY: install-shared uninstall-shared
install: install-shared
uninstall: uninstall-shared

install-shared:
	@$(MKDIR_P) '$(DESTDIR)$(SHARED_DIR)'
	@$(INSTALL_DATA) $(SHARED) '$(DESTDIR)$(SHARED_DIR)'
	@printf '%s\n' $(patsubst %,'$(DESTDIR)$(SHARED_DIR)/%',$(notdir $(SHARED)))

uninstall-shared:
	rm -f $(patsubst %,'$(DESTDIR)$(SHARED_DIR)/%',$(notdir $(SHARED)))

sql/places--$(EXTVERSION).sql: $(NEW_SQL) $(PARTS_SQL)
	cat $^ > $@

sql/places--$(RELEASE)--$(EXTVERSION).sql: sql/upgrade/$(RELEASE)--$(EXTVERSION)-before.sql $(PARTS_SQL) \
		sql/upgrade/$(RELEASE)--$(EXTVERSION)-after.sql
	cat $^ > $@

build/map_template.sql: map/build $(wildcard map/page.* map/*.js)
	@mkdir -p build
	map/build >$@.new
	mv $@.new $@

HEADERS = $(sort $(wildcard src/*/*.h src/*/*/*.h))

# Objects depend on every header, and on the server and the flags they were
# made for: build/flags changes only when one of these does.
$(OBJS): $(HEADERS) build/flags
$(ENGINE_OBJS): $(filter src/engine/%,$(HEADERS)) build/flags

$(ENGINE_OBJS): $(ENGINE_BUILD)/%.o: src/engine/%.c
	@mkdir -p $(@D)
	$(CC) $(ENGINE_CFLAGS) -Isrc -c -o $@ $<

$(ENGINE): $(ENGINE_OBJS)
	rm -f $@
	$(AR) crs $@ $^

$(MODULE_big)$(DLSUFFIX): $(ENGINE)

BUILT_FOR = $(shell $(PG_CONFIG) --version) $(CC) $(CPPFLAGS) $(CFLAGS)

build/flags: FORCE
	@mkdir -p build
	@echo '$(BUILT_FOR)' | cmp -s - $@ || echo '$(BUILT_FOR)' > $@

.PHONY: FORCE demo test bench fuzz stop

SIZE ?= quick
export PG_CONFIG STOCK SEED SCALE KEEP CALLS FIRST ASSERT_SERVER

demo:
	@tools/setup
	@tools/with-server demo/run

test:
	@tools/setup --test
	@tools/with-server test/run

bench:
	@tools/setup
	@tools/with-server bench/run $(SIZE)
	@tools/with-server bench/coverage $(SIZE)
	@tools/with-server bench/cores $(SIZE)
	@tools/with-server bench/plans $(SIZE)
	@tools/with-server bench/growth $(SIZE)
	@tools/with-server bench/drawings $(SIZE)
	@bench/ablation $(SIZE)
	@bench/quality $(SIZE)

fuzz:
	@tools/setup --test
	@SERVER_SETTINGS="$$(cat test/fuzz/settings)" PG_CONFIG="$$(tools/assert-server)" \
		tools/with-server test/fuzz/all

stop:
	@tools/stop

clean: stop
