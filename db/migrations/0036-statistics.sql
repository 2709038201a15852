-- safe with the previous release: yes — it neither reads nor writes these tables; what it accepts meanwhile is counted by
-- facteur statistics rebuild

-- What was accepted, counted by the transaction that accepts it: one small row an account, campaign and sender. The
-- statistics take these rows away when they have added them.
create table intake (
  account_id bigint not null,
  id bigint not null,
  campaign_id bigint,
  sender_id bigint,
  slice timestamptz not null,
  messages int not null,
  primary key (account_id, id)
);
comment on table intake is 'Messages that were accepted and are not yet in the statistics: counts, taken away as they are added.';

-- What is there already: ids carry milliseconds above 21 bits.
insert into intake (account_id, id, campaign_id, sender_id, slice, messages)
select m.account_id, min(m.id), m.campaign_id, m.sender_id,
  to_timestamp((m.id >> 21) / 300000 * 300), count(*)
from message m group by m.account_id, m.campaign_id, m.sender_id, to_timestamp((m.id >> 21) / 300000 * 300);

-- The same columns under two timings: when it happened, and when the message was accepted that it happened to. Under the
-- second a message counts once, by what became of it last.
create table statistic (
  account_id bigint not null,
  source text not null check (source in ('account', 'campaign', 'sender')),
  source_id bigint not null,
  timing text not null check (timing in ('event', 'message')),
  resolution text not null check (resolution in ('five', 'hour', 'day')),
  slice timestamptz not null,
  accepted int not null,
  sent int not null,
  deferred int not null,
  bounced_hard int not null,
  bounced_soft int not null,
  blocked int not null,
  cancelled int not null,
  expired int not null,
  unknown int not null,
  opened_people int not null,
  opened_machine int not null,
  clicked_people int not null,
  clicked_machine int not null,
  unsubscribed int not null,
  resubscribed int not null,
  complained int not null,
  opens_counted int not null,
  clicks_counted int not null,
  delivery_ms bigint not null,
  primary key (account_id, source, source_id, timing, resolution, slice)
) with (fillfactor = 70);
comment on table statistic is 'Sums of events by five minutes (for a month), hour and day (UTC). No person is in them: they stay when events go.';
-- All campaigns or senders of an account over a time.
create index statistic_slice on statistic (account_id, source, timing, resolution, slice) where resolution = 'day' and source <> 'account';
-- The fine ones go after a month.
create index statistic_fine on statistic (slice) where resolution = 'five';

create table statistic_domain (
  account_id bigint not null,
  day date not null,
  domain text not null,
  sent int not null,
  deferred int not null,
  bounced_hard int not null,
  bounced_soft int not null,
  blocked int not null,
  expired int not null,
  unsubscribed int not null,
  complained int not null,
  delivery_ms bigint not null,
  primary key (account_id, day, domain)
) with (fillfactor = 70);
comment on table statistic_domain is 'Sums of events by the recipients'' domain and day (UTC). A domain can be one person''s: kept as long as events.';
create index statistic_domain_age on statistic_domain (day);

create table statistic_provider (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  provider text not null,
  sent int not null,
  deferred int not null,
  bounced_hard int not null,
  bounced_soft int not null,
  blocked int not null,
  expired int not null,
  unsubscribed int not null,
  complained int not null,
  delivery_ms bigint not null,
  primary key (account_id, campaign_id, day, provider)
) with (fillfactor = 70);
comment on table statistic_provider is 'What became of messages by the large provider that took them, campaign (0: none) and day of acceptance.';

create table statistic_reason (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  kind text not null check (kind in ('bounced', 'blocked', 'deferred', 'expired')),
  reason smallint not null,
  events int not null,
  primary key (account_id, campaign_id, day, kind, reason)
) with (fillfactor = 70);
comment on table statistic_reason is 'Why messages did not arrive, by campaign (0: the whole account) and day. Reason 0: none was named.';

create table statistic_link (
  account_id bigint not null,
  campaign_id bigint not null,
  day date not null,
  link bytea not null,
  position smallint not null,
  people int not null,
  machine int not null,
  primary key (account_id, campaign_id, day, link)
) with (fillfactor = 70);
comment on table statistic_link is 'Clicks of a link by campaign (0: none) and day. Kept as long as events.';
create index statistic_link_age on statistic_link (day);

create table statistic_link_target (
  account_id bigint not null,
  link bytea not null,
  id bigint not null,
  sealed_url bytea not null,
  last_day date not null,
  primary key (account_id, link)
);
comment on table statistic_link_target is 'Where counted links lead (sealed). Kept until 13 months after the last click.';
create index statistic_link_target_age on statistic_link_target (last_day);

do $$
declare tenant text;
begin
  foreach tenant in array array['intake', 'statistic', 'statistic_domain', 'statistic_provider', 'statistic_reason',
    'statistic_link', 'statistic_link_target']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('create policy tenant on %I to facteur_request
      using (account_id = current_setting(''app.account'')::bigint)
      with check (account_id = current_setting(''app.account'')::bigint)', tenant);
    execute format('create policy service on %I to facteur_accept, facteur_relay, facteur_retention
      using (true) with check (true)', tenant);
  end loop;
end $$;

grant insert on intake to facteur_accept;
grant select, update, delete on intake to facteur_relay;
grant select, insert, update, delete on statistic, statistic_domain, statistic_provider, statistic_reason, statistic_link,
  statistic_link_target to facteur_relay;
grant select on statistic, statistic_domain, statistic_provider, statistic_reason, statistic_link, statistic_link_target
  to facteur_request;
grant select (slice, resolution), delete on statistic to facteur_retention;
grant select (day), delete on statistic_domain, statistic_link to facteur_retention;
grant select (last_day), delete on statistic_link_target to facteur_retention;

insert into follower (name) values ('statistics');
