insert into public.plans (id, name, price_cents, max_members) values
  ('free', 'Free', 0, 3),
  ('team', 'Team', 4900, 25),
  ('business', 'Business', 19900, 200)
on conflict (id) do nothing;

insert into public.organizations (id, name, slug, plan_id) values
  ('0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'Acme', 'acme', 'team'),
  ('5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'Globex', 'globex', 'free')
on conflict (id) do nothing;

insert into public.users (id, email, full_name) values
  ('a11ce000-0000-4000-8000-000000000001', 'alice@acme.test', 'Alice'),
  ('b0b00000-0000-4000-8000-000000000002', 'bob@acme.test', 'Bob'),
  ('ca401000-0000-4000-8000-000000000003', 'carol@globex.test', 'Carol')
on conflict (id) do nothing;

insert into public.organization_members (id, organization_id, user_id, role) values
  ('m-alice', '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'a11ce000-0000-4000-8000-000000000001', 'owner'),
  ('m-bob', '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'b0b00000-0000-4000-8000-000000000002', 'member'),
  ('m-carol', '5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'ca401000-0000-4000-8000-000000000003', 'owner')
on conflict (id) do nothing;

insert into public.projects (id, organization_id, name) values
  ('p-launch', '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'Launch'),
  ('p-move', '5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'Office move')
on conflict (id) do nothing;

insert into public.tasks (id, project_id, assignee_id, title, status, updated_at) values
  ('t-1', 'p-launch', 'b0b00000-0000-4000-8000-000000000002', 'Write the announcement', 'in_progress', now()),
  ('t-2', 'p-launch', null, 'Book the venue', 'todo', now()),
  ('t-3', 'p-move', 'ca401000-0000-4000-8000-000000000003', 'Measure the desks', 'todo', now())
on conflict (id) do nothing;

insert into public.comments (id, task_id, author_id, body) values
  ('c-1', 't-1', 'a11ce000-0000-4000-8000-000000000001', 'Draft is in the folder.'),
  ('c-2', 't-3', 'ca401000-0000-4000-8000-000000000003', 'Eleven desks, not nine.')
on conflict (id) do nothing;

insert into public.customers (id, organization_id, name, email) values
  ('c0570000-0000-4000-8000-000000000001', '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'Initech', 'hello@initech.test'),
  ('c0570000-0000-4000-8000-000000000002', '5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'Hooli', 'office@hooli.test')
on conflict (id) do nothing;

insert into public.invoices (id, organization_id, customer_id, number, amount_cents, status) values
  ('14701ce0-0000-4000-8000-000000000001', '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'c0570000-0000-4000-8000-000000000001', '2025-001', 125000, 'sent'),
  ('14701ce0-0000-4000-8000-000000000002', '5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'c0570000-0000-4000-8000-000000000002', '2025-001', 48000, 'draft')
on conflict (id) do nothing;

insert into public.user_settings (id, user_id, theme) values
  ('s-alice', 'a11ce000-0000-4000-8000-000000000001', 'dark'),
  ('s-carol', 'ca401000-0000-4000-8000-000000000003', 'light')
on conflict (id) do nothing;
