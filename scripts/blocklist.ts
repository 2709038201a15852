// `node bin/run.mjs scripts/blocklist.ts LIST`: asks a public list of rules against tracking (EasyPrivacy's rules for mail,
// say) about mail as this service sends it, from hosts as customers name them. Lists are other people's work and do not
// belong to this repository. Ends with 1 when mail matches that tells nobody apart.
import { readFileSync } from "node:fs";
import PostalMime from "postal-mime";
import { compose, prepareContent } from "../src/core/messages/compose.ts";
import { contentOf } from "../src/core/messages/testing/contents.ts";
import { policyUnlessSet, ReaderLinks } from "../src/core/tracking/index.ts";
import { blockedIn, readBlocklist } from "../tests/support/blocklist.ts";

const [file = ""] = process.argv.slice(2);
if (file === "") throw new Error("Name the file of a list: scripts/blocklist.ts LIST.");
const rules = readBlocklist(readFileSync(file, "utf8"));
const hosts = ["mail", "email", "e-mail", "click", "clicks", "link", "links", "t", "track", "e", "news"];
const html =
  '<body><a href="https://shop.example/sale?a=1&amp;b=2">Sale</a> <a href="{{mj:unsub_link}}">Leave</a></body>';

const kinds = [
  { name: "default settings", wish: "account_default", hasConsent: false },
  { name: "counted, without consent", wish: "enabled", hasConsent: false },
  { name: "told apart, with consent", wish: "enabled", hasConsent: true },
] as const;

async function htmlFrom(host: string, { wish, hasConsent }: (typeof kinds)[number]): Promise<string> {
  const seal = (_purpose: string, octets: Buffer) => octets.toString("base64url");
  const links = new ReaderLinks({ sealToken: seal }, () => `https://${host}.shop.example`);
  const part = { to: [], cc: [], variables: {} };
  const content = contentOf({ html, usesTemplateLanguage: true, trackOpens: wish, trackClicks: wish });
  const prepared = prepareContent(content, part);
  if (!("part" in prepared)) throw new Error("The sample does not compile.");
  const recipient = { address: "ada@example.com", name: "", role: "to", subject: "" } as const;
  const composed = compose({
    ...{ prepared, part, links, accountId: 36n, messageId: 77n, campaignId: null, uuid: "12345678" },
    lookup: Buffer.alloc(16, 1),
    identity: { ...recipient, customId: "", eventPayload: "" },
    tracking: {
      policy: { ...policyUnlessSet, mode: "identified" },
      consents: { opens: hasConsent, clicks: hasConsent },
    },
  });
  if (composed.kind === "failed") throw new Error("The sample does not compose.");
  return (await PostalMime.parse(composed.message.octets)).html ?? "";
}

process.stdout.write(`${rules.length} rules, ${hosts.length} hosts\n`);
for (const kind of kinds) {
  const found = [];
  for (const host of hosts) found.push(...blockedIn(await htmlFrom(host, kind), rules));
  process.stdout.write(`${kind.name}: ${found.length} matches\n`);
  for (const { url, rule } of found) process.stdout.write(`  ${rule}  ${url.slice(0, 60)}\n`);
  if (!kind.hasConsent && found.length > 0) process.exitCode = 1;
}
