-- safe with the previous release: yes — it knows nothing of this table, and makes links to its own host

create table link_host (
  account_id bigint not null,
  domain text not null,
  host text not null,
  state text not null check (state in ('waiting', 'unreachable', 'ready')),
  checked_at timestamptz not null,
  primary key (account_id, domain)
);
comment on table link_host is 'Which host of a customer''s domain the links in its mail lead to, and whether it leads here.';

alter table link_host enable row level security;
create policy tenant on link_host to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on link_host to facteur_accept, facteur_delivery, facteur_retention
  using (true) with check (true);

grant select, insert, update, delete on link_host to facteur_request;
grant select on link_host to facteur_accept, facteur_delivery;
