-- loaded.sql - the table homes, as share/load.sql makes it, as the view stock
--
--   psql -f demo/loaded.sql
--
-- for demo/report.sql and demo/map.sql.  Places are named after what the homes say
-- of their settlement, or else after the district of their postcodes.

CREATE TEMP VIEW known AS
SELECT r.role, a.names[(places_internal.columns_known_as(r.role, a.names))[1]] AS name
FROM (SELECT array_agg(attname::text ORDER BY attnum) AS names
		FROM pg_attribute WHERE attrelid = 'homes'::regclass AND attnum > 0 AND NOT attisdropped) a,
	unnest('{label,postcode,weight}'::text[]) r(role);

SELECT format('CREATE VIEW stock AS SELECT %I AS uprn, %I AS la_code, NULL::text AS la_name, %s AS settlement, %s::float8 AS homes, %I AS geom FROM homes',
	c.id_column, c.authority_column,
	coalesce((SELECT quote_ident(name) FROM known WHERE role = 'label'),
		(SELECT format('nullif(btrim(left(%I, -3)), '''')', name) FROM known WHERE role = 'postcode' AND name IS NOT NULL), 'NULL::text'),
	coalesce((SELECT quote_ident(name) FROM known WHERE role = 'weight'), '1'),
	c.geom_column)
FROM places_internal.stock_columns('homes', NULL, NULL, NULL) c \gexec
