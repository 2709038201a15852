-- safe with the previous release: yes — it neither reads nor writes what is new here

create table source_usage (
  source text not null,
  provider text not null,
  day date not null,
  sent bigint not null check (sent >= 0),
  primary key (source, provider, day)
);
comment on table source_usage is 'What an address that is warming up has sent to a group of providers on a day (UTC): its share of that day is limited.';
grant select, insert, update on source_usage to facteur_delivery;

alter table delivery add column hold text check (hold in ('warm_up'));
comment on column delivery.hold is 'Why the message waits without having been attempted; null when nothing but its turn is waited for.';
