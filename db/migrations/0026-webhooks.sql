-- safe with the previous release: yes — it knows nothing of these tables

create table webhook (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  format text not null check (format in ('mailjet', 'mailjet_group', 'standard')),
  sealed_url bytea not null,
  sealed_secret bytea,
  state text not null check (state in ('alive', 'dead')),
  revision bigint not null,
  log_position bigint not null,
  failing_since timestamptz,
  failures int not null,
  due_at timestamptz,
  died_at timestamptz,
  attempts_logged bigint not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, lookup, format)
);
comment on table webhook is 'Where an account''s events are posted to, how far it has them, and how it is doing.';

create table webhook_event (
  account_id bigint not null,
  id bigint not null,
  webhook_id bigint not null,
  event_type text not null,
  is_backup boolean not null,
  is_mailjet boolean not null,
  since_position bigint not null,
  primary key (account_id, id),
  unique (account_id, webhook_id, event_type, is_backup)
);
comment on table webhook_event is 'Which events go to a webhook, from which position of the log on; Mailjet''s eventcallbackurl.';
-- Mailjet''s API has one address and one backup for each type of event.
create unique index webhook_event_mailjet on webhook_event (account_id, event_type, is_backup) where is_mailjet;

create table webhook_retry (
  account_id bigint not null,
  webhook_id bigint not null,
  log_position bigint not null,
  lane bigint not null,
  attempts int not null,
  failed_at timestamptz not null,
  due_at timestamptz not null,
  primary key (account_id, webhook_id, log_position)
);
comment on table webhook_retry is 'Single events that a webhook has refused while it took others: tried again, with what follows of their message (the lane).';

create table webhook_attempt (
  account_id bigint not null,
  webhook_id bigint not null,
  slot int not null,
  id bigint not null,
  outcome text not null check (outcome in ('delivered', 'rejected', 'unreachable')),
  event_id bigint not null,
  event_count int not null,
  status smallint,
  duration_ms int not null,
  sealed bytea not null,
  primary key (account_id, webhook_id, slot)
);
comment on table webhook_attempt is 'The last requests to a webhook and what it answered (sealed): a ring of slots.';
create index webhook_attempt_age on webhook_attempt (id);

create table webhook_replay (
  account_id bigint not null,
  id bigint not null,
  webhook_id bigint not null,
  from_id bigint not null,
  until_id bigint not null,
  log_position bigint not null,
  until_position bigint not null,
  sent bigint not null,
  ended_at timestamptz,
  primary key (account_id, id)
);
comment on table webhook_replay is 'Parts of the log that an account has asked to be posted once more.';
create index webhook_replay_webhook on webhook_replay (account_id, webhook_id);
create index webhook_replay_due on webhook_replay (id) where ended_at is null;

do $$
declare tenant text;
begin
  foreach tenant in array array['webhook', 'webhook_event', 'webhook_retry', 'webhook_attempt', 'webhook_replay']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_relay, facteur_retention using (true) with check (true)',
      tenant);
  end loop;
end $$;

grant select, insert, update, delete on webhook, webhook_event, webhook_replay to facteur_request;
grant select, update, delete on webhook_retry to facteur_request;
grant select, delete on webhook_attempt to facteur_request;

grant select on webhook, webhook_event to facteur_relay;
grant update (state, revision, log_position, failing_since, failures, due_at, died_at, attempts_logged) on webhook
  to facteur_relay;
grant select, insert, update, delete on webhook_retry to facteur_relay;
grant select, insert, update on webhook_attempt to facteur_relay;
grant select on webhook_replay to facteur_relay;
grant update (log_position, sent, ended_at) on webhook_replay to facteur_relay;
grant insert on audit to facteur_relay;
create policy relay on audit to facteur_relay with check (true);

grant select, delete on webhook_attempt, webhook_replay to facteur_retention;
