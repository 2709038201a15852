-- safe with the previous release: yes — it writes and reads content as before

-- Content is only added and goes with its partition within the week. A vacuum for what was added would read and write all
-- of it once more and find nothing; one for what was deleted still comes.
create or replace function make_partition(parent text, suffix text, from_id bigint, until_id bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if parent not in ('content', 'inbox', 'message', 'event') or suffix !~ '^[0-9]{8}$' then
    raise exception 'make_partition: % % is not a partition of ours', parent, suffix;
  end if;
  if to_regclass(format('public.%I', parent || '_' || suffix)) is not null then
    return false;
  end if;
  perform pg_advisory_xact_lock(hashtext('make_partition'));
  if to_regclass(format('public.%I', parent || '_' || suffix)) is not null then
    return false;
  end if;
  execute format('create table public.%I partition of public.%I for values from (%s) to (%s)',
    parent || '_' || suffix, parent, from_id, until_id);
  if parent in ('content', 'inbox') then
    execute format('alter table public.%I alter column sealed set storage external', parent || '_' || suffix);
  end if;
  if parent = 'content' then
    execute format('alter table public.%I set (autovacuum_vacuum_insert_threshold = -1,
      toast.autovacuum_vacuum_insert_threshold = -1)', parent || '_' || suffix);
  end if;
  return true;
end $$;

do $$
declare part regclass;
begin
  for part in select i.inhrelid from pg_inherits i where i.inhparent = 'content'::regclass loop
    execute format('alter table %s set (autovacuum_vacuum_insert_threshold = -1,
      toast.autovacuum_vacuum_insert_threshold = -1)', part);
  end loop;
end $$;
