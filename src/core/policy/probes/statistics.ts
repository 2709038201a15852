import { type Sql, sql } from "../../../base/database.ts";
import { idAt } from "../../../base/ids.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";

const dayMs = 86_400_000;

/** Compares the sums of yesterday and today with the events of those days, up to where they have been added. */
export function statisticsProbe({ database, clock }: ProbeContext): Probe {
  return {
    name: "statistics",
    everyMinutes: 120,
    run: async () => {
      const today = Math.floor(clock.now().getTime() / dayMs) * dayMs;
      const findings = new Findings();
      let events = 0;
      for (const dayStart of [today - dayMs, today]) {
        const day = new Date(dayStart);
        const found = await database.read({ role: "operator" }, (reader) => compareDay(reader, day), {
          // Sums and the place they were added up to belong together.
          isolation: "repeatable read",
        });
        events += found.events;
        const name = day.toISOString().slice(0, 10);
        findings.check(found.wrong === 0, `${name}: ${found.wrong} sums are not those of the events`);
        findings.check(found.uneven === 0, `${name}: ${found.uneven} days are not the sum of their hours`);
      }
      return findings.finding(
        `The statistics of yesterday and today are the sums of their ${events} events.`,
      );
    },
  };
}

interface Comparison {
  events: number;
  wrong: number;
  uneven: number;
}

async function compareDay(reader: Sql, day: Date): Promise<Comparison> {
  const until = new Date(day.getTime() + dayMs);
  const row = await reader.row<Comparison>(sql`
    with counted as (
      select e.account_id, e.kind, count(*) as number from event e
      where e.id >= ${idAt(day)} and e.id < ${idAt(until)}
        and e.log_position <= (select f.position from follower f where f.name = 'statistics')
      group by e.account_id, e.kind),
    summed as (
      select s.account_id, k.kind, k.number::bigint from statistic s
      cross join lateral (values ('sent', s.sent), ('deferred', s.deferred), ('bounced', s.bounced_hard + s.bounced_soft),
        ('blocked', s.blocked), ('cancelled', s.cancelled), ('expired', s.expired), ('unknown', s.unknown),
        ('opened', s.opened_people + s.opened_machine), ('clicked', s.clicked_people + s.clicked_machine),
        ('unsubscribed', s.unsubscribed), ('resubscribed', s.resubscribed), ('complained', s.complained))
        as k (kind, number)
      where s.source = 'account' and s.timing = 'event' and s.resolution = 'day' and s.slice = ${day}),
    -- When an account is erased, what was written to its people by the service goes too, and its sums stay.
    erased as (select exists (select from erasure e where e.ended_at >= ${day}) as any),
    uneven as (
      select from (
        select s.account_id, s.source, s.source_id, s.timing,
          sum(case when s.resolution = 'day' then 1 else -1 end * (s.sent + s.accepted + s.deferred)) as rest
        from statistic s
        where s.source = 'account' and s.resolution in ('hour', 'day') and s.slice >= ${day} and s.slice < ${until}
        group by 1, 2, 3, 4) u where u.rest <> 0)
    select coalesce((select sum(c.number) from counted c), 0)::int as events,
      (select count(*)::int from counted c full join summed s on s.account_id = c.account_id and s.kind = c.kind
        cross join erased
        where coalesce(c.number, 0) <> coalesce(s.number, 0)
          and not (erased.any and coalesce(s.number, 0) > coalesce(c.number, 0))) as wrong,
      (select count(*)::int from uneven) as uneven`);
  return row ?? { events: 0, wrong: 1, uneven: 0 };
}
