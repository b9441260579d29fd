-- Roles beyond the platform's ($2), and who belongs to what beyond the platform's memberships ($4: `role>member`).
select 'roles', format('create role %I%s%s%s%s%s', r.rolname,
  -- Every server has the one that it was made with.
  case when r.rolcanlogin and r.oid <> 10 then ' login' else '' end,
  case when r.rolsuper then ' superuser' else '' end,
  case when r.rolbypassrls then ' bypassrls' else '' end,
  case when r.rolinherit then '' else ' noinherit' end,
  case when r.rolcreaterole then ' createrole' else '' end)
from pg_roles r
where r.rolname !~ '^pg_' and r.rolname <> all ($2::text[])
union all
select 'roles', format('grant %I to %I%s', g.rolname, m.rolname,
  -- Options that PostgreSQL 15 does not have.
  case
    when to_jsonb(a) ->> 'inherit_option' = 'false' then ' with inherit false'
    when to_jsonb(a) ->> 'set_option' = 'false' then ' with set false'
    else ''
  end)
from pg_auth_members a
join pg_roles g on g.oid = a.roleid
join pg_roles m on m.oid = a.member
where m.rolname !~ '^pg_' and g.rolname !~ '^pg_'
  and g.rolname || '>' || m.rolname <> all ($4::text[])
  -- Who makes a role may administer it, and is nothing of it by that alone.
  and not (to_jsonb(a) ->> 'inherit_option' = 'false' and to_jsonb(a) ->> 'set_option' = 'false')
  and m.rolname <> session_user;
