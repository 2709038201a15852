-- safe with the previous release: yes — what it adds for campaigns meanwhile is missing in the rows of accounts, until facteur
-- statistics rebuild

-- All messages of an account by provider, beside those of its campaigns: a sum of sums read too many rows.
insert into statistic_provider (account_id, campaign_id, day, provider, sent, deferred, bounced_hard, bounced_soft, blocked, expired, unsubscribed, complained, delivery_ms)
select p.account_id, 0, p.day, p.provider, sum(p.sent),
  sum(p.deferred),
  sum(p.bounced_hard),
  sum(p.bounced_soft),
  sum(p.blocked),
  sum(p.expired),
  sum(p.unsubscribed),
  sum(p.complained),
  sum(p.delivery_ms)
from statistic_provider p group by p.account_id, p.day, p.provider
on conflict (account_id, campaign_id, day, provider) do update set
  sent = excluded.sent,
  deferred = excluded.deferred,
  bounced_hard = excluded.bounced_hard,
  bounced_soft = excluded.bounced_soft,
  blocked = excluded.blocked,
  expired = excluded.expired,
  unsubscribed = excluded.unsubscribed,
  complained = excluded.complained,
  delivery_ms = excluded.delivery_ms;
comment on table statistic_provider is 'What became of messages by the large provider that took them, campaign (0: the whole account) and day of acceptance.';
