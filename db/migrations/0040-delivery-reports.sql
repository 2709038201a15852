-- safe with the previous release: yes — it asks for no reports, and takes rows of the queue that are reports for messages
-- that are gone; finish the update before clients that ask for reports depend on them

-- What senders have asked of delivery reports. A row a recipient, and only where one was asked for.
create table report_wish (
  account_id bigint not null,
  message_id bigint not null,
  on_success boolean not null,
  on_failure boolean not null,
  on_delay boolean not null,
  due_at timestamptz,
  sealed bytea not null,
  sealed_returned bytea,
  primary key (account_id, message_id)
);
comment on table report_wish is 'What the sender of a message asked to be told of it, and where (sealed with the key of its hour). Gone when nothing more is to be told.';
-- What is to be looked at although nothing has happened: a delay, or what the next server has said later.
create index report_wish_due on report_wish (due_at) where due_at is not null;
create index report_wish_age on report_wish (message_id);

-- Reports on their way. Their content is sealed with the key of the hour of the message they are about: it may be in them.
create table report (
  account_id bigint not null,
  id bigint not null,
  message_id bigint not null,
  action text not null check (action in ('failed', 'delayed', 'delivered', 'relayed', 'expanded')),
  sealed bytea not null,
  primary key (account_id, id),
  unique (account_id, message_id, action)
);
alter table report alter column sealed set storage external;
comment on table report is 'Delivery reports of our own until they are delivered: no messages of the account, so neither counted nor listed.';
create index report_age on report (message_id);

alter table delivery add column is_report boolean not null default false;

do $$
declare tenant text;
begin
  foreach tenant in array array['report_wish', 'report']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_accept, facteur_delivery, facteur_relay, facteur_retention
      using (true) with check (true)', tenant);
  end loop;
end $$;
create policy relay on content to facteur_relay using (true);
create policy relay on delivery to facteur_relay using (true) with check (true);

grant insert on report_wish to facteur_accept;
-- What the next server says later comes in by requests.
grant select, update (due_at, sealed_returned) on report_wish to facteur_request;
grant select on report to facteur_request;
grant select, update (due_at, sealed_returned, on_success, on_delay), delete on report_wish to facteur_relay;
grant select, insert on report to facteur_relay;
grant select on content to facteur_relay;
grant insert on delivery to facteur_relay;
grant select, delete on report to facteur_delivery;
grant select (account_id, message_id), delete on report_wish to facteur_retention;
grant select (account_id, message_id), delete on report to facteur_retention;

insert into follower (name) values ('reports');
