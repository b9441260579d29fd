-- What the login may do besides being a client.
select
  session_user::text,
  r.rolsuper,
  r.rolbypassrls,
  (select coalesce(json_agg(distinct n.nspname || '.' || c.relname), '[]')
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and c.relowner = r.oid and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema')::text,
  (select coalesce(json_agg(m.rolname order by m.rolname), '[]')
   from pg_roles m where m.oid <> r.oid and pg_has_role(r.oid, m.oid, 'member'))::text,
  (select coalesce(json_agg(m.rolname order by m.rolname), '[]')
   from pg_roles m where m.oid <> r.oid and pg_has_role(r.oid, m.oid, 'member')
     and (m.rolsuper or m.rolbypassrls or m.rolcreaterole
       or exists (select from pg_class c where c.relkind in ('r', 'p') and c.relowner = m.oid and c.relrowsecurity)))::text,
  current_setting('server_version_num'),
  pg_backend_pid()
from pg_roles r
where r.rolname = session_user;
