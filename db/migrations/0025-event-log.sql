-- safe with the previous release: yes — the new column has a default, which that release's roles may draw

-- Events get a place in one order. Ids carry the time of what happened and are written later, sometimes much later
-- (after a crash, from a journal), so whoever reads on from an id would miss some. Places are drawn while an event is
-- written: once every writer that was at work at an instant has ended, all places below are final.
create sequence event_log_position_seq as bigint;
grant usage on sequence event_log_position_seq
  to facteur_request, facteur_accept, facteur_delivery, facteur_relay, facteur_retention;
grant select on sequence event_log_position_seq to facteur_request, facteur_relay;

alter table event add column log_position bigint not null default nextval('event_log_position_seq');
-- An account's events in their order: what the feed and the webhooks read.
create index event_log on event (account_id, log_position);
-- Everybody's events in their order: who has news, and the rollups. New rows go to its right edge.
create index event_tail on event (log_position);

-- Who follows the log of events, one process at a time, and how far it has come.
create table follower (
  name text not null primary key,
  node_id int,
  epoch bigint not null default 0,
  expires_at timestamptz,
  position bigint not null default 0
);
comment on table follower is 'Who follows the log of events: one process at a time, under a lease (real time) with an epoch.';
insert into follower (name) values ('webhooks');
grant select, update on follower to facteur_relay;

create policy relay on account to facteur_relay using (true);
create policy relay on account_key to facteur_relay using (true);
create policy relay on message to facteur_relay using (true);
create policy relay on event to facteur_relay using (true);
create policy relay on campaign to facteur_relay using (true);
grant select on account, account_key, message, event, campaign, installation to facteur_relay;
