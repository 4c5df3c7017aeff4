-- server.sql - what was measured on

SELECT format(E'\nPostgreSQL %s, PostGIS %s, places %s',
			  split_part(current_setting('server_version'), ' ', 1),
			  split_part(postgis_lib_version(), ' ', 1),
			  (SELECT extversion FROM pg_extension WHERE extname = 'places'));
