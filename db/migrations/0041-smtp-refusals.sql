-- safe with the previous release: yes — it knows nothing of this table

create table smtp_refusal (
  account_id bigint not null,
  id bigint not null,
  key_id bigint not null,
  kind text not null check (kind in ('wrong_secret', 'not_allowed', 'crowded', 'refused')),
  code smallint not null,
  sealed bytea not null,
  primary key (account_id, id)
);
comment on table smtp_refusal is 'What programs were refused by SMTP under a key of the account, and in which words (sealed): the last few, for an hour.';
create index smtp_refusal_age on smtp_refusal (id);

alter table smtp_refusal enable row level security;
create policy tenant on smtp_refusal to facteur_request
  using (account_id = current_setting('app.account')::bigint)
  with check (account_id = current_setting('app.account')::bigint);
create policy service on smtp_refusal to facteur_accept, facteur_retention using (true) with check (true);

grant select on smtp_refusal to facteur_request;
grant select, insert, delete on smtp_refusal to facteur_accept;
grant select (id), delete on smtp_refusal to facteur_retention;
