-- Permissive policies that decide which rows of a table a role may read.
select p.polname, pg_get_expr(p.polqual, p.polrelid), n.nspname, c.relname
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where p.polrelid = to_regclass($1)
  and c.relrowsecurity
  and p.polpermissive
  and p.polcmd in ('r', '*')
  and p.polqual is not null
  and exists (
    select from unnest(p.polroles) as role (oid)
    where case when role.oid = 0 then true else pg_has_role($2::name, role.oid, 'usage') end
  )
order by p.polname;
