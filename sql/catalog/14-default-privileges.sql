-- What objects made from now on are granted; what the platform said of it is taken back before.
select 'default-privileges', statement from (
  select 1 as place, d.oid, format('alter default privileges for role %I revoke execute on functions from public', pg_get_userbyid(d.defaclrole)) as statement
  from pg_default_acl d
  where d.defaclobjtype = 'f' and d.defaclnamespace = 0
    and not exists (select from aclexplode(d.defaclacl) a where a.grantee = 0)
  union all
  select 2, d.oid, format('alter default privileges for role %I%s grant %s on %s to %s', pg_get_userbyid(d.defaclrole),
    case when d.defaclnamespace = 0 then '' else format(' in schema %I', n.nspname) end,
    string_agg(lower(a.privilege_type), ', ' order by a.privilege_type),
    case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
    case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
  cross join aclexplode(d.defaclacl) a
  where d.defaclobjtype in ('r', 'S', 'f', 'T', 'n')
    and not (a.grantee = d.defaclrole and d.defaclnamespace = 0)
    -- What only newer servers have.
    and a.privilege_type <> 'MAINTAIN'
  group by d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, n.nspname, a.grantee
) as found
order by place, oid, statement;
