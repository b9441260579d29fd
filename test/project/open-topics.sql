create table public.profiles (id uuid primary key references auth.users);
create table public.organizations (id uuid primary key);
create table public.members (
  org_id uuid references public.organizations,
  user_id uuid references auth.users,
  role text not null,
  primary key (org_id, user_id)
);
create table public.notes (id uuid primary key, org_id uuid references public.organizations);
create table public.room_members (room_id uuid, user_id uuid);
create table public.admins (user_id uuid primary key);
create table public.roles (user_id uuid, role text, primary key (user_id, role));
create table public.public_rooms (id uuid primary key);

alter table public.organizations enable row level security;
alter table public.members enable row level security;
alter table public.notes enable row level security;
create policy "own" on public.members for select to authenticated using (user_id = (select auth.uid()));
create policy "own" on public.organizations for select to authenticated
  using (id in (select org_id from public.members where user_id = (select auth.uid())));
create policy "own" on public.notes for select to authenticated
  using (org_id = (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid);

create function public.is_member() returns boolean language sql stable security definer as $$
  select exists (select 1 from public.members where user_id = auth.uid())
$$;
create function public.is_member_of(org uuid) returns boolean language sql stable security definer as $$
  select exists (select 1 from public.members where user_id = auth.uid() and org_id = org)
$$;
create function public.my_orgs() returns setof uuid language sql stable security definer as $$
  select org_id from public.members where user_id = auth.uid()
$$;
create function public.is_admin() returns boolean language sql stable security definer as $$
  select exists (select 1 from public.admins where user_id = auth.uid())
$$;
create function public.exists_org(key text) returns boolean language sql stable security definer as $$
  select exists (select 1 from public.organizations where id::text = key)
$$;
create view public.reachable as select id from public.organizations where public.is_member();
create function public.reachable_ids() returns uuid[] language sql stable security definer as $$
  select array_agg(id) from public.organizations where public.is_member()
$$;
create function public.may_join(topic text) returns boolean language plpgsql stable as $$
declare
  allowed boolean;
begin
  execute 'select $1 = ''user:'' || auth.uid()::text' into allowed using topic;
  return allowed;
end
$$;
