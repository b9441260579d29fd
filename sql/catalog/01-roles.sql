-- Roles beyond the platform's ($2) and who belongs to what.
select 'roles', format('create role %I%s%s%s%s%s', r.rolname,
  case when r.rolcanlogin then ' login' else '' end,
  case when r.rolsuper then ' superuser' else '' end,
  case when r.rolbypassrls then ' bypassrls' else '' end,
  case when r.rolinherit then '' else ' noinherit' end,
  case when r.rolcreaterole then ' createrole' else '' end)
from pg_roles r
where r.rolname !~ '^pg_' and r.rolname <> all ($2::text[]) and $1::text[] is not null
union all
select 'roles', format('grant %I to %I', g.rolname, m.rolname)
from pg_auth_members a
join pg_roles g on g.oid = a.roleid
join pg_roles m on m.oid = a.member
where m.rolname !~ '^pg_' and g.rolname !~ '^pg_'
  and not (m.rolname = any ($2::text[]) and g.rolname = any ($2::text[]))
  and m.rolname <> session_user;
