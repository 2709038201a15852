-- safe with the previous release: yes — it knows nothing of this table, and tells no reader apart

create table consent (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  purpose text not null check (purpose in ('opens', 'clicks')),
  decision text not null check (decision in ('given', 'withdrawn')),
  source text not null check (source in ('api', 'import', 'reader')),
  source_id bigint,
  actor text not null,
  decided_at timestamptz not null,
  sealed bytea not null,
  primary key (account_id, id)
);
comment on table consent is 'What readers have agreed to and taken back, with the proof (sealed). Rows are only added: the latest decision counts.';
create index consent_reader on consent (account_id, lookup, purpose, decided_at desc, id desc);

alter table consent enable row level security;
create policy tenant on consent to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on consent to facteur_accept, facteur_delivery, facteur_retention using (true) with check (true);

-- Nobody may change or remove a decision: its proof is worth what nobody can alter.
grant select, insert on consent to facteur_request;
grant select on consent to facteur_delivery;
