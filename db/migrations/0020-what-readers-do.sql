-- safe with the previous release: yes — it writes events as before, and has no words for the new kinds, which it does not make

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (kind in ('sent', 'deferred', 'bounced', 'blocked', 'cancelled',
  'expired', 'unknown', 'opened', 'clicked', 'unsubscribed', 'resubscribed', 'complained'));

-- What was counted without knowing who it was belongs to a campaign, and to no message.
alter table event alter column message_id drop not null;
alter table event add column campaign_id bigint;
alter table event add column verdict text check (verdict in ('people', 'machine'));
alter table event add column link bytea;
alter table event add column position smallint;
alter table event add column tracked_opens text check (tracked_opens in ('anonymous', 'identified'));
alter table event add column tracked_clicks text check (tracked_clicks in ('anonymous', 'identified'));
alter table event add constraint event_message_check
  check (message_id is not null or kind in ('opened', 'clicked'));
alter table event add constraint event_reading_check
  check ((verdict is not null) = (kind in ('opened', 'clicked')));

comment on column event.message_id is 'Null for an opening or a click that was counted without knowing whose it was.';
comment on column event.campaign_id is 'The campaign of an opening or a click, if there is one.';
comment on column event.verdict is 'Who opened or clicked, as far as the request told: nothing else of it is kept.';
comment on column event.link is 'The keyed hash of a clicked link''s target: the same link of an account has the same.';
comment on column event.position is 'Which link of the message it was, counted from 1.';
comment on column event.tracked_opens is 'On sent: how this message''s openings are counted; null when they are not.';
comment on column event.tracked_clicks is 'On sent: how the clicks of this message are counted; null when they are not.';
