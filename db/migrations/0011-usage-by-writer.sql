-- safe with the previous release: no — it adds to the row of a day that now has a writer in its key

-- One row a writer: with a single row of an account and day, two transactions that accept for the same account waited
-- for each other until the first was on disk.
alter table usage_day add column writer integer not null default 0;
alter table usage_day drop constraint usage_day_pkey;
alter table usage_day add primary key (account_id, day, writer);
comment on column usage_day.writer is 'Which of the writers that work side by side has counted. The sum over them is the usage.';
