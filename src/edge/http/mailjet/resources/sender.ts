import { alreadyExists, invalidAddress, RestFailure } from "../rest/failure.ts";
import { flag, flagFilter, int64, object, reference, text, time } from "../rest/property.ts";
import { type Context, defineResource, type Key, type Resource } from "../rest/resource.ts";
import { equalsIgnoringCase, pageOf } from "../rest/rows.ts";
import type { SenderRecord, SenderServices } from "./account-services.ts";
import { findByKey, rowOfChange, sent } from "./lookup.ts";

const properties = {
  CreatedAt: time({ isReadOnly: true, default: "Current time" }),
  DNS: reference("TDNS", { isReadOnly: true, default: "Calculated from the Email", target: "dns" }),
  Email: text({ isRequired: true, dataType: "TSenderEmail" }),
  EmailType: text({ allowed: ["transactional", "bulk"], alsoAllowed: ["unknown"] }),
  Filename: text({ isReadOnly: true }),
  ID: int64({ isReadOnly: true }),
  IsDefaultSender: flag(),
  Name: text(),
  Status: text({
    isReadOnly: true,
    dataType: "TSenderStatus",
    default: "Calculated from the Email",
    allowed: ["Inactive", "Active", "Deleted"],
  }),
};

const filters = {
  DnsID: int64(),
  Domain: text(),
  Email: text(),
  IsDomainSender: flagFilter(),
  LocalPart: text(),
  ShowDeleted: flagFilter(),
  Status: text(),
};

/** `sender`: addresses, or whole domains as "*@domain", that the account may send from. */
export function senderResource(services: SenderServices): Resource {
  const find = async (key: Key, { principal }: Context) => findSender(services, principal, key);
  return defineResource({
    name: "sender",
    typeName: "Sender",
    description: "Addresses and domains the account may send from.",
    uniqueKey: "Email",
    properties,
    filters,
    sort: { ID: "both" },
    list: async (query, { principal }) => {
      const { ShowDeleted: showsDeleted = false, Status: status = "" } = query.filters;
      const rows = (await services.listSenders(principal))
        .filter(
          (sender) => showsDeleted || sender.status !== "Deleted" || equalsIgnoringCase(status, "Deleted"),
        )
        .map(rowOf);
      return pageOf(rows, query, {
        DnsID: (row, wanted) => row.DNSID === wanted,
        Domain: (row, wanted) => equalsIgnoringCase(domainOf(row.Email), wanted),
        Email: (row, wanted) => equalsIgnoringCase(row.Email, wanted),
        IsDomainSender: (row, wanted) => row.Email.startsWith("*@") === wanted,
        LocalPart: (row, wanted) => row.Email.slice(0, row.Email.lastIndexOf("@")) === wanted,
        Status: (row, wanted) => equalsIgnoringCase(row.Status, wanted),
      });
    },
    get: async (key, context) => {
      const found = await find(key, context);
      return found === undefined ? null : rowOf(found);
    },
    create: async (values, { principal }) => {
      const { Email: address = "" } = values;
      const outcome = await services.createSender(principal, {
        address,
        name: values.Name ?? "",
        category: categoryOf(values.EmailType) ?? "unknown",
        isDefault: values.IsDefaultSender ?? false,
      });
      switch (outcome.kind) {
        case "created":
          return rowOf(outcome.sender);
        case "exists":
          throw senderExists(address, outcome.status);
        case "invalid-address":
          throw invalidAddress(address, "It is not an address, and not *@domain either");
      }
    },
    update: async (key, values, context) => {
      const found = key === null ? undefined : await find(key, context);
      if (found === undefined) return null;
      const change = sent({
        name: values.Name,
        category: categoryOf(values.EmailType),
        isDefault: values.IsDefaultSender,
      });
      return rowOfChange(await services.updateSender(context.principal, found.id, change), rowOf);
    },
    remove: async (key, context) => {
      const found = await find(key, context);
      return found !== undefined && services.removeSender(context.principal, found.id);
    },
    actions: { validate: validateAction(services) },
  });
}

function validateAction(services: SenderServices) {
  return {
    isGlobal: false,
    isRepeatedOnTop: true,
    parameters: {},
    properties: { Errors: object(), ValidationMethod: text(), GlobalError: text() },
    operations: {
      Post: async ({ key, context }: { key: Key | null; context: Context }) => {
        const found = key === null ? undefined : await findSender(services, context.principal, key);
        if (found === undefined) return null;
        const validation = await services.validateSender(context.principal, found.id);
        switch (validation.kind) {
          case "asked":
            return [validationRow(validation.method)];
          case "failed":
            return [validationRow("", validation)];
          case "already-active":
            throw new RestFailure(400, "The sender is already active.");
          case "unknown":
            return null;
        }
      },
    },
  } as const;
}

async function findSender(services: SenderServices, principal: Context["principal"], key: Key) {
  return findByKey(await services.listSenders(principal), key, (record) => record.address);
}

function validationRow(method: string, errors = { dnsError: "", fileError: "", globalError: "" }) {
  return {
    Errors: { DNSValidationError: errors.dnsError, FileValidationError: errors.fileError },
    GlobalError: errors.globalError,
    ValidationMethod: method,
  };
}

// The text for a sender that waits for its confirmation is known; clients look for it.
function senderExists(address: string, status: SenderRecord["status"]): RestFailure {
  if (status === "Active") return alreadyExists("Sender", "Email", address);
  return new RestFailure(
    400,
    `There is an already existing ${status.toLowerCase()} sender with the same email. ` +
      'You can use "validate" action in order to activate it.',
  );
}

function categoryOf(value: string | undefined): SenderRecord["category"] | undefined {
  if (value === undefined) return undefined;
  return value === "transactional" || value === "bulk" ? value : "unknown";
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

function rowOf(sender: SenderRecord) {
  return {
    CreatedAt: sender.createdAt,
    // Recorded so for a sender whose domain is not one of the account.
    DNSID: sender.domainId ?? -1n,
    Email: sender.address,
    EmailType: sender.category,
    Filename: sender.filename,
    ID: sender.id,
    IsDefaultSender: sender.isDefault,
    Name: sender.name,
    Status: sender.status,
  };
}
