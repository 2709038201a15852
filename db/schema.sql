-- The schema as the migrations make it; written by `node scripts/schema.ts`, compared by a test. Dated
-- partitions are left out: they come and go.

CREATE OR REPLACE FUNCTION public.drop_partition(parent text, suffix text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if parent not in ('content', 'inbox', 'message', 'event') or suffix !~ '^[0-9]{8}$' then
    raise exception 'drop_partition: % % is not a partition of ours', parent, suffix;
  end if;
  if to_regclass(format('public.%I', parent || '_' || suffix)) is null then
    return false;
  end if;
  execute format('drop table public.%I', parent || '_' || suffix);
  return true;
end $function$;
grant execute on function drop_partition(text,text) to facteur_retention;

CREATE OR REPLACE FUNCTION public.erase_rows(of_table text, of_account bigint, at timestamp with time zone, up_to integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  key text := case when of_table = 'account' then 'id' else 'account_id' end;
  removed int;
begin
  if not exists (select from account a where a.id = of_account and a.state = 'closed' and a.erase_at <= at) then
    raise exception 'erase_rows: the account % is not to be erased', of_account;
  end if;
  if not exists (select from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relname = of_table and c.relkind in ('r', 'p')
        and a.attname = key and not a.attisdropped) then
    raise exception 'erase_rows: % is no table of accounts', of_table;
  end if;
  execute format('delete from public.%I where (tableoid, ctid) in
    (select tableoid, ctid from public.%I where %I = $1 limit $2)', of_table, of_table, key)
    using of_account, up_to;
  get diagnostics removed = row_count;
  return removed;
end $function$;
grant execute on function erase_rows(text,bigint,timestamp with time zone,integer) to facteur_retention;

CREATE OR REPLACE FUNCTION public.keep_as_written()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% stays as it was written', tg_table_name;
end $function$;
grant execute on function keep_as_written() to public;

CREATE OR REPLACE FUNCTION public.make_partition(parent text, suffix text, from_id bigint, until_id bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
  if parent = 'content' then
    execute format('alter table public.%I set (autovacuum_vacuum_insert_threshold = -1,
      toast.autovacuum_vacuum_insert_threshold = -1)', parent || '_' || suffix);
  end if;
  return true;
end $function$;
grant execute on function make_partition(text,text,bigint,bigint) to facteur_retention;

CREATE OR REPLACE FUNCTION public.release_parse_route(of_lookup bytea, of_domain text, audit_id bigint)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  asker bigint := current_setting('app.account')::bigint;
  stale record;
begin
  if not exists (select from domain d where d.account_id = asker and d.name = of_domain and d.state = 'verified') then
    raise exception 'release_parse_route: the account % has not proven %', asker, of_domain;
  end if;
  select r.account_id, r.id,
    r.is_generated or exists (
      select from account a join domain d on d.account_id = a.id and d.name = of_domain and d.state = 'verified'
      where a.id = r.account_id and a.state <> 'closed') as is_kept
    into stale from parse_route r where r.lookup = of_lookup and r.account_id <> asker for update;
  if not found then
    return 'none';
  end if;
  if stale.is_kept then
    return 'kept';
  end if;
  delete from parse_route r where r.account_id = stale.account_id and r.id = stale.id;
  insert into audit (account_id, id, actor, action, subject_id)
    values (stale.account_id, audit_id, 'service', 'parse_route.lost', stale.id);
  return 'released';
end $function$;
grant execute on function release_parse_route(bytea,text,bigint) to facteur_request;

create sequence event_log_position_seq as bigint;
grant usage on sequence event_log_position_seq to facteur_accept;
grant usage on sequence event_log_position_seq to facteur_delivery;
grant select, usage on sequence event_log_position_seq to facteur_relay;
grant select, usage on sequence event_log_position_seq to facteur_request;
grant usage on sequence event_log_position_seq to facteur_retention;

create table account (
  id bigint not null,
  parent_id bigint,
  state text not null,
  address_lookup bytea not null,
  sealed bytea not null,
  day_quota bigint,
  created_at timestamp with time zone not null,
  is_synthetic boolean default false not null,
  closed_at timestamp with time zone,
  erase_at timestamp with time zone,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_closing_check CHECK ((((state = 'closed'::text) = (closed_at IS NOT NULL)) AND ((closed_at IS NULL) = (erase_at IS NULL)))),
  constraint account_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])))
);
CREATE INDEX account_address ON public.account USING btree (address_lookup);
CREATE INDEX account_erase ON public.account USING btree (erase_at) WHERE (erase_at IS NOT NULL);
CREATE INDEX account_parent ON public.account USING btree (parent_id) WHERE (parent_id IS NOT NULL);
alter table account enable row level security;
create policy relay on account for all to facteur_relay using (true);
create policy service on account for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on account for all to facteur_request using (((id = (current_setting('app.account'::text))::bigint) OR (parent_id = (current_setting('app.account'::text))::bigint)));
comment on table account is 'A tenant: one contact base, one set of statistics. Sub-accounts name their parent.';
comment on column account.is_synthetic is 'An account of the probes: nobody''s, and counted nowhere.';
comment on column account.closed_at is 'Since when the account is closed; null while it is open.';
comment on column account.erase_at is 'From when on nothing of the account may be there; decided when it is closed.';
grant select on account to facteur_accept;
grant select on account to facteur_delivery;
grant select on account to facteur_relay;
grant select on account to facteur_request;
grant select, update (state, closed_at, erase_at) on account to facteur_retention;

create table account_access (
  account_id bigint not null,
  id bigint not null,
  sealed bytea not null,
  is_active boolean not null,
  created_at timestamp with time zone not null,
  constraint account_access_pkey PRIMARY KEY (account_id, id)
);
alter table account_access enable row level security;
create policy service on account_access for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on account_access for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table account_access is 'Mailjet''s apikeyaccess: people with whom the account shares a key.';
grant delete, insert, select, update on account_access to facteur_request;

create table account_key (
  account_id bigint not null,
  sealed_key bytea not null,
  sealed_on integer not null,
  constraint account_key_pkey PRIMARY KEY (account_id)
);
alter table account_key enable row level security;
create policy relay on account_key for all to facteur_relay using (true);
create policy service on account_key for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on account_key for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table account_key is 'The key of an account, sealed with the root key and a day of the chain. Destroying the row makes the account unreadable.';
comment on column account_key.sealed_on is 'The day of the chain (since 1970) the key is sealed under; 0: under the root key alone.';
grant select on account_key to facteur_accept;
grant select on account_key to facteur_delivery;
grant select on account_key to facteur_relay;
grant select on account_key to facteur_request;
grant select, update (sealed_key, sealed_on) on account_key to facteur_retention;

create table api_key (
  account_id bigint not null,
  id bigint not null,
  public_key text not null,
  secret_hash bytea not null,
  sealed_name bytea not null,
  scopes text[] not null,
  is_primary boolean not null,
  is_active boolean not null,
  created_at timestamp with time zone not null,
  last_used_on date,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (account_id, id),
  constraint api_key_public_key_key UNIQUE (public_key)
);
alter table api_key enable row level security;
create policy service on api_key for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on api_key for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table api_key is 'Key pairs. The secret is kept only as a keyed hash. Small: a reference table when distributed.';
grant select, update (last_used_on) on api_key to facteur_accept;
grant insert, select, update (sealed_name, scopes, is_active, last_used_on, revoked_at) on api_key to facteur_request;

create table attestation (
  id bigint not null,
  promise text not null,
  at timestamp with time zone not null,
  until timestamp with time zone not null,
  author text not null,
  statement text not null,
  document_hash bytea,
  previous bytea not null,
  hash bytea not null,
  constraint attestation_pkey PRIMARY KEY (id),
  constraint attestation_check CHECK ((until >= at))
);
CREATE INDEX attestation_promise ON public.attestation USING btree (promise, id);
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON public.attestation FOR EACH ROW EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON public.attestation FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
comment on table attestation is 'What the operator states of promises that no code can prove: who (a role, no name), what, until when. One that ends when it begins takes back the one before. Each row carries the hash of the one before.';
grant select on attestation to facteur_accept;
grant select on attestation to facteur_retention;

create table audit (
  account_id bigint not null,
  id bigint not null,
  actor text not null,
  action text not null,
  subject_id bigint,
  constraint audit_pkey PRIMARY KEY (account_id, id)
);
alter table audit enable row level security;
create policy relay on audit for all to facteur_relay with check (true);
create policy service on audit for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on audit for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table audit is 'Who changed what of an account''s set-up. Ids only, no values.';
grant insert on audit to facteur_accept;
grant insert on audit to facteur_relay;
grant insert, select on audit to facteur_request;

create table campaign (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed_name bytea not null,
  created_at timestamp with time zone not null,
  constraint campaign_pkey PRIMARY KEY (account_id, id),
  constraint campaign_account_id_lookup_key UNIQUE (account_id, lookup)
);
alter table campaign enable row level security;
create policy relay on campaign for all to facteur_relay using (true);
create policy service on campaign for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on campaign for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table campaign is 'Names that messages were grouped under (CustomCampaign).';
grant insert, select on campaign to facteur_accept;
grant select on campaign to facteur_delivery;
grant select on campaign to facteur_relay;
grant select on campaign to facteur_request;

create table campaign_recipient (
  account_id bigint not null,
  campaign_id bigint not null,
  lookup bytea not null,
  created_at timestamp with time zone not null,
  constraint campaign_recipient_pkey PRIMARY KEY (account_id, campaign_id, lookup)
);
CREATE INDEX campaign_recipient_age ON public.campaign_recipient USING btree (created_at);
alter table campaign_recipient enable row level security;
create policy service on campaign_recipient for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on campaign_recipient for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table campaign_recipient is 'Who has had a message of a campaign that must not reach anyone twice.';
grant insert, select on campaign_recipient to facteur_accept;
grant select on campaign_recipient to facteur_request;
grant delete, select on campaign_recipient to facteur_retention;

create table consent (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  purpose text not null,
  decision text not null,
  source text not null,
  source_id bigint,
  actor text not null,
  decided_at timestamp with time zone not null,
  sealed bytea not null,
  constraint consent_pkey PRIMARY KEY (account_id, id),
  constraint consent_decision_check CHECK ((decision = ANY (ARRAY['given'::text, 'withdrawn'::text]))),
  constraint consent_purpose_check CHECK ((purpose = ANY (ARRAY['opens'::text, 'clicks'::text]))),
  constraint consent_source_check CHECK ((source = ANY (ARRAY['api'::text, 'import'::text, 'reader'::text])))
);
CREATE INDEX consent_reader ON public.consent USING btree (account_id, lookup, purpose, decided_at DESC, id DESC);
alter table consent enable row level security;
create policy service on consent for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on consent for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table consent is 'What readers have agreed to and taken back, with the proof (sealed). Rows are only added: the latest decision counts.';
grant select on consent to facteur_delivery;
grant insert, select on consent to facteur_request;

create table content (
  account_id bigint not null,
  id bigint not null,
  sealed bytea storage external not null,
  constraint content_pkey PRIMARY KEY (account_id, id)
) partition by RANGE (id);
alter table content enable row level security;
create policy relay on content for all to facteur_relay using (true);
create policy service on content for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on content for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table content is 'What was submitted: bodies, files, variables; sealed with the key of the account and hour. Daily partitions.';
grant insert, select on content to facteur_accept;
grant select on content to facteur_delivery;
grant select on content to facteur_relay;
grant select on content to facteur_request;

create table delivery (
  lane integer not null,
  id bigint not null,
  account_id bigint not null,
  content_id bigint not null,
  part_id bigint,
  route text not null,
  band smallint not null,
  due_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  attempts smallint default 0 not null,
  is_bulk boolean not null,
  is_repeat boolean default false not null,
  is_cancelled boolean default false not null,
  claimed_by integer,
  claim_epoch bigint,
  hold text,
  is_report boolean default false not null,
  constraint delivery_pkey PRIMARY KEY (lane, id),
  constraint delivery_band_check CHECK ((band = ANY (ARRAY[0, 1]))),
  constraint delivery_hold_check CHECK ((hold = 'warm_up'::text))
);
CREATE INDEX delivery_claimed ON public.delivery USING btree (claimed_by, lane, id) WHERE (claimed_by IS NOT NULL);
CREATE INDEX delivery_due ON public.delivery USING btree (lane, route, band, due_at, id) WHERE (claimed_by IS NULL);
alter table delivery enable row level security;
create policy relay on delivery for all to facteur_relay using (true) with check (true);
create policy service on delivery for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on delivery for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table delivery is 'The queue: one row a message that has not reached a final state. Sent rows are deleted.';
comment on column delivery.hold is 'Why the message waits without having been attempted; null when nothing but its turn is waited for.';
grant insert, select (id, claimed_by) on delivery to facteur_accept;
grant delete, select, update on delivery to facteur_delivery;
grant insert on delivery to facteur_relay;
grant delete, select, update (due_at, is_cancelled) on delivery to facteur_request;
grant delete, select on delivery to facteur_retention;

create table destination_state (
  route text not null,
  node_id integer not null,
  paused_until timestamp with time zone,
  connections integer not null,
  reason smallint,
  constraint destination_state_pkey PRIMARY KEY (route, node_id),
  constraint destination_state_connections_check CHECK ((connections >= 0))
);
CREATE INDEX destination_state_node ON public.destination_state USING btree (node_id);
comment on table destination_state is 'How recipient domains stand with each node that delivers: connections at work, and pauses. A few hundred rows a node, written when they change; those of a node that is not seen any more count for nothing.';
grant delete, insert, select, update on destination_state to facteur_delivery;
grant select on destination_state to facteur_request;

create table domain (
  account_id bigint not null,
  id bigint not null,
  name text not null,
  ownership_token text not null,
  selector text not null,
  rsa_public text not null,
  sealed_rsa bytea not null,
  ed25519_public text,
  sealed_ed25519 bytea,
  state text not null,
  verified_by text,
  verified_at timestamp with time zone,
  spf_status text not null,
  dkim_status text not null,
  report jsonb not null,
  checked_at timestamp with time zone,
  next_check_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint domain_pkey PRIMARY KEY (account_id, id),
  constraint domain_account_id_name_key UNIQUE (account_id, name),
  constraint domain_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'verified'::text]))),
  constraint domain_verified_by_check CHECK ((verified_by = ANY (ARRAY['dns'::text, 'operator'::text])))
);
CREATE INDEX domain_next_check ON public.domain USING btree (next_check_at);
alter table domain enable row level security;
create policy service on domain for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on domain for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table domain is 'Sending domains with their DKIM keys and what the last DNS check saw.';
grant select on domain to facteur_accept;
grant select on domain to facteur_delivery;
grant delete, insert, select, update on domain to facteur_request;
grant select (account_id, id, name, state, next_check_at) on domain to facteur_retention;

create table erasure (
  subject bytea not null,
  begun_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  removed jsonb not null,
  constraint erasure_pkey PRIMARY KEY (subject)
);
comment on table erasure is 'Accounts that were erased: a keyed hash of their number, when, and how many rows of which table. No person.';
grant select on erasure to facteur_accept;
grant delete, insert, select, update (ended_at, removed) on erasure to facteur_retention;

create table event (
  account_id bigint not null,
  id bigint not null,
  message_id bigint,
  kind text not null,
  reason smallint,
  reply_code smallint,
  enhanced text,
  sealed bytea,
  campaign_id bigint,
  verdict text,
  link bytea,
  "position" smallint,
  tracked_opens text,
  tracked_clicks text,
  log_position bigint default nextval('event_log_position_seq'::regclass) not null,
  country text,
  constraint event_pkey PRIMARY KEY (account_id, id),
  constraint event_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint event_kind_check CHECK ((kind = ANY (ARRAY['sent'::text, 'deferred'::text, 'bounced'::text, 'blocked'::text, 'cancelled'::text, 'expired'::text, 'unknown'::text, 'opened'::text, 'clicked'::text, 'unsubscribed'::text, 'resubscribed'::text, 'complained'::text]))),
  constraint event_message_check CHECK (((message_id IS NOT NULL) OR (kind = ANY (ARRAY['opened'::text, 'clicked'::text])))),
  constraint event_reading_check CHECK (((verdict IS NOT NULL) = (kind = ANY (ARRAY['opened'::text, 'clicked'::text])))),
  constraint event_tracked_clicks_check CHECK ((tracked_clicks = ANY (ARRAY['anonymous'::text, 'identified'::text]))),
  constraint event_tracked_opens_check CHECK ((tracked_opens = ANY (ARRAY['anonymous'::text, 'identified'::text]))),
  constraint event_verdict_check CHECK ((verdict = ANY (ARRAY['people'::text, 'machine'::text])))
) partition by RANGE (id);
CREATE INDEX event_log ON ONLY public.event USING btree (account_id, log_position);
CREATE INDEX event_message ON ONLY public.event USING btree (account_id, message_id, id);
CREATE INDEX event_tail ON ONLY public.event USING btree (log_position);
alter table event enable row level security;
create policy relay on event for all to facteur_relay using (true);
create policy service on event for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on event for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table event is 'What happened to a message, when, and in the remote server''s words (sealed). Weekly partitions, 13 months.';
comment on column event.message_id is 'Null for an opening or a click that was counted without knowing whose it was.';
comment on column event.campaign_id is 'The campaign of an opening or a click, if there is one.';
comment on column event.verdict is 'Who opened or clicked, as far as the request told: nothing else of it is kept.';
comment on column event.link is 'The keyed hash of a clicked link''s target: the same link of an account has the same.';
comment on column event."position" is 'Which link of the message it was, counted from 1.';
comment on column event.tracked_opens is 'On sent: how this message''s openings are counted; null when they are not.';
comment on column event.tracked_clicks is 'On sent: how the clicks of this message are counted; null when they are not.';
comment on column event.country is 'Of an opening or a click: the country (ISO 3166-1) that its address is in, where the operator has a list. The address itself is not kept.';
grant insert on event to facteur_accept;
grant insert on event to facteur_delivery;
grant select on event to facteur_relay;
grant insert, select on event to facteur_request;
grant delete, insert, select (account_id, id, message_id) on event to facteur_retention;

create table follower (
  name text not null,
  node_id integer,
  epoch bigint default 0 not null,
  expires_at timestamp with time zone,
  "position" bigint default 0 not null,
  constraint follower_pkey PRIMARY KEY (name)
);
comment on table follower is 'Who follows the log of events: one process at a time, under a lease (real time) with an epoch.';
grant select, update on follower to facteur_relay;

create table idempotency (
  account_id bigint not null,
  key_hash bytea not null,
  body_hash bytea not null,
  answer_id bigint not null,
  sealed_answer bytea not null,
  created_at timestamp with time zone not null,
  constraint idempotency_pkey PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX idempotency_age ON public.idempotency USING btree (created_at);
alter table idempotency enable row level security;
create policy service on idempotency for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on idempotency for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table idempotency is 'Answers given to requests with an Idempotency-Key, for 24 hours.';
grant insert, select, update on idempotency to facteur_accept;
grant select on idempotency to facteur_request;
grant delete, select on idempotency to facteur_retention;

create table inbox (
  account_id bigint not null,
  id bigint not null,
  message_id bigint not null,
  sealed bytea storage external not null,
  constraint inbox_pkey PRIMARY KEY (account_id, id)
) partition by RANGE (id);
alter table inbox enable row level security;
create policy service on inbox for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on inbox for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table inbox is 'The test inbox: mail that was kept here instead of going to the internet. Daily partitions, 6 days.';
grant insert on inbox to facteur_delivery;
grant delete, insert, select, update on inbox to facteur_request;
grant delete, select on inbox to facteur_retention;

create table installation (
  only_row boolean default true not null,
  root_check bytea not null,
  ratchet_id bytea not null,
  clock_offset_ms bigint default 0 not null,
  account_chain_id bytea,
  constraint installation_pkey PRIMARY KEY (only_row),
  constraint installation_clock_offset_ms_check CHECK ((clock_offset_ms >= 0)),
  constraint installation_only_row_check CHECK (only_row)
);
comment on table installation is 'One row: fingerprints of the keys in use and, in development, how far the clock was advanced.';
grant select on installation to facteur_accept;
grant select on installation to facteur_delivery;
grant select on installation to facteur_relay;
grant select on installation to facteur_request;
grant select on installation to facteur_retention;

create table intake (
  account_id bigint not null,
  id bigint not null,
  campaign_id bigint,
  sender_id bigint,
  slice timestamp with time zone not null,
  messages integer not null,
  constraint intake_pkey PRIMARY KEY (account_id, id)
);
alter table intake enable row level security;
create policy service on intake for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on intake for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table intake is 'Messages that were accepted and are not yet in the statistics: counts, taken away as they are added.';
grant insert on intake to facteur_accept;
grant delete, select, update on intake to facteur_relay;

create table key_handover (
  id uuid not null,
  public_key bytea not null,
  proof bytea not null,
  asked_at timestamp with time zone not null,
  answer bytea,
  constraint key_handover_pkey PRIMARY KEY (id)
);
comment on table key_handover is 'A new node asks a running one for the content keys; what is handed over is sealed to a key that is never stored.';
grant delete, insert, select, update on key_handover to facteur_delivery;

create table lane (
  lane integer not null,
  node_id integer,
  epoch bigint default 0 not null,
  expires_at timestamp with time zone,
  constraint lane_pkey PRIMARY KEY (lane)
);
comment on table lane is 'Who may deliver the rows of a lane. Every take-over raises the epoch, which fences the previous owner.';
grant select on lane to facteur_accept;
grant select, update on lane to facteur_delivery;
grant select on lane to facteur_request;
grant select on lane to facteur_retention;

create table link_host (
  account_id bigint not null,
  domain text not null,
  host text not null,
  state text not null,
  checked_at timestamp with time zone not null,
  constraint link_host_pkey PRIMARY KEY (account_id, domain),
  constraint link_host_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'unreachable'::text, 'ready'::text])))
);
alter table link_host enable row level security;
create policy service on link_host for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on link_host for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table link_host is 'Which host of a customer''s domain the links in its mail lead to, and whether it leads here.';
grant select on link_host to facteur_accept;
grant select on link_host to facteur_delivery;
grant delete, insert, select, update on link_host to facteur_request;

create table message (
  account_id bigint not null,
  id bigint not null,
  content_id bigint not null,
  part_id bigint,
  lookup bytea not null,
  custom_lookup bytea,
  campaign_id bigint,
  sender_id bigint,
  domain text not null,
  sealed bytea not null,
  size_bytes integer not null,
  attachment_count smallint not null,
  has_html boolean not null,
  has_text boolean not null,
  track_opens text not null,
  track_clicks text not null,
  state text not null,
  reason smallint,
  attempts smallint default 0 not null,
  was_unknown boolean default false not null,
  changed_at timestamp with time zone not null,
  constraint message_pkey PRIMARY KEY (account_id, id),
  constraint message_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'deferred'::text, 'sent'::text, 'bounced'::text, 'blocked'::text, 'cancelled'::text, 'expired'::text, 'unknown'::text])))
) partition by RANGE (id);
CREATE INDEX message_campaign ON ONLY public.message USING btree (account_id, campaign_id, id) WHERE (campaign_id IS NOT NULL);
CREATE INDEX message_custom ON ONLY public.message USING btree (account_id, custom_lookup, id) WHERE (custom_lookup IS NOT NULL);
CREATE INDEX message_lookup ON ONLY public.message USING btree (account_id, lookup, id);
alter table message enable row level security;
create policy relay on message for all to facteur_relay using (true);
create policy service on message for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on message for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table message is 'One row a recipient and its state. Weekly partitions, 13 months.';
grant insert, select on message to facteur_accept;
grant select, update (state, reason, attempts, was_unknown, changed_at) on message to facteur_delivery;
grant select on message to facteur_relay;
grant select, update (state, reason, attempts, changed_at) on message to facteur_request;
grant delete, select (account_id, id, lookup, state), update (state, reason, changed_at) on message to facteur_retention;

create table migration (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null,
  constraint migration_pkey PRIMARY KEY (number)
);
comment on table migration is 'The steps that made this schema, with the checksum of each file.';

create table node (
  id integer not null,
  name text not null,
  delivers boolean not null,
  seen_at timestamp with time zone not null,
  constraint node_pkey PRIMARY KEY (id),
  constraint node_name_key UNIQUE (name),
  constraint node_id_check CHECK (((id >= 0) AND (id < 512)))
);
comment on table node is 'Processes that make ids and own lanes; a name is a data folder and a slot in it. Times are real time.';
grant delete, insert, select, update on node to facteur_delivery;
grant select on node to facteur_request;
grant delete, select on node to facteur_retention;

create table parse_post (
  account_id bigint not null,
  id bigint not null,
  route_id bigint not null,
  sealed bytea storage external not null,
  attempts integer not null,
  due_at timestamp with time zone not null,
  constraint parse_post_pkey PRIMARY KEY (account_id, id)
);
CREATE INDEX parse_post_age ON public.parse_post USING btree (id);
CREATE INDEX parse_post_due ON public.parse_post USING btree (due_at);
alter table parse_post enable row level security;
create policy service on parse_post for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on parse_post for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table parse_post is 'Mail that came in for a parse route, sealed with the key of its hour, until it is posted.';
grant insert, select on parse_post to facteur_accept;
grant delete, select, update (attempts, due_at) on parse_post to facteur_relay;
grant select on parse_post to facteur_request;
grant delete, select (id) on parse_post to facteur_retention;

create table parse_route (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed_address bytea not null,
  sealed_url bytea not null,
  is_generated boolean not null,
  created_at timestamp with time zone not null,
  constraint parse_route_pkey PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX parse_route_address ON public.parse_route USING btree (lookup);
CREATE UNIQUE INDEX parse_route_generated ON public.parse_route USING btree (account_id) WHERE is_generated;
alter table parse_route enable row level security;
create policy service on parse_route for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on parse_route for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table parse_route is 'Addresses at which an account gets mail, and where that is posted to; Mailjet''s parseroute.';
grant select on parse_route to facteur_accept;
grant select on parse_route to facteur_relay;
grant delete, insert, select, update on parse_route to facteur_request;

create table policy_announced (
  version integer not null,
  at timestamp with time zone not null,
  constraint policy_announced_pkey PRIMARY KEY (version),
  constraint policy_announced_version_fkey FOREIGN KEY (version) REFERENCES policy_version(number)
);
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON public.policy_announced FOR EACH ROW EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON public.policy_announced FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
comment on table policy_announced is 'When the notices of a version had all been handed over. Before that it does not come to hold.';
grant select on policy_announced to facteur_accept;
grant select on policy_announced to facteur_delivery;
grant insert, select on policy_announced to facteur_relay;
grant select on policy_announced to facteur_request;
grant select on policy_announced to facteur_retention;

create table policy_notice (
  account_id bigint not null,
  version integer not null,
  outcome text not null,
  at timestamp with time zone not null,
  constraint policy_notice_pkey PRIMARY KEY (account_id, version),
  constraint policy_notice_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint policy_notice_version_fkey FOREIGN KEY (version) REFERENCES policy_version(number)
);
CREATE INDEX policy_notice_version ON public.policy_notice USING btree (version);
alter table policy_notice enable row level security;
create policy service on policy_notice for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on policy_notice for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table policy_notice is 'Which owner was written to about which version of the policy, and whether that mail was taken.';
grant insert, select on policy_notice to facteur_relay;
grant select on policy_notice to facteur_request;

create table policy_version (
  number integer not null,
  published_at timestamp with time zone not null,
  effective_at timestamp with time zone not null,
  document text not null,
  hash bytea not null,
  constraint policy_version_pkey PRIMARY KEY (number),
  constraint policy_version_check CHECK ((effective_at >= published_at)),
  constraint policy_version_number_check CHECK ((number > 0))
);
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON public.policy_version FOR EACH ROW EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON public.policy_version FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
comment on table policy_version is 'Versions of the privacy policy: when each was announced, from when it is to hold, its texts and figures, and their hash.';
grant select on policy_version to facteur_accept;
grant select on policy_version to facteur_delivery;
grant select on policy_version to facteur_relay;
grant select on policy_version to facteur_request;
grant select on policy_version to facteur_retention;

create table profile (
  account_id bigint not null,
  sealed bytea not null,
  updated_at timestamp with time zone not null,
  constraint profile_pkey PRIMARY KEY (account_id)
);
alter table profile enable row level security;
create policy service on profile for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on profile for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table profile is 'Mailjet''s myprofile and user: what the customer says of itself.';
grant delete, insert, select, update on profile to facteur_request;

create table promise_evidence (
  id bigint not null,
  probe text not null,
  at timestamp with time zone not null,
  outcome text not null,
  detail text not null,
  checks integer not null,
  previous bytea not null,
  hash bytea not null,
  constraint promise_evidence_pkey PRIMARY KEY (id),
  constraint promise_evidence_checks_check CHECK ((checks >= 0)),
  constraint promise_evidence_outcome_check CHECK ((outcome = ANY (ARRAY['kept'::text, 'broken'::text, 'unknown'::text])))
);
CREATE INDEX promise_evidence_probe ON public.promise_evidence USING btree (probe, at);
comment on table promise_evidence is 'What the probes of the promises found, 90 days long. Each row carries the hash of the one before, so that a changed row shows.';
grant select on promise_evidence to facteur_accept;
grant delete, insert, select on promise_evidence to facteur_retention;

create table purge (
  kind text not null,
  looked_at timestamp with time zone not null,
  outcome text not null,
  removed_at timestamp with time zone,
  removed bigint not null,
  constraint purge_pkey PRIMARY KEY (kind),
  constraint purge_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text])))
);
comment on table purge is 'What retention did last with each kind of data: one row a kind. Rows and partitions are counted, never named.';
grant select on purge to facteur_request;
grant insert, select, update on purge to facteur_retention;

create table report (
  account_id bigint not null,
  id bigint not null,
  message_id bigint not null,
  action text not null,
  sealed bytea storage external not null,
  constraint report_pkey PRIMARY KEY (account_id, id),
  constraint report_account_id_message_id_action_key UNIQUE (account_id, message_id, action),
  constraint report_action_check CHECK ((action = ANY (ARRAY['failed'::text, 'delayed'::text, 'delivered'::text, 'relayed'::text, 'expanded'::text])))
);
CREATE INDEX report_age ON public.report USING btree (message_id);
alter table report enable row level security;
create policy service on report for all to facteur_accept, facteur_delivery, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on report for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table report is 'Delivery reports of our own until they are delivered: no messages of the account, so neither counted nor listed.';
grant delete, select on report to facteur_delivery;
grant insert, select, update (sealed) on report to facteur_relay;
grant select on report to facteur_request;
grant delete, select (account_id, message_id) on report to facteur_retention;

create table report_wish (
  account_id bigint not null,
  message_id bigint not null,
  on_success boolean not null,
  on_failure boolean not null,
  on_delay boolean not null,
  due_at timestamp with time zone,
  sealed bytea not null,
  sealed_returned bytea,
  constraint report_wish_pkey PRIMARY KEY (account_id, message_id)
);
CREATE INDEX report_wish_age ON public.report_wish USING btree (message_id);
CREATE INDEX report_wish_due ON public.report_wish USING btree (due_at) WHERE (due_at IS NOT NULL);
alter table report_wish enable row level security;
create policy service on report_wish for all to facteur_accept, facteur_delivery, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on report_wish for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table report_wish is 'What the sender of a message asked to be told of it, and where (sealed with the key of its hour). Gone when nothing more is to be told.';
grant insert on report_wish to facteur_accept;
grant delete, select, update (on_success, on_delay, due_at, sealed_returned) on report_wish to facteur_relay;
grant select, update (due_at, sealed_returned) on report_wish to facteur_request;
grant delete, select (account_id, message_id) on report_wish to facteur_retention;

create table sender (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed bytea not null,
  domain text not null,
  is_domain_wide boolean not null,
  is_default boolean not null,
  is_meta boolean not null,
  kind text not null,
  state text not null,
  file_token text not null,
  confirm_hash bytea,
  confirm_expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint sender_pkey PRIMARY KEY (account_id, id),
  constraint sender_account_id_lookup_key UNIQUE (account_id, lookup),
  constraint sender_kind_check CHECK ((kind = ANY (ARRAY['transactional'::text, 'bulk'::text, 'unknown'::text]))),
  constraint sender_state_check CHECK ((state = ANY (ARRAY['inactive'::text, 'active'::text, 'deleted'::text])))
);
alter table sender enable row level security;
create policy service on sender for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on sender for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table sender is 'Addresses, or whole domains (*@domain), an account may send from.';
grant select on sender to facteur_accept;
grant delete, insert, select, update on sender to facteur_request;

create table session (
  account_id bigint not null,
  id bigint not null,
  secret_hash bytea not null,
  created_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  constraint session_pkey PRIMARY KEY (account_id, id),
  constraint session_secret_hash_key UNIQUE (secret_hash)
);
alter table session enable row level security;
create policy service on session for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on session for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table session is 'Who is signed in to the dashboard: no address, no browser, no place. The cookie is kept only as a keyed hash. Small: a reference table when distributed.';
grant insert, select, update (ends_at) on session to facteur_accept;
grant delete, select on session to facteur_request;
grant delete, select on session to facteur_retention;

create table sign_in_link (
  account_id bigint not null,
  id bigint not null,
  token_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint sign_in_link_pkey PRIMARY KEY (account_id, id),
  constraint sign_in_link_token_hash_key UNIQUE (token_hash)
);
alter table sign_in_link enable row level security;
create policy service on sign_in_link for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on sign_in_link for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table sign_in_link is 'Links that sign somebody in to an account, once and within the hour. The word in them is kept only as a keyed hash. Small: a reference table when distributed.';
grant delete, select on sign_in_link to facteur_accept;
grant delete, select on sign_in_link to facteur_retention;

create table smtp_refusal (
  account_id bigint not null,
  id bigint not null,
  key_id bigint not null,
  kind text not null,
  code smallint not null,
  sealed bytea not null,
  constraint smtp_refusal_pkey PRIMARY KEY (account_id, id),
  constraint smtp_refusal_kind_check CHECK ((kind = ANY (ARRAY['wrong_secret'::text, 'not_encrypted'::text, 'not_allowed'::text, 'crowded'::text, 'refused'::text])))
);
CREATE INDEX smtp_refusal_age ON public.smtp_refusal USING btree (id);
alter table smtp_refusal enable row level security;
create policy service on smtp_refusal for all to facteur_accept, facteur_retention using (true) with check (true);
create policy tenant on smtp_refusal for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table smtp_refusal is 'What programs were refused by SMTP under a key of the account, and in which words (sealed): the last few, for an hour.';
grant delete, insert, select on smtp_refusal to facteur_accept;
grant select on smtp_refusal to facteur_request;
grant delete, select (id) on smtp_refusal to facteur_retention;

create table source_usage (
  source text not null,
  provider text not null,
  day date not null,
  sent bigint not null,
  constraint source_usage_pkey PRIMARY KEY (source, provider, day),
  constraint source_usage_sent_check CHECK ((sent >= 0))
);
comment on table source_usage is 'What an address that is warming up has sent to a group of providers on a day (UTC): its share of that day is limited.';
grant insert, select, update on source_usage to facteur_delivery;
grant delete, select on source_usage to facteur_retention;

create table statistic (
  account_id bigint not null,
  source text not null,
  source_id bigint not null,
  timing text not null,
  resolution text not null,
  slice timestamp with time zone not null,
  accepted integer not null,
  sent integer not null,
  deferred integer not null,
  bounced_hard integer not null,
  bounced_soft integer not null,
  blocked integer not null,
  cancelled integer not null,
  expired integer not null,
  unknown integer not null,
  opened_people integer not null,
  opened_machine integer not null,
  clicked_people integer not null,
  clicked_machine integer not null,
  unsubscribed integer not null,
  resubscribed integer not null,
  complained integer not null,
  opens_counted integer not null,
  clicks_counted integer not null,
  delivery_ms bigint not null,
  opened_messages integer default 0 not null,
  clicked_messages integer default 0 not null,
  constraint statistic_pkey PRIMARY KEY (account_id, source, source_id, timing, resolution, slice),
  constraint statistic_resolution_check CHECK ((resolution = ANY (ARRAY['five'::text, 'hour'::text, 'day'::text]))),
  constraint statistic_source_check CHECK ((source = ANY (ARRAY['account'::text, 'campaign'::text, 'sender'::text]))),
  constraint statistic_timing_check CHECK ((timing = ANY (ARRAY['event'::text, 'message'::text])))
);
CREATE INDEX statistic_fine ON public.statistic USING btree (slice) WHERE (resolution = 'five'::text);
CREATE INDEX statistic_slice ON public.statistic USING btree (account_id, source, timing, resolution, slice) WHERE ((resolution = 'day'::text) AND (source <> 'account'::text));
alter table statistic enable row level security;
create policy service on statistic for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic is 'Sums of events by five minutes (for a month), hour and day (UTC). No person is in them: they stay when events go.';
comment on column statistic.opened_messages is 'As opened_people, but a message whose reader is known counts once.';
comment on column statistic.clicked_messages is 'As clicked_people, but a message whose reader is known counts once.';
grant delete, insert, select, update on statistic to facteur_relay;
grant select on statistic to facteur_request;
grant delete, select (resolution, slice) on statistic to facteur_retention;

create table statistic_country (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  country text not null,
  opened integer not null,
  clicked integer not null,
  constraint statistic_country_pkey PRIMARY KEY (account_id, campaign_id, day, country)
);
CREATE INDEX statistic_country_age ON public.statistic_country USING btree (day);
alter table statistic_country enable row level security;
create policy service on statistic_country for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_country for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_country is 'Openings and clicks of people by campaign (0: none), day and country. Kept as long as events.';
grant delete, insert, select, update on statistic_country to facteur_relay;
grant select on statistic_country to facteur_request;
grant delete, select (day) on statistic_country to facteur_retention;

create table statistic_domain (
  account_id bigint not null,
  day date not null,
  domain text not null,
  sent integer not null,
  deferred integer not null,
  bounced_hard integer not null,
  bounced_soft integer not null,
  blocked integer not null,
  expired integer not null,
  unsubscribed integer not null,
  complained integer not null,
  delivery_ms bigint not null,
  constraint statistic_domain_pkey PRIMARY KEY (account_id, day, domain)
);
CREATE INDEX statistic_domain_age ON public.statistic_domain USING btree (day);
alter table statistic_domain enable row level security;
create policy service on statistic_domain for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_domain for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_domain is 'Sums of events by the recipients'' domain and day (UTC). A domain can be one person''s: kept as long as events.';
grant delete, insert, select, update on statistic_domain to facteur_relay;
grant select on statistic_domain to facteur_request;
grant delete, select (day) on statistic_domain to facteur_retention;

create table statistic_link (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  link bytea not null,
  "position" smallint not null,
  people integer not null,
  machine integer not null,
  constraint statistic_link_pkey PRIMARY KEY (account_id, campaign_id, day, link)
);
CREATE INDEX statistic_link_age ON public.statistic_link USING btree (day);
alter table statistic_link enable row level security;
create policy service on statistic_link for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_link for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_link is 'Clicks of a link by campaign (0: none) and day. Kept as long as events.';
grant delete, insert, select, update on statistic_link to facteur_relay;
grant select on statistic_link to facteur_request;
grant delete, select (day) on statistic_link to facteur_retention;

create table statistic_link_target (
  account_id bigint not null,
  link bytea not null,
  id bigint not null,
  sealed_url bytea not null,
  last_day date not null,
  constraint statistic_link_target_pkey PRIMARY KEY (account_id, link)
);
CREATE INDEX statistic_link_target_age ON public.statistic_link_target USING btree (last_day);
alter table statistic_link_target enable row level security;
create policy service on statistic_link_target for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_link_target for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_link_target is 'Where counted links lead (sealed). Kept until 13 months after the last click.';
grant delete, insert, select, update on statistic_link_target to facteur_relay;
grant select on statistic_link_target to facteur_request;
grant delete, select (last_day) on statistic_link_target to facteur_retention;

create table statistic_provider (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  provider text not null,
  sent integer not null,
  deferred integer not null,
  bounced_hard integer not null,
  bounced_soft integer not null,
  blocked integer not null,
  expired integer not null,
  unsubscribed integer not null,
  complained integer not null,
  delivery_ms bigint not null,
  constraint statistic_provider_pkey PRIMARY KEY (account_id, campaign_id, day, provider)
);
alter table statistic_provider enable row level security;
create policy service on statistic_provider for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_provider for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_provider is 'What became of messages by the large provider that took them, campaign (0: the whole account) and day of acceptance.';
grant delete, insert, select, update on statistic_provider to facteur_relay;
grant select on statistic_provider to facteur_request;

create table statistic_reason (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  kind text not null,
  reason smallint not null,
  events integer not null,
  constraint statistic_reason_pkey PRIMARY KEY (account_id, campaign_id, day, kind, reason),
  constraint statistic_reason_kind_check CHECK ((kind = ANY (ARRAY['bounced'::text, 'blocked'::text, 'deferred'::text, 'expired'::text])))
);
alter table statistic_reason enable row level security;
create policy service on statistic_reason for all to facteur_accept, facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on statistic_reason for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table statistic_reason is 'Why messages did not arrive, by campaign (0: the whole account) and day. Reason 0: none was named.';
grant delete, insert, select, update on statistic_reason to facteur_relay;
grant select on statistic_reason to facteur_request;

create table suppression (
  account_id bigint not null,
  lookup bytea not null,
  id bigint not null,
  cause text not null,
  source_id bigint,
  sealed bytea not null,
  created_at timestamp with time zone not null,
  source text default 'delivery'::text not null,
  constraint suppression_pkey PRIMARY KEY (account_id, lookup),
  constraint suppression_cause_check CHECK ((cause = ANY (ARRAY['bounce'::text, 'complaint'::text, 'unsubscribe'::text, 'manual'::text]))),
  constraint suppression_source_check CHECK ((source = ANY (ARRAY['delivery'::text, 'report'::text, 'reader'::text, 'api'::text, 'import'::text])))
);
CREATE INDEX suppression_id ON public.suppression USING btree (account_id, id);
alter table suppression enable row level security;
create policy service on suppression for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on suppression for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table suppression is 'Addresses an account may not send to: a keyed hash beside the sealed address.';
grant select on suppression to facteur_accept;
grant insert, select, update (cause, source_id, created_at, source) on suppression to facteur_delivery;
grant delete, insert, select, update on suppression to facteur_request;

create table template (
  account_id bigint not null,
  id bigint not null,
  owner_type text not null,
  name text not null,
  edit_mode smallint not null,
  locale text not null,
  is_starred boolean not null,
  categories text[] not null,
  purposes text[] not null,
  sealed bytea not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  sealed_content bytea storage external,
  constraint template_pkey PRIMARY KEY (account_id, id),
  constraint template_account_id_owner_type_name_key UNIQUE (account_id, owner_type, name),
  constraint template_owner_type_check CHECK ((owner_type = ANY (ARRAY['apikey'::text, 'user'::text, 'global'::text])))
);
alter table template enable row level security;
create policy service on template for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on template for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table template is 'Stored templates: the customer''s work, sealed, kept while the account is open.';
grant select on template to facteur_accept;
grant select on template to facteur_delivery;
grant delete, insert, select, update on template to facteur_request;

create table tracking_policy (
  account_id bigint not null,
  mode text not null,
  opens_by_default boolean not null,
  clicks_by_default boolean not null,
  updated_at timestamp with time zone not null,
  constraint tracking_policy_pkey PRIMARY KEY (account_id),
  constraint tracking_policy_mode_check CHECK ((mode = ANY (ARRAY['off'::text, 'anonymous'::text, 'identified'::text])))
);
alter table tracking_policy enable row level security;
create policy service on tracking_policy for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on tracking_policy for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table tracking_policy is 'How far an account lets its readers'' openings and clicks be known; absent where it has never been set.';
grant select on tracking_policy to facteur_accept;
grant select on tracking_policy to facteur_delivery;
grant insert, select, update on tracking_policy to facteur_request;

create table usage_day (
  account_id bigint not null,
  day date not null,
  accepted bigint not null,
  writer integer default 0 not null,
  constraint usage_day_pkey PRIMARY KEY (account_id, day, writer)
);
alter table usage_day enable row level security;
create policy service on usage_day for all to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);
create policy tenant on usage_day for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table usage_day is 'Messages accepted a day: quota and billing.';
comment on column usage_day.writer is 'Which of the writers that work side by side has counted. The sum over them is the usage.';
grant insert, select, update on usage_day to facteur_accept;
grant select on usage_day to facteur_request;

create table webhook (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  format text not null,
  sealed_url bytea not null,
  sealed_secret bytea,
  state text not null,
  revision bigint not null,
  log_position bigint not null,
  failing_since timestamp with time zone,
  failures integer not null,
  due_at timestamp with time zone,
  died_at timestamp with time zone,
  attempts_logged bigint not null,
  created_at timestamp with time zone not null,
  constraint webhook_pkey PRIMARY KEY (account_id, id),
  constraint webhook_account_id_lookup_format_key UNIQUE (account_id, lookup, format),
  constraint webhook_format_check CHECK ((format = ANY (ARRAY['mailjet'::text, 'mailjet_group'::text, 'standard'::text]))),
  constraint webhook_state_check CHECK ((state = ANY (ARRAY['alive'::text, 'dead'::text])))
);
alter table webhook enable row level security;
create policy service on webhook for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on webhook for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table webhook is 'Where an account''s events are posted to, how far it has them, and how it is doing.';
grant select, update (state, revision, log_position, failing_since, failures, due_at, died_at, attempts_logged) on webhook to facteur_relay;
grant delete, insert, select, update on webhook to facteur_request;

create table webhook_attempt (
  account_id bigint not null,
  webhook_id bigint not null,
  slot integer not null,
  id bigint not null,
  outcome text not null,
  event_id bigint not null,
  event_count integer not null,
  status smallint,
  duration_ms integer not null,
  sealed bytea not null,
  constraint webhook_attempt_pkey PRIMARY KEY (account_id, webhook_id, slot),
  constraint webhook_attempt_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'rejected'::text, 'unreachable'::text])))
);
CREATE INDEX webhook_attempt_age ON public.webhook_attempt USING btree (id);
alter table webhook_attempt enable row level security;
create policy service on webhook_attempt for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on webhook_attempt for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table webhook_attempt is 'The last requests to a webhook and what it answered (sealed): a ring of slots.';
grant insert, select, update on webhook_attempt to facteur_relay;
grant delete, select on webhook_attempt to facteur_request;
grant delete, select on webhook_attempt to facteur_retention;

create table webhook_event (
  account_id bigint not null,
  id bigint not null,
  webhook_id bigint not null,
  event_type text not null,
  is_backup boolean not null,
  is_mailjet boolean not null,
  since_position bigint not null,
  constraint webhook_event_pkey PRIMARY KEY (account_id, id),
  constraint webhook_event_account_id_webhook_id_event_type_is_backup_key UNIQUE (account_id, webhook_id, event_type, is_backup)
);
CREATE UNIQUE INDEX webhook_event_mailjet ON public.webhook_event USING btree (account_id, event_type, is_backup) WHERE is_mailjet;
alter table webhook_event enable row level security;
create policy service on webhook_event for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on webhook_event for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table webhook_event is 'Which events go to a webhook, from which position of the log on; Mailjet''s eventcallbackurl.';
grant select on webhook_event to facteur_relay;
grant delete, insert, select, update on webhook_event to facteur_request;

create table webhook_replay (
  account_id bigint not null,
  id bigint not null,
  webhook_id bigint not null,
  from_id bigint not null,
  until_id bigint not null,
  log_position bigint not null,
  until_position bigint not null,
  sent bigint not null,
  ended_at timestamp with time zone,
  constraint webhook_replay_pkey PRIMARY KEY (account_id, id)
);
CREATE INDEX webhook_replay_due ON public.webhook_replay USING btree (id) WHERE (ended_at IS NULL);
CREATE INDEX webhook_replay_webhook ON public.webhook_replay USING btree (account_id, webhook_id);
alter table webhook_replay enable row level security;
create policy service on webhook_replay for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on webhook_replay for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table webhook_replay is 'Parts of the log that an account has asked to be posted once more.';
grant select, update (log_position, sent, ended_at) on webhook_replay to facteur_relay;
grant delete, insert, select, update on webhook_replay to facteur_request;
grant delete, select on webhook_replay to facteur_retention;

create table webhook_retry (
  account_id bigint not null,
  webhook_id bigint not null,
  log_position bigint not null,
  lane bigint not null,
  attempts integer not null,
  failed_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  constraint webhook_retry_pkey PRIMARY KEY (account_id, webhook_id, log_position)
);
alter table webhook_retry enable row level security;
create policy service on webhook_retry for all to facteur_relay, facteur_retention using (true) with check (true);
create policy tenant on webhook_retry for all to facteur_request using ((account_id = (current_setting('app.account'::text))::bigint)) with check ((account_id = (current_setting('app.account'::text))::bigint));
comment on table webhook_retry is 'Single events that a webhook has refused while it took others: tried again, with what follows of their message (the lane).';
grant delete, insert, select, update on webhook_retry to facteur_relay;
grant delete, select, update on webhook_retry to facteur_request;
