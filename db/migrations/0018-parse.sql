-- safe with the previous release: yes — it knows nothing of these tables, and takes no mail in

create table parse_route (
  account_id bigint not null,
  id bigint not null,
  lookup bytea not null,
  sealed_address bytea not null,
  sealed_url bytea not null,
  is_generated boolean not null,
  created_at timestamptz not null,
  primary key (account_id, id)
);
comment on table parse_route is 'Addresses at which an account gets mail, and where that is posted to; Mailjet''s parseroute.';
-- Whose an address is, is asked before the account is known: one account has it.
create unique index parse_route_address on parse_route (lookup);
create unique index parse_route_generated on parse_route (account_id) where is_generated;

create table parse_post (
  account_id bigint not null,
  id bigint not null,
  route_id bigint not null,
  sealed bytea not null,
  attempts int not null,
  due_at timestamptz not null,
  primary key (account_id, id)
);
alter table parse_post alter column sealed set storage external;
comment on table parse_post is 'Mail that came in for a parse route, sealed with the key of its hour, until it is posted.';
create index parse_post_due on parse_post (due_at);
create index parse_post_age on parse_post (id);

do $$
declare tenant text;
begin
  foreach tenant in array array['parse_route', 'parse_post']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_accept, facteur_relay, facteur_retention
      using (true) with check (true)', tenant);
  end loop;
end $$;

grant select, insert, update, delete on parse_route to facteur_request;
-- For the export of an account.
grant select on parse_post to facteur_request;

grant select on parse_route to facteur_accept, facteur_relay;
grant insert on parse_post to facteur_accept;
grant select, update (attempts, due_at), delete on parse_post to facteur_relay;
grant select (id), delete on parse_post to facteur_retention;
