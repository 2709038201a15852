-- safe with the previous release: yes — it neither reads nor writes what is new here

create table purge (
  kind text primary key,
  looked_at timestamptz not null,
  outcome text not null check (outcome in ('done', 'failed')),
  removed_at timestamptz,
  removed bigint not null
);
comment on table purge is 'What retention did last with each kind of data: one row a kind. Rows and partitions are counted, never named.';
grant select, insert, update on purge to facteur_retention;
grant select on purge to facteur_request;
