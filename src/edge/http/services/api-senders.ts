import { Refusal } from "../../../base/errors.ts";
import type { Sender } from "../../../core/domains/index.ts";
import type { SenderApi, SenderView } from "../api/services.ts";
import type { Principal } from "../principal.ts";
import type { ServiceContext } from "./context.ts";
import { createSender, readSenders, senderServices } from "./senders.ts";

/** Senders of our own API. Those that were removed are not shown any more. */
export function senderApi(context: ServiceContext): SenderApi {
  const { removeSender, validateSender } = senderServices(context);
  const read = async (principal: Principal, id: bigint): Promise<SenderView | null> => {
    const { senders } = await readSenders(context, principal);
    const found = senders.find((sender) => sender.id === id && sender.state !== "deleted");
    return found === undefined ? null : viewOf(found);
  };
  return {
    listSenders: async (principal) => {
      const { senders } = await readSenders(context, principal);
      return senders.filter(({ state }) => state !== "deleted").map(viewOf);
    },
    addSender: async (principal, wish) => {
      const outcome = await createSender(context, principal, { ...wish, kind: "unknown", isDefault: false });
      if (outcome.kind === "invalid-address") {
        const detail = "is neither an e-mail address nor *@ and a domain";
        const errors = [{ field: "/address", in: "body", detail, code: "not_an_address_or_domain" }];
        throw new Refusal("invalid", `/address ${detail}.`, { errors });
      }
      const { sender } = outcome;
      // One that was removed is asked for again as a new one is.
      if (sender.state === "deleted") await validateSender(principal, sender.id);
      return (await read(principal, sender.id)) ?? viewOf(sender);
    },
    removeSender: (principal, id) => removeSender(principal, id),
    confirmSender: async (principal, id) => {
      if ((await read(principal, id)) === null) return null;
      await validateSender(principal, id);
      return read(principal, id);
    },
  };
}

function viewOf(sender: Sender): SenderView {
  const { id, address, name, domain, isDomainWide, isDefault, state, createdAt, confirmExpiresAt } = sender;
  const isActive = state === "active";
  return {
    id,
    address,
    name,
    domain,
    isDomainWide,
    isDefault,
    state: isActive ? "active" : "inactive",
    createdAt,
    confirmationEndsAt: isActive ? null : confirmExpiresAt,
  };
}
