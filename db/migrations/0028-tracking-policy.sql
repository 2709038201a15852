-- safe with the previous release: yes — it knows nothing of this table, and tells no reader apart

create table tracking_policy (
  account_id bigint not null primary key,
  mode text not null check (mode in ('off', 'anonymous', 'identified')),
  opens_by_default boolean not null,
  clicks_by_default boolean not null,
  updated_at timestamptz not null
);
comment on table tracking_policy is 'How far an account lets its readers'' openings and clicks be known; absent where it has never been set.';

alter table tracking_policy enable row level security;
create policy tenant on tracking_policy to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on tracking_policy to facteur_accept, facteur_delivery, facteur_retention
  using (true) with check (true);

grant select, insert, update on tracking_policy to facteur_request;
grant select on tracking_policy to facteur_delivery;
