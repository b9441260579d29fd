-- Privileges that the current role lacks to do something ($3) with relations ($1 their schemas, $2 their names). What it
-- may do with some columns is no matter of a grant on the whole. Never by to_regclass, which fails without USAGE.
select current_user, n.nspname, c.relname, given.command,
  has_schema_privilege(n.oid, 'usage')::text,
  may.do_it::text
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as given (schema, name, command, place)
join pg_namespace n
  on n.nspname = given.schema or given.schema = '' and n.nspname = any (current_schemas(false))
join pg_class c on c.relnamespace = n.oid and c.relname = given.name and c.relkind in ('r', 'p', 'v', 'm', 'f')
cross join lateral (
  -- Rows are deleted whole: the privilege is none of columns.
  select case when given.command = 'delete' then has_table_privilege(c.oid, 'delete')
    else has_any_column_privilege(c.oid, given.command) end) as may (do_it)
where not has_schema_privilege(n.oid, 'usage') or not may.do_it
order by given.place;
