-- safe with the previous release: yes — there is none

-- What identifies this installation: which keys its sealed columns were written with.
create table installation (
  only_row boolean primary key default true check (only_row),
  root_check bytea not null,
  ratchet_id bytea not null,
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0)
);
comment on table installation is 'One row: fingerprints of the keys in use and, in development, how far the clock was advanced.';

create table key_handover (
  id uuid primary key,
  public_key bytea not null,
  proof bytea not null,
  asked_at timestamptz not null,
  answer bytea
);
comment on table key_handover is 'A new node asks a running one for the content keys; what is handed over is sealed to a key that is never stored.';

create table node (
  id int primary key check (id >= 0 and id < 512),
  name text not null unique,
  delivers boolean not null,
  seen_at timestamptz not null
);
comment on table node is 'Processes that make ids and own lanes; a name is a data folder and a slot in it. Times are real time.';

create table lane (
  lane int primary key,
  node_id int,
  epoch bigint not null default 0,
  expires_at timestamptz
);
comment on table lane is 'Who may deliver the rows of a lane. Every take-over raises the epoch, which fences the previous owner.';
insert into lane (lane) select generate_series(0, 63);

-- Accounts ---------------------------------------------------------------------------------------------

create table account (
  id bigint primary key,
  parent_id bigint,
  state text not null check (state in ('active', 'suspended', 'closed')),
  address_lookup bytea not null,
  sealed bytea not null,
  day_quota bigint,
  created_at timestamptz not null
);
comment on table account is 'A tenant: one contact base, one set of statistics. Sub-accounts name their parent.';
create index account_parent on account (parent_id) where parent_id is not null;
create index account_address on account (address_lookup);

create table account_key (
  account_id bigint primary key,
  sealed_key bytea not null
);
comment on table account_key is 'The key of an account, sealed with the root key. Destroying the row makes the account unreadable.';

create table api_key (
  account_id bigint not null,
  id bigint not null,
  public_key text not null unique,
  secret_hash bytea not null,
  sealed_name bytea not null,
  scopes text[] not null,
  is_primary boolean not null,
  is_active boolean not null,
  created_at timestamptz not null,
  last_used_on date,
  revoked_at timestamptz,
  primary key (account_id, id)
);
comment on table api_key is 'Key pairs. The secret is kept only as a keyed hash. Small: a reference table when distributed.';

create table profile (
  account_id bigint primary key,
  sealed bytea not null,
  updated_at timestamptz not null
);
comment on table profile is 'Mailjet''s myprofile and user: what the customer says of itself.';

create table account_access (
  account_id bigint not null,
  id bigint not null,
  sealed bytea not null,
  is_active boolean not null,
  created_at timestamptz not null,
  primary key (account_id, id)
);
comment on table account_access is 'Mailjet''s apikeyaccess: people with whom the account shares a key.';

create table audit (
  account_id bigint not null,
  id bigint not null,
  actor text not null,
  action text not null,
  subject_id bigint,
  primary key (account_id, id)
);
comment on table audit is 'Who changed what of an account''s set-up. Ids only, no values.';

create table usage_day (
  account_id bigint not null,
  day date not null,
  accepted bigint not null,
  primary key (account_id, day)
);
comment on table usage_day is 'Messages accepted a day: quota and billing.';

-- Domains and senders ----------------------------------------------------------------------------------

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
  state text not null check (state in ('pending', 'verified')),
  verified_by text check (verified_by in ('dns', 'operator')),
  verified_at timestamptz,
  spf_status text not null,
  dkim_status text not null,
  report jsonb not null,
  checked_at timestamptz,
  next_check_at timestamptz not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, name)
);
comment on table domain is 'Sending domains with their DKIM keys and what the last DNS check saw.';
create index domain_next_check on domain (next_check_at);

create table sender (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed bytea not null,
  domain text not null,
  is_domain_wide boolean not null,
  is_default boolean not null,
  is_meta boolean not null,
  kind text not null check (kind in ('transactional', 'bulk', 'unknown')),
  state text not null check (state in ('inactive', 'active', 'deleted')),
  file_token text not null,
  confirm_hash bytea,
  confirm_expires_at timestamptz,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, lookup)
);
comment on table sender is 'Addresses, or whole domains (*@domain), an account may send from.';

-- Templates --------------------------------------------------------------------------------------------

create table template (
  account_id bigint not null,
  id bigint not null,
  owner_type text not null check (owner_type in ('apikey', 'user', 'global')),
  name text not null,
  edit_mode smallint not null,
  locale text not null,
  is_starred boolean not null,
  categories text[] not null,
  purposes text[] not null,
  sealed bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, owner_type, name)
);
comment on table template is 'Stored templates: the customer''s work, sealed, kept while the account is open.';

-- Suppressions -----------------------------------------------------------------------------------------

create table suppression (
  account_id bigint not null,
  lookup bytea not null,
  id bigint not null,
  cause text not null check (cause in ('bounce', 'complaint', 'unsubscribe', 'manual')),
  source_id bigint,
  sealed bytea not null,
  created_at timestamptz not null,
  primary key (account_id, lookup)
);
comment on table suppression is 'Addresses an account may not send to: a keyed hash beside the sealed address.';
create index suppression_id on suppression (account_id, id);

-- Messages ---------------------------------------------------------------------------------------------

create table content (
  account_id bigint not null,
  id bigint not null,
  sealed bytea not null,
  primary key (account_id, id)
) partition by range (id);
alter table content alter column sealed set storage external;
comment on table content is 'What was submitted: bodies, files, variables; sealed with the key of the account and hour. Daily partitions.';

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
  size_bytes int not null,
  attachment_count smallint not null,
  has_html boolean not null,
  has_text boolean not null,
  track_opens text not null,
  track_clicks text not null,
  state text not null
    check (state in ('queued', 'deferred', 'sent', 'bounced', 'blocked', 'cancelled', 'expired', 'unknown')),
  reason smallint,
  attempts smallint not null default 0,
  was_unknown boolean not null default false,
  changed_at timestamptz not null,
  primary key (account_id, id)
) partition by range (id);
comment on table message is 'One row a recipient and its state. Weekly partitions, 13 months.';
create index message_lookup on message (account_id, lookup, id);
create index message_custom on message (account_id, custom_lookup, id) where custom_lookup is not null;
create index message_campaign on message (account_id, campaign_id, id) where campaign_id is not null;

create table event (
  account_id bigint not null,
  id bigint not null,
  message_id bigint not null,
  kind text not null
    check (kind in ('sent', 'deferred', 'bounced', 'blocked', 'cancelled', 'expired', 'unknown')),
  reason smallint,
  reply_code smallint,
  enhanced text,
  sealed bytea,
  primary key (account_id, id)
) partition by range (id);
comment on table event is 'What happened to a message, when, and in the remote server''s words (sealed). Weekly partitions, 13 months.';
create index event_message on event (account_id, message_id, id);

create table delivery (
  lane int not null,
  id bigint not null,
  account_id bigint not null,
  content_id bigint not null,
  part_id bigint,
  route text not null,
  band smallint not null check (band in (0, 1)),
  due_at timestamptz not null,
  expires_at timestamptz not null,
  attempts smallint not null default 0,
  is_bulk boolean not null,
  is_repeat boolean not null default false,
  is_cancelled boolean not null default false,
  claimed_by int,
  claim_epoch bigint,
  primary key (lane, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
comment on table delivery is 'The queue: one row a message that has not reached a final state. Sent rows are deleted.';
-- The claim asks for one lane, one route, one band, in order of due_at: this index answers it without a sort.
create index delivery_due on delivery (lane, route, band, due_at, id) where claimed_by is null;
create index delivery_claimed on delivery (claimed_by, lane, id) where claimed_by is not null;

create table idempotency (
  account_id bigint not null,
  key_hash bytea not null,
  body_hash bytea not null,
  answer_id bigint not null,
  sealed_answer bytea not null,
  created_at timestamptz not null,
  primary key (account_id, key_hash)
);
comment on table idempotency is 'Answers given to requests with an Idempotency-Key, for 24 hours.';
create index idempotency_age on idempotency (created_at);

create table campaign (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed_name bytea not null,
  created_at timestamptz not null,
  primary key (account_id, id),
  unique (account_id, lookup)
);
comment on table campaign is 'Names that messages were grouped under (CustomCampaign).';

create table campaign_recipient (
  account_id bigint not null,
  campaign_id bigint not null,
  lookup bytea not null,
  created_at timestamptz not null,
  primary key (account_id, campaign_id, lookup)
);
comment on table campaign_recipient is 'Who has had a message of a campaign that must not reach anyone twice.';
create index campaign_recipient_age on campaign_recipient (created_at);

create table inbox (
  account_id bigint not null,
  id bigint not null,
  message_id bigint not null,
  sealed bytea not null,
  primary key (account_id, id)
) partition by range (id);
alter table inbox alter column sealed set storage external;
comment on table inbox is 'The test inbox: mail that was kept here instead of going to the internet. Daily partitions, 6 days.';
