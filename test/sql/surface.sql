-- what people find in the schema places, and what of the rest is open to everybody
SELECT string_agg(DISTINCT p.proname, ' ' ORDER BY p.proname) AS functions
FROM pg_proc p WHERE p.pronamespace = 'places'::regnamespace;
SELECT c.relkind, string_agg(c.relname, ' ' ORDER BY c.relname) AS relations
FROM pg_class c WHERE c.relnamespace = 'places'::regnamespace GROUP BY 1 ORDER BY 1;
SELECT string_agg(p.oid::regprocedure::text, E'\n' ORDER BY p.oid::regprocedure::text COLLATE "C") AS internal_for_everybody
FROM pg_proc p
WHERE p.pronamespace = 'places_internal'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE');
SELECT c.oid::regclass AS relation, a.grantee::regrole AS role, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS may
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace = 'places_internal'::regnamespace AND a.grantee <> c.relowner
GROUP BY 1, 2 ORDER BY 1::text, 2::text;
