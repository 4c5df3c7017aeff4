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
# In another directory, make -f /path/Makefile builds there.
#
# Variables: PG_CONFIG=/path/to/pg_config, WERROR=1 (warnings are errors),
# STOCK=file.csv[.gz], SEED=n, SCALE=n and KEEP=1 (for demo), SIZE=quick or full
# (for bench), SEED=n, CALLS=n, FIRST=n and ASSERT_SERVER=directory (for fuzz).

# The sources are where this file is; $(call Sources,PATTERN...) names them from there.
HERE := $(dir $(firstword $(MAKEFILE_LIST)))
Sources = $(sort $(patsubst $(HERE)%,%,$(wildcard $(addprefix $(HERE),$(1)))))

EXTENSION = places
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(HERE)places.control)

# The engine is compiled without PostgreSQL's headers and linked as a library, so
# that it cannot come to need a server.  ENGINE names the library and ENGINE_BUILD
# the directory of its objects, for another with ENGINE_CFLAGS of its own.
ENGINE = libplaces.a
ENGINE_BUILD = build/engine
ENGINE_SOURCES = $(call Sources,src/engine/*.c src/engine/*/*.c)
ENGINE_OBJS = $(patsubst src/engine/%.c,$(ENGINE_BUILD)/%.o,$(ENGINE_SOURCES))
ENGINE_CFLAGS = $(CFLAGS) $(ENGINE_ASSERTS)
ENGINE_ASSERTS = $(if $(findstring enable-cassert,$(shell $(PG_CONFIG) --configure)),-DPLACES_ASSERTS)

MODULE_big = places
OBJS = $(patsubst %.c,%.o,$(call Sources,src/pg/*.c src/pg/*/*.c))
SHLIB_LINK = $(ENGINE)
haslibarule = yes

# The parts of the extension's script, in order.  What can be written anew, the
# functions and views, is CREATE OR REPLACE, so that the upgrade from the last
# release is its delta (sql/upgrade) around the same parts.
RELEASE = 0.2.0
NEW_SQL = $(addprefix sql/, \
	core/schema.sql \
	core/types.sql \
	plans/plan_tables.sql \
	people/people_tables.sql)
PARTS_SQL = $(addprefix sql/core/, \
	refuse.sql \
	postgis.sql \
	location.sql \
	figures.sql \
	places.sql \
	stock.sql \
	stock_answers.sql \
	check_stock.sql \
	matching.sql \
	agreement.sql \
	recluster.sql \
	progress.sql \
	boundary.sql \
	functions_of_0_2.sql) \
	$(addprefix sql/plans/, \
	plan.sql \
	levels.sql \
	run.sql \
	run_read.sql \
	run_parent.sql \
	run_store.sql \
	run_draw.sql \
	run_publish.sql \
	corrections.sql \
	forget.sql \
	compare.sql \
	schedule.sql \
	plan_views.sql \
	tree_views.sql) \
	sql/layers/layers.sql \
	sql/plans/views_of_0_2.sql \
	build/map_template.sql \
	$(addprefix sql/map/, \
	map_plane.sql \
	map_colours.sql \
	map_background.sql \
	map.sql \
	map_picture.sql \
	map_levels.sql \
	map_source.sql \
	map_of_0_2.sql) \
	$(addprefix sql/people/, \
	sources.sql \
	rounds.sql \
	staff.sql \
	allocation.sql \
	contacts.sql \
	contact_gap.sql \
	call_list.sql \
	assets.sql \
	home_groups.sql \
	nearness.sql \
	near.sql \
	map_assets.sql \
	history.sql) \
	sql/plans/plan_rights.sql

BUILT_SQL = sql/places--$(EXTVERSION).sql sql/places--$(RELEASE)--$(EXTVERSION).sql
DATA_built = $(BUILT_SQL)
DATA = $(filter-out $(BUILT_SQL),$(call Sources,sql/places--*.sql))

# sessions, and the workers that they start, know by it whose shared memory they see
override PG_CPPFLAGS += -I$(HERE)src -DPLACES_VERSION=\"$(EXTVERSION)\"

# the same answer on every machine: no fused multiply-add; and of the library
# nobody sees but what PostgreSQL looks for (src/pg/versions.h)
override PG_CFLAGS += -ffp-contract=off -fvisibility=hidden

# No function here is small enough for the JIT compiler to inline, and bitcode
# would need clang on the machine that builds.
override with_llvm = no

# pg_regress takes test/sql/X.sql and compares with expected/X.out in the directory
# where its results go
REGRESS_OUT ?= .
REGRESS_PREP = link_expected
REGRESS = $(patsubst test/sql/%.sql,%,$(call Sources,test/sql/*.sql))
REGRESS_OPTS = --inputdir=$(HERE)test --outputdir=$(REGRESS_OUT) \
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

# What psql and browsers read goes beside the extension's own files.
SHARED = $(call Sources,share/*)
shared_dir = $(datadir)/places

install: install-shared
uninstall: uninstall-shared
.PHONY: install-shared uninstall-shared
install-shared: all
	$(MKDIR_P) '$(DESTDIR)$(shared_dir)'
	$(INSTALL_DATA) $(addprefix $(HERE),$(SHARED)) '$(DESTDIR)$(shared_dir)/'
	@echo 'To load a CSV file of homes: psql -v file=homes.csv -f $(shared_dir)/load.sql'
uninstall-shared:
	rm -f $(addprefix '$(DESTDIR)$(shared_dir)'/,$(notdir $(SHARED)))
	-rmdir '$(DESTDIR)$(shared_dir)'
else
# Without PostgreSQL's headers only the targets that fetch them can work.
.PHONY: all install installcheck uninstall clean
all install installcheck uninstall:
	@PG_CONFIG='$(PG_CONFIG)' $(HERE)tools/setup --check
clean:
	rm -rf build $(OBJS) $(ENGINE) $(BUILT_SQL)
endif

# What is built in the directory of the sources hides what another should build.
IN_TREE = $(wildcard $(addprefix $(HERE),build/flags $(BUILT_SQL)))
ifneq ($(realpath $(HERE)),$(realpath $(CURDIR)))
ifneq ($(IN_TREE),)
$(error $(HERE) itself holds a build: run 'make clean' there before building elsewhere)
endif
endif

sql/places--$(EXTVERSION).sql: $(NEW_SQL) $(PARTS_SQL)
	@mkdir -p $(@D)
	cat $^ > $@

sql/places--$(RELEASE)--$(EXTVERSION).sql: sql/upgrade/$(RELEASE)--$(EXTVERSION)-before.sql \
		sql/people/people_tables.sql $(PARTS_SQL) \
		sql/upgrade/$(RELEASE)--$(EXTVERSION)-after.sql
	@mkdir -p $(@D)
	cat $^ > $@

build/map_template.sql: map/build $(call Sources,map/page.* map/*.js)
	@mkdir -p build
	$(HERE)map/build >$@.new
	mv $@.new $@

HEADERS = $(call Sources,src/*/*.h src/*/*/*.h)

# Objects depend on every header, and on the server and the flags they were
# made for: build/flags changes only when one of these does.
$(OBJS): $(HEADERS) build/flags
$(ENGINE_OBJS): $(filter src/engine/%,$(HEADERS)) build/flags

$(ENGINE_OBJS): $(ENGINE_BUILD)/%.o: src/engine/%.c
	@mkdir -p $(@D)
	$(CC) $(ENGINE_CFLAGS) -I$(HERE)src -c -o $@ $<

$(ENGINE): $(ENGINE_OBJS)
	rm -f $@
	$(AR) crs $@ $^

$(MODULE_big)$(DLSUFFIX): $(ENGINE)

BUILT_FOR = $(shell $(PG_CONFIG) --version) $(CC) $(CPPFLAGS) $(CFLAGS)

build/flags: FORCE
	@mkdir -p build $(dir $(OBJS))
	@echo '$(BUILT_FOR)' | cmp -s - $@ || echo '$(BUILT_FOR)' > $@

link_expected:
	@mkdir -p $(REGRESS_OUT)
	@[ -e $(REGRESS_OUT)/expected ] || ln -s $(abspath $(HERE)expected) $(REGRESS_OUT)/expected

.PHONY: FORCE link_expected demo test bench fuzz stop

SIZE ?= quick
export PG_CONFIG STOCK SEED SCALE KEEP CALLS FIRST ASSERT_SERVER

demo:
	@$(HERE)tools/setup
	@$(HERE)tools/with-server demo/run

test:
	@$(HERE)tools/setup --test
	@$(HERE)tools/with-server test/run

bench:
	@$(HERE)tools/setup
	@$(HERE)tools/with-server bench/run $(SIZE)
	@$(HERE)tools/with-server bench/coverage $(SIZE)
	@$(HERE)tools/with-server bench/cores $(SIZE)
	@$(HERE)tools/with-server bench/plans $(SIZE)
	@$(HERE)tools/with-server bench/contacts $(SIZE)
	@$(HERE)tools/with-server bench/growth $(SIZE)
	@$(HERE)tools/with-server bench/drawings $(SIZE)
	@$(HERE)tools/with-server bench/staff $(SIZE)
	@$(HERE)bench/ablation $(SIZE)
	@$(HERE)bench/quality $(SIZE)

fuzz:
	@$(HERE)tools/setup --test
	@SERVER_SETTINGS="$$(cat $(HERE)test/fuzz/settings)" PG_CONFIG="$$($(HERE)tools/assert-server)" \
		$(HERE)tools/with-server test/fuzz/all

stop:
	@$(HERE)tools/stop

clean: stop
