-- map.sql - the places of the table stock, or of a plan, as a page and as a picture
--
--   psql -v page=build/places.html -v picture=build/places.svg -f demo/map.sql
--
-- The variable plan, if set, is the name of a plan to draw, of any levels.  Otherwise
-- stock is as for demo/report.sql, and so is the variable weight.  An authority
-- goes by its name, where it has one.  The variable authorities, an array of
-- their codes, chooses some: doc/map.svg is of {X01,X02,X03,X04,X08,X09,X10,X11}.

\if :{?weight}
\else
\set weight NULL
\endif
\if :{?title}
\else
\set title 'Homes and places'
\endif

\pset format unaligned
\pset tuples_only on

\if :{?plan}
\o :page
SELECT places.map(:'plan', title => :'title');
\o :picture
SELECT places.map_svg(:'plan', title => :'title');
\o
\q
\endif

\if :{?authorities}
\else
\set authorities {}
\endif

CREATE TEMP VIEW mapped AS
SELECT *, CASE WHEN la_code IS NOT NULL THEN coalesce(la_name, la_code) END AS authority
FROM stock
WHERE la_code = ANY (:'authorities') OR :'authorities'::text[] = '{}';

\o :page
SELECT places.map('mapped', 'uprn', 'authority', 'geom', weight_column => :weight, title => :'title');
\o :picture
SELECT places.map_svg('mapped', 'uprn', 'authority', 'geom', weight_column => :weight, title => :'title');
\o
