import { setTimeout as pause } from "node:timers/promises";
import { type Database, DatabaseError, databaseRoles, type Sql, sql, type Transaction } from "./database.ts";

const operator = { role: "operator" } as const;
const attemptsMax = 10; // as many databases of one cluster may be migrated at the same moment
const attemptDelayMs = 20;

/** Creates the roles that the scopes take on, and gives them to the current user. Roles belong to the whole
 *  cluster, where another database may be doing the same now. */
export async function createRoles(database: Database): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.write(operator, createMissing);
      break;
    } catch (error) {
      if (attempt >= attemptsMax || !isLostRace(error)) throw await explained(database, error);
      await pause(attemptDelayMs * attempt);
    }
  }
  await database.read(operator, assertHarmless);
}

async function createMissing(tx: Transaction): Promise<void> {
  for (const { name, exists, usable } of await roleStates(tx)) {
    if (!exists) await tx.run(sql`create role ${sql.identifier(name)} nologin`);
    if (!usable) await tx.run(sql`grant ${sql.identifier(name)} to current_user`);
  }
}

type RoleState = { name: string; exists: boolean; usable: boolean };

// PostgreSQL 16 tells belonging to a role from being allowed to become it.
async function roleStates(db: Sql): Promise<RoleState[]> {
  return await db.rows<RoleState>(sql`
    select wanted.name, r.oid is not null as exists,
      coalesce(pg_has_role(current_user, r.oid,
        case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end), false) as usable
    from unnest(${databaseRoles}::text[]) as wanted (name)
      left join pg_roles r on r.rolname = wanted.name
    order by wanted.name`);
}

// A role that may do everything would make row-level security and the grants void.
async function assertHarmless(db: Sql): Promise<void> {
  const powerful = await db.rows<{ name: string }>(sql`
    select r.rolname as name from pg_roles r
    where r.rolname = any(${databaseRoles}::text[]) and (r.rolsuper or r.rolbypassrls or r.rolcanlogin)`);
  if (powerful.length === 0) return;
  const statements = powerful.map(({ name }) => `alter role ${name} nosuperuser nobypassrls nologin;`);
  throw new Error(
    `Roles of the database may do more than they should. Let a superuser run:\n${statements.join("\n")}`,
  );
}

// Another session created the role or granted it at the same moment; the next attempt finds it done.
function isLostRace(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return ["42710", "23505", "40P01"].includes(error.code) || error.message.includes("tuple concurrently");
}

const insufficientPrivilege = "42501";

async function explained(database: Database, error: unknown): Promise<unknown> {
  if (!(error instanceof DatabaseError) || error.code !== insufficientPrivilege) return error;
  const { user, states } = await database.read(operator, async (db) => ({
    user: (await db.row<{ user: string }>(sql`select quote_ident(current_user) as user`))?.user,
    states: await roleStates(db),
  }));
  const missing = states.filter(({ exists }) => !exists).map(({ name }) => `create role ${name} nologin;`);
  const grant = `grant ${databaseRoles.join(", ")} to ${user};`;
  return new Error(
    `The user ${user} may not create the roles of the database. Let a superuser run:\n` +
      [...missing, grant].join("\n"),
    { cause: error },
  );
}
