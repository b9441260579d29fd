-- What the policies ask
create schema if not exists private;
grant usage on schema private to authenticated;
-- The organizations that the caller belongs to.
create or replace function private.current_user_organizations() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.organization_id from public.organization_members r
  where r.user_id = (select auth.uid())
$$;
revoke all on function private.current_user_organizations() from public;
grant execute on function private.current_user_organizations() to authenticated;
-- The organizations that the caller belongs to as owner or admin.
create or replace function private.current_user_organizations_as_admin() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.organization_id from public.organization_members r
  where r.user_id = (select auth.uid())
    and r.role in ('owner', 'admin')
$$;
revoke all on function private.current_user_organizations_as_admin() from public;
grant execute on function private.current_user_organizations_as_admin() to authenticated;
-- The organizations that the caller belongs to as owner.
create or replace function private.current_user_organizations_as_owner() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.organization_id from public.organization_members r
  where r.user_id = (select auth.uid())
    and r.role in ('owner')
$$;
revoke all on function private.current_user_organizations_as_owner() from public;
grant execute on function private.current_user_organizations_as_owner() to authenticated;
-- The projects that the caller works with.
create or replace function private.current_user_projects() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.id from public.projects r
  where r.organization_id = any (array(select private.current_user_organizations()))
$$;
revoke all on function private.current_user_projects() from public;
grant execute on function private.current_user_projects() to authenticated;
-- The tasks that the caller works with.
create or replace function private.current_user_tasks() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.id from public.tasks r
  where r.project_id = any (array(select private.current_user_projects()))
$$;
revoke all on function private.current_user_tasks() from public;
grant execute on function private.current_user_tasks() to authenticated;
-- The conversations that the caller works with.
create or replace function private.current_user_conversations() returns setof text
  language sql stable security definer set search_path = ''
  as $$
  select r.id from public.conversations r
  where r.project_id = any (array(select private.current_user_projects()))
$$;
revoke all on function private.current_user_conversations() from public;
grant execute on function private.current_user_conversations() to authenticated;

-- Protect public.plans
alter table public.plans enable row level security;
alter table public.plans force row level security;
create policy plans_select_everyone on public.plans
  for select to anon, authenticated
  using (true);

-- Protect public.organizations
alter table public.organizations enable row level security;
alter table public.organizations force row level security;
create policy organizations_select_members on public.organizations
  for select to authenticated
  using (id = any (array(select private.current_user_organizations())));
create policy organizations_update_admins on public.organizations
  for update to authenticated
  using (id = any (array(select private.current_user_organizations_as_admin())))
  with check (id = any (array(select private.current_user_organizations_as_admin())));
create policy organizations_delete_owners on public.organizations
  for delete to authenticated
  using (id = any (array(select private.current_user_organizations_as_owner())));

-- Protect public.users
alter table public.users enable row level security;
alter table public.users force row level security;
create policy users_select_own on public.users
  for select to authenticated
  using (id = (select auth.uid()));
create policy users_update_own on public.users
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

-- Protect public.organization_members
alter table public.organization_members enable row level security;
alter table public.organization_members force row level security;
create policy organization_members_select_members on public.organization_members
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy organization_members_insert_admins on public.organization_members
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));
create policy organization_members_update_admins on public.organization_members
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))))
  with check (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));
create policy organization_members_delete_admins on public.organization_members
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));

-- Protect public.projects
alter table public.projects enable row level security;
alter table public.projects force row level security;
create policy projects_select_members on public.projects
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy projects_insert_members on public.projects
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy projects_update_members on public.projects
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy projects_delete_members on public.projects
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.tasks
alter table public.tasks enable row level security;
alter table public.tasks force row level security;
create policy tasks_select_members on public.tasks
  for select to authenticated
  using (project_id = any (array(select private.current_user_projects())));
create policy tasks_insert_members on public.tasks
  for insert to authenticated
  with check (project_id = any (array(select private.current_user_projects())));
create policy tasks_update_members on public.tasks
  for update to authenticated
  using (project_id = any (array(select private.current_user_projects())))
  with check (project_id = any (array(select private.current_user_projects())));
create policy tasks_delete_members on public.tasks
  for delete to authenticated
  using (project_id = any (array(select private.current_user_projects())));

-- Protect public.comments
alter table public.comments enable row level security;
alter table public.comments force row level security;
create policy comments_select_members on public.comments
  for select to authenticated
  using (task_id = any (array(select private.current_user_tasks())));
create policy comments_insert_members on public.comments
  for insert to authenticated
  with check (task_id = any (array(select private.current_user_tasks())));
create policy comments_update_members on public.comments
  for update to authenticated
  using (task_id = any (array(select private.current_user_tasks())))
  with check (task_id = any (array(select private.current_user_tasks())));
create policy comments_delete_members on public.comments
  for delete to authenticated
  using (task_id = any (array(select private.current_user_tasks())));

-- Protect public.attachments
alter table public.attachments enable row level security;
alter table public.attachments force row level security;
create policy attachments_select_members on public.attachments
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy attachments_insert_members on public.attachments
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy attachments_update_members on public.attachments
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy attachments_delete_members on public.attachments
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.invitations
alter table public.invitations enable row level security;
alter table public.invitations force row level security;
create policy invitations_select_members on public.invitations
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy invitations_insert_admins on public.invitations
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));
create policy invitations_update_admins on public.invitations
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))))
  with check (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));
create policy invitations_delete_admins on public.invitations
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations_as_admin()))
    and (role not in ('owner') or organization_id = any (array(select private.current_user_organizations_as_owner()))));

-- Protect public.user_settings
alter table public.user_settings enable row level security;
alter table public.user_settings force row level security;
create policy user_settings_select_own on public.user_settings
  for select to authenticated
  using (user_id = (select auth.uid()));
create policy user_settings_insert_own on public.user_settings
  for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy user_settings_update_own on public.user_settings
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
create policy user_settings_delete_own on public.user_settings
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- Protect public.customers
alter table public.customers enable row level security;
alter table public.customers force row level security;
create policy customers_select_members on public.customers
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy customers_insert_members on public.customers
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy customers_update_members on public.customers
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy customers_delete_members on public.customers
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.appointments
alter table public.appointments enable row level security;
alter table public.appointments force row level security;
create policy appointments_select_members on public.appointments
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy appointments_insert_members on public.appointments
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy appointments_update_members on public.appointments
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy appointments_delete_members on public.appointments
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.invoices
alter table public.invoices enable row level security;
alter table public.invoices force row level security;
create policy invoices_select_members on public.invoices
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy invoices_insert_members on public.invoices
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy invoices_update_members on public.invoices
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy invoices_delete_members on public.invoices
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.conversations
alter table public.conversations enable row level security;
alter table public.conversations force row level security;
create policy conversations_select_members on public.conversations
  for select to authenticated
  using (project_id = any (array(select private.current_user_projects())));
create policy conversations_insert_members on public.conversations
  for insert to authenticated
  with check (project_id = any (array(select private.current_user_projects())));
create policy conversations_update_members on public.conversations
  for update to authenticated
  using (project_id = any (array(select private.current_user_projects())))
  with check (project_id = any (array(select private.current_user_projects())));
create policy conversations_delete_members on public.conversations
  for delete to authenticated
  using (project_id = any (array(select private.current_user_projects())));

-- Protect public.messages
alter table public.messages enable row level security;
alter table public.messages force row level security;
create policy messages_select_members on public.messages
  for select to authenticated
  using (conversation_id = any (array(select private.current_user_conversations())));
create policy messages_insert_members on public.messages
  for insert to authenticated
  with check (conversation_id = any (array(select private.current_user_conversations())));
create policy messages_update_members on public.messages
  for update to authenticated
  using (conversation_id = any (array(select private.current_user_conversations())))
  with check (conversation_id = any (array(select private.current_user_conversations())));
create policy messages_delete_members on public.messages
  for delete to authenticated
  using (conversation_id = any (array(select private.current_user_conversations())));

-- Protect public.activity_logs
alter table public.activity_logs enable row level security;
alter table public.activity_logs force row level security;
create policy activity_logs_select_members on public.activity_logs
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy activity_logs_insert_members on public.activity_logs
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));

-- Protect public.notifications
alter table public.notifications enable row level security;
alter table public.notifications force row level security;
create policy notifications_select_members on public.notifications
  for select to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));
create policy notifications_insert_members on public.notifications
  for insert to authenticated
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy notifications_update_members on public.notifications
  for update to authenticated
  using (organization_id = any (array(select private.current_user_organizations())))
  with check (organization_id = any (array(select private.current_user_organizations())));
create policy notifications_delete_members on public.notifications
  for delete to authenticated
  using (organization_id = any (array(select private.current_user_organizations())));

-- Protect the bucket attachments
create policy attachments_select_members on storage.objects
  for select to authenticated
  using (bucket_id = 'attachments'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy attachments_insert_members on storage.objects
  for insert to authenticated
  with check (bucket_id = 'attachments'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy attachments_update_members on storage.objects
  for update to authenticated
  using (bucket_id = 'attachments'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)))
  with check (bucket_id = 'attachments'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy attachments_delete_members on storage.objects
  for delete to authenticated
  using (bucket_id = 'attachments'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));

-- Protect the bucket exports
create policy exports_select_members on storage.objects
  for select to authenticated
  using (bucket_id = 'exports'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy exports_insert_members on storage.objects
  for insert to authenticated
  with check (bucket_id = 'exports'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy exports_update_members on storage.objects
  for update to authenticated
  using (bucket_id = 'exports'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)))
  with check (bucket_id = 'exports'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));
create policy exports_delete_members on storage.objects
  for delete to authenticated
  using (bucket_id = 'exports'
    and (storage.foldername(name))[1] = any (array(select each::text from private.current_user_organizations() as each)));

-- What the policies compare
create index if not exists notifications_organization_id_idx on public.notifications (organization_id);
