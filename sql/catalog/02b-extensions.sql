-- Extensions beyond the platform's ($5), for their types and functions.
select 'extensions', format('create extension if not exists %I with schema %I', e.extname, n.nspname)
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.extname <> all ($5::text[]) and e.extname <> 'plpgsql'
order by e.oid;
