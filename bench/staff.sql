-- staff.sql - invented coaches of the patches of stock45k, and what changes (bench/staff)

-- from 0 to below 1
CREATE FUNCTION draw(what text, id bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(what, id) & 1048575) / 1048576.0;
CREATE FUNCTION near(geom geometry, metres float8, what text, id bigint) RETURNS geometry LANGUAGE sql IMMUTABLE
RETURN ST_Translate(geom, 2 * metres * (draw('x' || what, id) - 0.5), 2 * metres * (draw('y' || what, id) - 0.5));

SELECT places.create_plan('places', 'stock', 'uprn', 'la_code', 'geom', max_drop => 100, max_shrink => 100, boundary_within => 0);
SELECT places.create_patches('patches', 'places', places.rules('balanced', 175, min_homes => 130, max_homes => 240));
SELECT places.run('places');

CREATE TABLE invented_coach (id bigint, base geometry);
COMMENT ON TABLE invented_coach IS 'invented for the benchmark: no such people';

-- so many more of them
CREATE FUNCTION hire(many bigint) RETURNS void LANGUAGE sql AS $$
	INSERT INTO invented_coach
	SELECT c.last + h.nr, near(h.geom, 3000, 'base', c.last + h.nr)
	FROM (SELECT coalesce(max(id), 0) AS last FROM invented_coach) c
	CROSS JOIN LATERAL (SELECT s.geom, row_number() OVER (ORDER BY draw('coach' || c.last, s.uprn)) AS nr FROM stock s) h
	WHERE h.nr <= many;
$$;

CREATE FUNCTION begin() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	a record;
BEGIN
	PERFORM hire((SELECT count(*) FROM places.place WHERE plan = 'patches' AND reason IS DISTINCT FROM 'dispersed'));
	PERFORM places.set_staff('patches', 'invented_coach', 'id', base_column => 'base');
	SELECT * INTO a FROM places.allocate('patches', keep => 0);
	CREATE TABLE stock_before AS TABLE stock;
	CREATE TABLE coach_before AS TABLE invented_coach;
	RETURN format('%s patches, %s coaches, %s served, %s km', a.places, a.workers, a.served, round((a.travel / 1000)::numeric, 2));
END
$$;

CREATE FUNCTION change(what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	TRUNCATE stock, invented_coach;
	INSERT INTO stock TABLE stock_before;
	INSERT INTO invented_coach TABLE coach_before;
	IF what = 'churn' THEN
		DELETE FROM stock WHERE draw('go', uprn) < 0.1;
		INSERT INTO stock SELECT 1000000000000 + uprn, la_code, postcode, near(geom, 50, 'come', uprn) FROM stock WHERE draw('come', uprn) < 0.1 / 0.9;
		DELETE FROM invented_coach WHERE draw('leave', id) < 0.1;
	ELSE
		PERFORM places.alter_plan('patches', rules => places.rules('balanced', 150, min_homes => 110, max_homes => 205));
	END IF;
	PERFORM places.run('places');
	SELECT count(*) AS patches INTO r FROM places.place WHERE plan = 'patches' AND reason IS DISTINCT FROM 'dispersed';
	PERFORM hire(greatest(r.patches - (SELECT count(*) FROM invented_coach), 0));
	RETURN format('%s patches, %s coaches, %s of them new', r.patches, (SELECT count(*) FROM invented_coach),
		(SELECT count(*) FROM invented_coach WHERE id NOT IN (SELECT id FROM coach_before)));
END
$$;

-- an allocation that is taken back
CREATE FUNCTION try(keep float8, OUT kept_share float8, OUT travel float8, OUT changed bigint, OUT seconds numeric) LANGUAGE plpgsql AS $$
DECLARE
	began CONSTANT timestamptz := clock_timestamp();
BEGIN
	SELECT a.kept_share, a.travel, a.changed INTO kept_share, travel, changed FROM places.allocate('patches', keep => try.keep) a;
	seconds := round(extract(epoch FROM clock_timestamp() - began), 2);
	RAISE EXCEPTION USING errcode = 'PT001';
EXCEPTION WHEN SQLSTATE 'PT001' THEN
END
$$;
