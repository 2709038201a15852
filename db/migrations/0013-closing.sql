-- safe with the previous release: no — it opens the keys of accounts with the root key alone

-- Closing: the account can be read until erase_at, then nothing of it remains.
alter table account add column closed_at timestamptz;
alter table account add column erase_at timestamptz;
alter table account add constraint account_closing_check
  check ((state = 'closed') = (closed_at is not null) and (closed_at is null) = (erase_at is null));
create index account_erase on account (erase_at) where erase_at is not null;
comment on column account.closed_at is 'Since when the account is closed; null while it is open.';
comment on column account.erase_at is 'From when on nothing of the account may be there; decided when it is closed.';

-- Keys of accounts are sealed under a chain of days, whose older ones are destroyed: copies of a key that was destroyed
-- go dark with them, in the write-ahead log, on replicas and in backups.
alter table account_key add column sealed_on int not null default 0;
alter table account_key alter column sealed_on drop default;
comment on column account_key.sealed_on is 'The day of the chain (since 1970) the key is sealed under; 0: under the root key alone.';
comment on table account_key is 'The key of an account, sealed with the root key and a day of the chain. Destroying the row makes the account unreadable.';
grant update (sealed_key, sealed_on) on account_key to facteur_retention;
alter table installation add column account_chain_id bytea;

-- Written before anything is destroyed, and asked after a restore: what was erased must not come back.
create table erasure (
  subject bytea primary key,
  begun_at timestamptz not null,
  ended_at timestamptz,
  removed jsonb not null
);
comment on table erasure is 'Accounts that were erased: a keyed hash of their number, when, and how many rows of which table. No person.';
grant select on erasure to facteur_accept;
grant select, insert, update (ended_at, removed), delete on erasure to facteur_retention;

-- Removes rows of an account whose time is over, of no other, a bounded number at a time.
create function erase_rows(of_table text, of_account bigint, at timestamptz, up_to int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  key text := case when of_table = 'account' then 'id' else 'account_id' end;
  removed int;
begin
  if not exists (select from account a where a.id = of_account and a.state = 'closed' and a.erase_at <= at) then
    raise exception 'erase_rows: the account % is not to be erased', of_account;
  end if;
  if not exists (select from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relname = of_table and c.relkind in ('r', 'p')
        and a.attname = key and not a.attisdropped) then
    raise exception 'erase_rows: % is no table of accounts', of_table;
  end if;
  execute format('delete from public.%I where (tableoid, ctid) in
    (select tableoid, ctid from public.%I where %I = $1 limit $2)', of_table, of_table, key)
    using of_account, up_to;
  get diagnostics removed = row_count;
  return removed;
end $$;
revoke all on function erase_rows(text, bigint, timestamptz, int) from public;
grant execute on function erase_rows(text, bigint, timestamptz, int) to facteur_retention;
grant update (state, closed_at, erase_at) on account to facteur_retention;

-- Mail of the service itself to the account's people lies in the operator's own account.
grant select (lookup), delete on message to facteur_retention;
grant select (account_id, id, message_id), delete on event to facteur_retention;
