# PostgreSQL with PostGIS and places
#
#   docker build -t places .
#   docker run -d -e POSTGRES_PASSWORD=... -p 5432:5432 places
#
# BASE may be any Debian image of postgis/postgis for PostgreSQL 15 or later.  The
# compiler stays in the first stage.  Databases that the image makes have places.
#
# Not run by the tests, which have no Docker: they run these steps of the build on
# Debian itself.
ARG BASE=postgis/postgis:18-3.6

FROM ${BASE} AS build
RUN apt-get update && \
	apt-get install -y --no-install-recommends gcc libc6-dev make "postgresql-server-dev-$PG_MAJOR"
COPY . /places
RUN make -C /places -j4 install DESTDIR=/installed \
	PG_CONFIG="/usr/lib/postgresql/$PG_MAJOR/bin/pg_config"

FROM ${BASE}
COPY --from=build /installed /
RUN echo 'CREATE EXTENSION places CASCADE' >/docker-entrypoint-initdb.d/20_places.sql
