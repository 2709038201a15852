import { type Sql, sql, type Transaction } from "../../base/database.ts";
import { leaseSeconds } from "./leases.ts";

/** How a recipient domain stands at this moment: what is being done, and whether it is left alone for a while. */
export interface DestinationState {
  route: string;
  /** null where there is no pause. */
  pausedUntil: Date | null;
  /** At work, to the servers of this domain; domains with the same servers share them. */
  connections: number;
  /** Why there is a pause, by Mailjet's numbers. */
  reason: number | null;
}

/** Writes what has changed of a node's destinations. */
export async function writeDestinations(
  tx: Transaction,
  nodeId: number,
  { changed, gone }: { changed: DestinationState[]; gone: string[] },
): Promise<void> {
  await tx.run(sql`
    delete from destination_state where node_id = ${nodeId} and route = any(${gone}::text[])`);
  await tx.run(sql`
    insert into destination_state (route, node_id, paused_until, connections, reason)
    select f.route, ${nodeId}, f.paused_until, f.connections, f.reason from unnest(
      ${changed.map((c) => c.route)}::text[], ${changed.map((c) => c.pausedUntil)}::timestamptz[],
      ${changed.map((c) => c.connections)}::int[], ${changed.map((c) => c.reason)}::smallint[])
      as f (route, paused_until, connections, reason)
    on conflict (route, node_id) do update set paused_until = excluded.paused_until,
      connections = excluded.connections, reason = excluded.reason`);
}

/** Removes what a node has said, and what nodes have said that are not there any more. */
export async function clearDestinations(tx: Transaction, nodeId: number): Promise<void> {
  await tx.run(sql`
    delete from destination_state s
    where s.node_id = ${nodeId} or not exists (select from node n where n.id = s.node_id)`);
}

/** How destinations stand with all nodes that live.
 *  @param real real time: nodes are seen in it */
export async function destinationStates(
  reader: Sql,
  routes: readonly string[],
  real: Date,
): Promise<DestinationState[]> {
  if (routes.length === 0) return [];
  const aliveSince = new Date(real.getTime() - leaseSeconds * 1000);
  return reader.rows(sql`
    select s.route, max(s.paused_until) as "pausedUntil", sum(s.connections)::int as connections,
      max(s.reason) as reason
    from destination_state s join node n on n.id = s.node_id
    where s.route = any(${[...routes]}::text[]) and n.seen_at > ${aliveSince}
    group by s.route`);
}
