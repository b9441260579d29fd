-- Tables in publications, beyond what the platform publishes.
select 'publications', format('alter publication %I add table %I.%I', pubname, schemaname, tablename)
from pg_publication_tables
where schemaname <> all ($1::text[]) and $2::text[] is not null
order by pubname, schemaname, tablename;
