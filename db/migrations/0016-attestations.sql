-- safe with the previous release: yes — it knows nothing of this table

create table attestation (
  id bigint primary key,
  promise text not null,
  at timestamptz not null,
  until timestamptz not null check (until >= at),
  author text not null,
  statement text not null,
  document_hash bytea,
  previous bytea not null,
  hash bytea not null
);
comment on table attestation is 'What the operator states of promises that no code can prove: who (a role, no name), what, until when. One that ends when it begins takes back the one before. Each row carries the hash of the one before.';
create index attestation_promise on attestation (promise, id);
create trigger kept before update or delete on attestation for each row execute function keep_as_written();
create trigger kept_whole before truncate on attestation execute function keep_as_written();
grant select on attestation to facteur_accept, facteur_retention;
