-- safe with the previous release: yes — it neither reads nor writes what is new here

create table promise_evidence (
  id bigint primary key,
  probe text not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('kept', 'broken', 'unknown')),
  detail text not null,
  checks int not null check (checks >= 0),
  previous bytea not null,
  hash bytea not null
);
comment on table promise_evidence is 'What the probes of the promises found, 90 days long. Each row carries the hash of the one before, so that a changed row shows.';
create index promise_evidence_probe on promise_evidence (probe, at);

grant select, insert, delete on promise_evidence to facteur_retention;
grant select on promise_evidence to facteur_accept;

alter table account add column is_synthetic boolean not null default false;
comment on column account.is_synthetic is 'An account of the probes: nobody''s, and counted nowhere.';
