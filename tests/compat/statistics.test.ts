import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import PostalMime from "postal-mime";
import { CompatService } from "../support/compat-service.ts";
import type { MailjetCall, MailjetClient } from "../support/mailjet-clients.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// Mailjet's statistics through both generations of its client, of real deliveries and real clicks.

let compat: CompatService;
let sink: SmtpServer;

// Read as freely as programs of others read it.
type Row = ReturnType<typeof JSON.parse>;

const link = "https://shop.example/offer";

before(async () => {
  sink = await startSmtpServer({
    keep: "messages",
    on: {
      rcpt: ({ argument }) =>
        argument.includes("nobody") ? "550 5.1.1 There is no such mailbox" : undefined,
    },
  });
  compat = await CompatService.start({ FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` });
  const client = compat.clients()[0] ?? assert.fail();
  await client.call("post", "sender", { body: { Email: "news@shop.example" } });
  const addresses = ["ann@gmail.com", "ben@firm.example", "nobody@firm.example"];
  const sent = await client.call("post", "send", { version: "v3.1", body: messagesTo(addresses) });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const counted = async (wanted: number) => {
    for (let waited = 0; waited < 600; waited++) {
      const [row] = await rows(client, "apikeytotals");
      if (row.DeliveredCount + row.BouncedCount >= wanted) return;
      await pause(100);
    }
    assert.fail("Nothing was counted within a minute.");
  };
  await counted(3);
  const mails = await Promise.all(sink.transactions.map(({ data }) => PostalMime.parse(data ?? "")));
  const click = /href="([^"]*\/c\/[^"]+)"/.exec(mails.map(({ html }) => html ?? "").join())?.[1];
  assert.ok(click);
  const asPerson = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
  const answer = await fetch(click, { redirect: "manual", headers: { ...asPerson, accept: "text/html" } });
  assert.equal(answer.headers.get("location"), link);
  for (let waited = 0; waited < 600; waited++) {
    const links = await rows(client, "toplinkclicked");
    if (links.length > 0) return;
    await pause(100);
  }
  assert.fail("The click was not counted within a minute.");
});
after(async () => {
  await compat?.stop();
  await sink?.close();
});

function messagesTo(addresses: string[]): object {
  return {
    Messages: addresses.map((Email) => ({
      From: { Email: "news@shop.example" },
      To: [{ Email }],
      Subject: "Hello",
      HTMLPart: `<p><a href="${link}">Look</a></p>`,
      CustomCampaign: "spring",
      TrackOpens: "enabled",
      TrackClicks: "enabled",
    })),
  };
}

async function rows(client: MailjetClient, resource: string, call: MailjetCall = {}): Promise<Row[]> {
  const answer = await client.call("get", resource, call);
  assert.equal(answer.status, 200, `${resource}: ${JSON.stringify(answer.body)}`);
  assert.equal(answer.body.Count, answer.body.Data.length);
  return answer.body.Data;
}

for (const index of [0, 1]) {
  const name = ["node-mailjet 6", "node-mailjet 3.4.1"][index] ?? "";
  const client = () => compat.clients()[index] ?? assert.fail();

  test(`${name}: statcounters of a key and a campaign, by slices and for all time`, async () => {
    const [campaign] = await rows(client(), "campaignstatistics");
    const sources = [
      { CounterSource: "APIKey" },
      { CounterSource: "Campaign", SourceID: campaign.CampaignID },
    ];
    for (const source of sources) {
      for (const CounterTiming of ["Message", "Event"]) {
        for (const CounterResolution of ["Highest", "Hour", "Day", "Lifetime"]) {
          const filters = { ...source, CounterTiming, CounterResolution };
          const found = await rows(client(), "statcounters", { filters });
          const sum = (field: string) => found.reduce((total, row) => total + row[field], 0);
          assert.deepEqual(
            [sum("MessageSentCount"), sum("MessageHardBouncedCount"), sum("EventClickedCount"), sum("Total")],
            [2, 1, 1, 3],
            JSON.stringify(filters),
          );
          const isLifetime = CounterResolution === "Lifetime";
          for (const { Timeslice } of found) {
            assert.match(Timeslice, isLifetime ? /^$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
          }
        }
      }
    }
    const short = await rows(client(), "statcounters", { filters: { CounterType: "AML" } });
    assert.equal(short[0].MessageSentCount, 2);
    const lists = { CounterSource: "List", CounterTiming: "Message", CounterResolution: "Day", SourceID: 1 };
    assert.deepEqual(await rows(client(), "statcounters", { filters: lists }), []);
  });

  test(`${name}: statcounters names the parameter that is missing or wrong`, async () => {
    const right = { CounterSource: "APIKey", CounterTiming: "Message", CounterResolution: "Lifetime" };
    const wrong: [object, RegExp][] = [
      [{ ...right, CounterSource: "" }, /CounterSource/],
      [{ ...right, CounterTiming: "Never" }, /CounterTiming/],
      [{ ...right, CounterSource: "Campaign" }, /SourceID/],
      [{ ...right, FromTS: "2026-01-01T00:00:00Z" }, /FromTS/],
      [{ ...right, CounterResolution: "Hour", FromTS: "2020-01-01T00:00:00Z" }, /FromTS and ToTS/],
    ];
    for (const [filters, words] of wrong) {
      const answer = await client().call("get", "statcounters", { filters: { ...filters } });
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.match(answer.body.ErrorMessage, words);
    }
  });

  test(`${name}: campaigns, senders, domains, providers and links have their counts`, async () => {
    const [campaign] = await rows(client(), "campaignstatistics");
    const { ProcessedCount, DeliveredCount, HardBouncedCount, ClickedCount, QueuedCount, CampaignSubject } =
      campaign;
    assert.deepEqual(
      [ProcessedCount, DeliveredCount, HardBouncedCount, ClickedCount, QueuedCount, CampaignSubject],
      [3, 2, 1, 1, 0, "spring"],
    );
    const id = campaign.CampaignID;
    assert.deepEqual(await rows(client(), "campaignstatistics", { id }), [campaign]);
    assert.deepEqual(await rows(client(), "campaignstatistics", { id: "spring" }), [campaign]);
    assert.deepEqual(await rows(client(), "campaignstatistics", { filters: { Spam: true } }), []);
    const [overview] = await rows(client(), "campaignoverview");
    assert.deepEqual([overview.ID, overview.IDType, overview.DeliveredCount], [id, "Campaign", 2]);
    assert.deepEqual(await rows(client(), "campaignoverview", { filters: { Drafts: true } }), []);
    const [tick] = await rows(client(), "campaigngraphstatistics", { filters: { IDS: String(id) } });
    assert.deepEqual([tick.ID, tick.Clickcount], [id, 1]);
    const senders = await rows(client(), "senderstatistics", { filters: { Sent: true } });
    assert.deepEqual(
      senders.map((row) => row.DeliveredCount),
      [2],
    );
    const domains = await rows(client(), "domainstatistics");
    assert.deepEqual(
      domains.map((row) => [row.Domain, row.DeliveredCount, row.BouncedCount]),
      [
        ["firm.example", 1, 1],
        ["gmail.com", 1, 0],
      ],
    );
    const [top] = await rows(client(), "toplinkclicked", { filters: { CampaignID: id } });
    assert.deepEqual([top.Url, top.ClickedCount, top.LinkId > 0], [link, 1, true]);
    const clicks = await rows(client(), "statistics/link-click", { filters: { CampaignId: id } });
    assert.deepEqual(clicks, [
      { ClickedEventsCount: 1, ClickedMessagesCount: 1, PositionIndex: 1, URL: link },
    ]);
    const providers = await rows(client(), "statistics/recipient-esp", { filters: { CampaignId: id } });
    assert.deepEqual(
      providers.map((row) => [row.ESPName, row.AttemptedMessagesCount, row.HardBouncedRate]),
      [
        ["Other", 2, 0.5],
        ["Gmail", 1, 0],
      ],
    );
    const missing = await client().call("get", "statistics/link-click");
    assert.equal(missing.status, 400);
  });

  test(`${name}: sums over everything and over time`, async () => {
    const filters = { CustomCampaign: "spring" };
    const [sum] = await rows(client(), "messagestatistics", { filters });
    assert.deepEqual([sum.ProcessedCount, sum.DeliveredCount, sum.TotalClicksCount], [3, 2, 1]);
    assert.equal((await rows(client(), "openstatistics"))[0].ProcessedCount, 3);
    const graph = await rows(client(), "graphstatistics", { filters: { Scale: "Hour" } });
    assert.equal(
      graph.reduce((total, row) => total + row.DeliveredCount, 0),
      2,
    );
    assert.match(graph[0].RefTimestamp, /Z$/);
    const [none] = await rows(client(), "messagestatistics", { filters: { CustomCampaign: "autumn" } });
    assert.equal(none.ProcessedCount, 0);
  });

  test(`${name}: bounces and messages are listed; what readers do is told of nobody who has not agreed`, async () => {
    const bounces = await rows(client(), "bouncestatistics");
    assert.deepEqual(
      bounces.map((row) => [row.StateID, row.IsBlocked, row.IsStatePermanent, row.ContactID > 0]),
      [[1, false, true, true]],
    );
    const [message] = await rows(client(), "messagesentstatistics", {
      filters: { MessageStatus: "hardbounced" },
    });
    assert.deepEqual(
      [message.ToEmail, message.Bounce, message.BounceReason, message.Sent],
      ["nobody@firm.example", true, "user unknown", false],
    );
    for (const resource of ["openinformation", "clickstatistics"]) {
      assert.deepEqual(await rows(client(), resource), [], resource);
    }
  });

  test(`${name}: what there is none of answers as for an empty account`, async () => {
    const empty = ["contactstatistics", "listrecipientstatistics", "liststatistics", "geostatistics"];
    const others = [
      "useragentstatistics",
      "useragent",
      "useractivity",
      "contactactivity",
      "activitycounters",
    ];
    for (const resource of [...empty, ...others, "aggregategraphstatistics"]) {
      assert.deepEqual(await rows(client(), resource), [], resource);
    }
    const unknown = await client().call("get", "contactstatistics", { id: "ann@gmail.com" });
    assert.equal(unknown.status, 404);
    assert.equal(unknown.body.ErrorMessage, "Object not found");
    const refused = await client().call("post", "graphstatistics", { body: {} });
    assert.equal(refused.status, 405);
  });
}
