-- safe with the previous release: yes — it knows nothing of these tables

-- The versions of the privacy policy. None is ever changed or taken out, not even by who owns the schema.
create table policy_version (
  number int primary key check (number > 0),
  published_at timestamptz not null,
  effective_at timestamptz not null check (effective_at >= published_at),
  document text not null,
  hash bytea not null
);
comment on table policy_version is 'Versions of the privacy policy: when each was announced, from when it is to hold, its texts and figures, and their hash.';

-- From then on every owner had been written to.
create table policy_announced (
  version int primary key references policy_version (number),
  at timestamptz not null
);
comment on table policy_announced is 'When the notices of a version had all been handed over. Before that it does not come to hold.';

create table policy_notice (
  account_id bigint not null,
  version int not null references policy_version (number),
  outcome text not null check (outcome in ('accepted', 'refused')),
  at timestamptz not null,
  primary key (account_id, version)
);
comment on table policy_notice is 'Which owner was written to about which version of the policy, and whether that mail was taken.';
create index policy_notice_version on policy_notice (version);

create function keep_as_written() returns trigger language plpgsql as $$
begin
  raise exception '% stays as it was written', tg_table_name;
end $$;
create trigger kept before update or delete on policy_version for each row execute function keep_as_written();
create trigger kept_whole before truncate on policy_version execute function keep_as_written();
create trigger kept before update or delete on policy_announced for each row execute function keep_as_written();
create trigger kept_whole before truncate on policy_announced execute function keep_as_written();

alter table policy_notice enable row level security;
create policy tenant on policy_notice to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on policy_notice to facteur_relay, facteur_retention using (true) with check (true);

grant select on policy_version, policy_announced to facteur_request, facteur_accept, facteur_delivery, facteur_relay,
  facteur_retention;
grant select on policy_notice to facteur_request;
grant select, insert on policy_notice to facteur_relay;
grant insert on policy_announced to facteur_relay;
