-- safe with the previous release: yes — it only adds a function

-- An address belongs to whoever has its domain. Where another account still has a route for it but has lost the domain, or
-- is closed, the route goes, and the account's audit says so. Answers 'released', 'kept' when the other account has proven
-- the domain too, or 'none'. A request may ask it, though it sees no other account: it learns no more than these words, and
-- only of a domain that it has proven itself.
create function release_parse_route(of_lookup bytea, of_domain text, audit_id bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  asker bigint := current_setting('app.account')::bigint;
  stale record;
begin
  if not exists (select from domain d where d.account_id = asker and d.name = of_domain and d.state = 'verified') then
    raise exception 'release_parse_route: the account % has not proven %', asker, of_domain;
  end if;
  select r.account_id, r.id,
    r.is_generated or exists (
      select from account a join domain d on d.account_id = a.id and d.name = of_domain and d.state = 'verified'
      where a.id = r.account_id and a.state <> 'closed') as is_kept
    into stale from parse_route r where r.lookup = of_lookup and r.account_id <> asker for update;
  if not found then
    return 'none';
  end if;
  if stale.is_kept then
    return 'kept';
  end if;
  delete from parse_route r where r.account_id = stale.account_id and r.id = stale.id;
  insert into audit (account_id, id, actor, action, subject_id)
    values (stale.account_id, audit_id, 'service', 'parse_route.lost', stale.id);
  return 'released';
end $$;
revoke all on function release_parse_route(bytea, text, bigint) from public;
grant execute on function release_parse_route(bytea, text, bigint) to facteur_request;
