import { Refusal } from "../../../base/errors.ts";
import {
  deleteSession,
  openAccount,
  Sessions,
  selectAccount,
  selectSession,
  sessionDaysMax,
  sessionExpiry,
} from "../../../core/accounts/index.ts";
import type { SessionApi, SessionView } from "../api/services.ts";
import type { Principal } from "../principal.ts";
import { note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { sessionPrincipalOf } from "./principal.ts";

/** Signing in to the dashboard, and out. */
export function sessionApi(context: ServiceContext): SessionApi {
  const sessions = new Sessions(context);
  return {
    installation: () => ({ ...context.installation, publicUrl: context.publicUrl }),
    signIn: async (token, signedInTo) => {
      const result = await sessions.signIn(token, signedInTo);
      if (result.kind === "unknown") throw uselessLink();
      if (result.kind === "suspended") {
        throw new Refusal("account_suspended", "This account is suspended: nobody can sign in to it.");
      }
      const principal = sessionPrincipalOf({ kind: "authenticated", session: result.session });
      if (principal === null) throw new Error("A session that was just made is none.");
      return { secret: result.secret, principal, secondsMax: sessionDaysMax * 86_400 };
    },
    authenticateSession: async (secret) => sessionPrincipalOf(await sessions.authenticate(secret)),
    readSession: (principal) => readView(context, principal),
    endSession: async (principal) => {
      const { accountId, actor } = principal;
      await writeOwn(context, principal, async (tx) => {
        const isEnded = await deleteSession(tx, { accountId, id: actor.id });
        if (isEnded) await note(tx, context, principal, { action: "session.ended", subjectId: actor.id });
      });
      sessions.forget();
    },
  };
}

async function readView(context: ServiceContext, principal: Principal): Promise<SessionView> {
  const { accountId, actor, permissions } = principal;
  return readOwn(context, principal, async (reader) => {
    const [row, session] = await Promise.all([
      selectAccount(reader, accountId),
      actor.kind === "session" ? selectSession(reader, { accountId, id: actor.id }) : undefined,
    ]);
    if (row === undefined) throw new Error("An account that has just authenticated is gone.");
    const { id, name, address } = openAccount(context.keyring, row);
    return {
      account: { id, name, address },
      permissions: [...permissions],
      expiresAt: session === undefined ? null : sessionExpiry(session),
    };
  });
}

function uselessLink(): Refusal {
  return new Refusal(
    "sign_in_link_invalid",
    "This link does not sign in: it was used already, is older than an hour, or is not complete.",
    // At a Basic challenge the browser would ask for a password itself, over the page that says what to do.
    { challenge: 'Session realm="facteur"' },
  );
}
