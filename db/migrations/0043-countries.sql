-- safe with the previous release: yes — it writes events without a country, and knows nothing of the new table

alter table event add column country text check (country ~ '^[A-Z]{2}$');
comment on column event.country is 'Of an opening or a click: the country (ISO 3166-1) that its address is in, where the operator has a list. The address itself is not kept.';

create table statistic_country (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  country text not null,
  opened int not null,
  clicked int not null,
  primary key (account_id, campaign_id, day, country)
) with (fillfactor = 70);
comment on table statistic_country is 'Openings and clicks of people by campaign (0: none), day and country. Kept as long as events.';
create index statistic_country_age on statistic_country (day);

alter table statistic_country enable row level security;
create policy tenant on statistic_country to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on statistic_country to facteur_accept, facteur_relay, facteur_retention
  using (true) with check (true);
grant select, insert, update, delete on statistic_country to facteur_relay;
grant select on statistic_country to facteur_request;
grant select (day), delete on statistic_country to facteur_retention;
