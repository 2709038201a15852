-- safe with the previous release: yes — there is none

-- Partitions are named after their parent and their first instant; only these four tables have them.
create function make_partition(parent text, suffix text, from_id bigint, until_id bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if parent not in ('content', 'inbox', 'message', 'event') or suffix !~ '^[0-9]{8}$' then
    raise exception 'make_partition: % % is not a partition of ours', parent, suffix;
  end if;
  if to_regclass(format('public.%I', parent || '_' || suffix)) is not null then
    return false;
  end if;
  perform pg_advisory_xact_lock(hashtext('make_partition'));
  if to_regclass(format('public.%I', parent || '_' || suffix)) is not null then
    return false;
  end if;
  execute format('create table public.%I partition of public.%I for values from (%s) to (%s)',
    parent || '_' || suffix, parent, from_id, until_id);
  if parent in ('content', 'inbox') then
    execute format('alter table public.%I alter column sealed set storage external', parent || '_' || suffix);
  end if;
  return true;
end $$;

create function drop_partition(parent text, suffix text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if parent not in ('content', 'inbox', 'message', 'event') or suffix !~ '^[0-9]{8}$' then
    raise exception 'drop_partition: % % is not a partition of ours', parent, suffix;
  end if;
  if to_regclass(format('public.%I', parent || '_' || suffix)) is null then
    return false;
  end if;
  execute format('drop table public.%I', parent || '_' || suffix);
  return true;
end $$;

revoke all on function make_partition(text, text, bigint, bigint) from public;
revoke all on function drop_partition(text, text) from public;
grant execute on function make_partition(text, text, bigint, bigint) to facteur_retention;
grant execute on function drop_partition(text, text) to facteur_retention;

-- Requests see their own account and nothing else, whatever a query forgets to say.
do $$
declare tenant text;
begin
  foreach tenant in array array['account_key', 'api_key', 'profile', 'account_access', 'audit', 'usage_day', 'domain',
    'sender', 'template', 'suppression', 'content', 'message', 'event', 'delivery', 'idempotency', 'campaign',
    'campaign_recipient', 'inbox']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_accept, facteur_delivery, facteur_retention
      using (true) with check (true)', tenant);
  end loop;
end $$;
alter table account enable row level security;
create policy tenant on account to facteur_request
  using (id = current_setting('app.account')::bigint or parent_id = current_setting('app.account')::bigint);
create policy service on account to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);

-- Requests: what an API call may read and change by itself.
grant select on account, account_key, api_key, usage_day, content, message, event, delivery, idempotency, campaign,
  campaign_recipient, inbox, node, lane, installation to facteur_request;
grant select, insert, update, delete on profile, account_access, domain, sender, template, suppression, inbox
  to facteur_request;
grant insert on audit, event to facteur_request;
grant update (last_used_on, is_active, revoked_at, sealed_name, scopes) on api_key to facteur_request;
grant insert on api_key to facteur_request;
grant delete on delivery to facteur_request;
grant update (state, reason, changed_at, attempts) on message to facteur_request;
grant update (due_at, is_cancelled) on delivery to facteur_request;

-- The accept writer commits many accounts' messages together.
grant select on account, account_key, api_key, domain, sender, template, suppression, usage_day, campaign,
  campaign_recipient, idempotency, installation, content, message to facteur_accept;
grant insert on content, message, event, delivery, idempotency, campaign, campaign_recipient to facteur_accept;
grant insert, update on usage_day to facteur_accept;
grant update on idempotency to facteur_accept;
grant update (last_used_on) on api_key to facteur_accept;

-- Delivery: the queue, what to send, and what came of it.
grant select on account, account_key, domain, content, message, suppression, template, installation, campaign
  to facteur_delivery;
grant select, update, delete on delivery to facteur_delivery;
grant update (state, reason, attempts, was_unknown, changed_at) on message to facteur_delivery;
grant insert on event, inbox, suppression to facteur_delivery;
grant select, insert, update, delete on node to facteur_delivery;
grant select, update on lane to facteur_delivery;
grant select, insert, update, delete on key_handover to facteur_delivery;

-- Retention: what is due to go, and nothing else.
grant select on account, account_key, installation, node, lane to facteur_retention;
grant select, delete on idempotency, campaign_recipient, inbox, node to facteur_retention;
grant select (account_id, id, next_check_at, name, state) on domain to facteur_retention;
grant select, delete on delivery to facteur_retention;
grant select (account_id, id, state), update (state, reason, changed_at) on message to facteur_retention;
grant insert on event to facteur_retention;
