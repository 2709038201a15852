-- safe with the previous release: yes — it neither reads nor writes what is new here

create table sign_in_link (
  account_id bigint not null,
  id bigint not null,
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  primary key (account_id, id)
);
comment on table sign_in_link is 'Links that sign somebody in to an account, once and within the hour. The word in them is kept only as a keyed hash. Small: a reference table when distributed.';

create table session (
  account_id bigint not null,
  id bigint not null,
  secret_hash bytea not null unique,
  created_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (account_id, id)
);
comment on table session is 'Who is signed in to the dashboard: no address, no browser, no place. The cookie is kept only as a keyed hash. Small: a reference table when distributed.';

do $$
declare tenant text;
begin
  foreach tenant in array array['sign_in_link', 'session']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_accept, facteur_delivery, facteur_retention
      using (true) with check (true)', tenant);
  end loop;
end $$;

-- Who signs in is known only when the word has been found, so this is done as credentials are checked: across accounts.
grant select, delete on sign_in_link to facteur_accept;
grant select, insert on session to facteur_accept;
grant update (ends_at) on session to facteur_accept;
grant insert on audit to facteur_accept;
grant select, delete on session to facteur_request;
grant select, delete on sign_in_link, session to facteur_retention;
