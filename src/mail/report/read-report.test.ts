import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDeliveryStatus } from "./delivery-status.ts";
import { type ReadReport, readReport } from "./index.ts";
import { arfOf, dsnOf, mailOf } from "./testing/mails.ts";

const fromNobody = { isFromNobody: true };

function bounceIn(octets: Buffer): Extract<ReadReport, { kind: "bounce" }> {
  const report = readReport(octets, fromNobody);
  assert.equal(report.kind, "bounce");
  return report as Extract<ReadReport, { kind: "bounce" }>;
}

// RFC 3464 Appendix D: the examples of the standard, read to the letter.
test("the examples of RFC 3464 are read exactly", () => {
  const timedOut = bounceIn(
    mailOf(`Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Message-Id: <199407072116.RAA14128@CS.UTK.EDU>
Subject: Returned mail: Cannot send message for 5 days
To: <owner-info-mime@cs.utk.edu>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="RAA14128.773615765/CS.UTK.EDU"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400
from root@localhost

   ----- The following addresses had delivery problems -----
<louisl@larry.slip.umd.edu>  (unrecoverable error)

--RAA14128.773615765/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;louisl@larry.slip.umd.edu
Final-Recipient: rfc822;louisl@larry.slip.umd.edu
Action: failed
Status: 4.0.0
Diagnostic-Code: smtp; 426 connection timed out
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]
--RAA14128.773615765/CS.UTK.EDU--
`),
  );
  assert.equal(timedOut.isStandard, true);
  assert.deepEqual(timedOut.recipients, [
    {
      action: "failed",
      address: "louisl@larry.slip.umd.edu",
      originalAddress: "louisl@larry.slip.umd.edu",
      status: "4.0.0",
      replyCode: 426,
      text: "426 connection timed out",
      host: "cs.utk.edu",
    },
  ]);
  const several = readDeliveryStatus(`Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;arathib@vnet.ibm.com
Final-Recipient: rfc822;arathib@vnet.ibm.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;
 550 'arathib@vnet.IBM.COM' is not a registered gateway user
Remote-MTA: dns; vnet.ibm.com

Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Action: delayed
Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown
Remote-MTA: dns; sdcc13.ucsd.edu
`);
  assert.deepEqual(
    several.map(({ action, address, status, replyCode, host }) => [action, address, status, replyCode, host]),
    [
      ["failed", "arathib@vnet.ibm.com", "5.0.0", 550, "vnet.ibm.com"],
      ["delayed", "johnh@hpnjld.njd.hp.com", "4.0.0", null, "cs.utk.edu"],
      ["failed", "wsnell@sdcc13.ucsd.edu", "5.0.0", 550, "sdcc13.ucsd.edu"],
    ],
  );
  assert.deepEqual(
    readDeliveryStatus(`Reporting-MTA: dns; sun2.nsfnet-relay.ac.uk

Final-Recipient: rfc822;thomas@de-montfort.ac.uk
Status: 4.0.0 (unknown temporary failure)
Action: delayed
`).map(({ action, address, status }) => [action, address, status]),
    [["delayed", "thomas@de-montfort.ac.uk", "4.0.0"]],
  );
});

test("the examples of RFC 5965 are read exactly", () => {
  const short = readReport(
    arfOf(
      "Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1",
      "From: <somespammer@example.net>",
    ),
    fromNobody,
  );
  assert.ok(short.kind === "complaint");
  assert.deepEqual(short.complaint, {
    feedbackType: "abuse",
    mailFrom: null,
    recipients: [],
    userAgent: "SomeGenerator/1.0",
  });
  const long = readReport(
    arfOf(
      `Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
Original-Rcpt-To: <user@example.com>
Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
Reporting-MTA: dns; mail.example.com
Source-IP: 192.0.2.1
Authentication-Results: mail.example.com;
               spf=fail smtp.mail=somespammer@example.com
Reported-Domain: example.net
Reported-Uri: http://example.net/earn_money.html
Reported-Uri: mailto:user@example.com
Removal-Recipient: user@example.com`,
      "From: <somespammer@example.net>\nReceived: from mailserver.example.net\nMessage-ID: 8787KJKJ3K4J3K4J3K4J3.mail@example.net",
    ),
    fromNobody,
  );
  assert.ok(long.kind === "complaint");
  assert.deepEqual(
    [long.complaint.mailFrom, long.complaint.recipients],
    ["somespammer@example.net", ["user@example.com"]],
  );
  assert.deepEqual(long.original.get("message-id"), ["8787KJKJ3K4J3K4J3K4J3.mail@example.net"]);
});

test("reports without a machine's part are read by their words", () => {
  const qmail = bounceIn(
    mailOf(`From: MAILER-DAEMON@mx.example.net
To: b-1-1-x@bounce.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.net>:
192.0.2.3 does not like recipient.
Remote host said: 550 5.1.1 No such user here
Giving up on 192.0.2.3.

--- Below this line is a copy of the message.

Return-Path: <b-1-1-x@bounce.example.org>
To: ada@example.net
Subject: 450 reasons to buy
`),
  );
  assert.equal(qmail.isStandard, false);
  const [told] = qmail.recipients;
  assert.deepEqual(
    [told?.action, told?.address, told?.status, told?.replyCode],
    ["failed", "ada@example.net", "5.1.1", 550],
  );
  const exim = bounceIn(
    mailOf(`From: Mail Delivery System <Mailer-Daemon@mx.example.net>
X-Failed-Recipients: ada@example.net
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.net
    host mx2.example.net [192.0.2.4]
    SMTP error from remote mail server after RCPT TO:<ada@example.net>:
    552 5.2.2 Over quota
`),
  );
  assert.deepEqual(
    exim.recipients.map(({ address, status, replyCode }) => [address, status, replyCode]),
    [["ada@example.net", "5.2.2", 552]],
  );
});

test("delays, answers of programs and letters of people are told apart from bounces", () => {
  const delayed = bounceIn(
    mailOf(`From: Mail Delivery System <Mailer-Daemon@mx.example.net>
Subject: Warning: message delayed 24 hours

A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue.
No action is required on your part. Delivery attempts will continue for some time.
`),
  );
  assert.deepEqual(
    delayed.recipients.map(({ action }) => action),
    ["delayed"],
  );
  const conditional = bounceIn(
    mailOf(`From: Mail Delivery System <Mailer-Daemon@mx.example.net>
Subject: Delivery status of your message

This is a warning only. Your message to ada@example.com waits here.
If it cannot be delivered within 3 days, you will be told.
`),
  );
  assert.equal(conditional.recipients[0]?.action, "delayed");
  const over = bounceIn(
    mailOf(`From: Mail Delivery System <Mailer-Daemon@mx.example.net>
Subject: Delivery status of your message

Your message was delayed. It could not be delivered to ada@example.com.
`),
  );
  assert.equal(over.recipients[0]?.action, "failed");
  const kindOf = (header: string) =>
    readReport(mailOf(`From: ada@example.com\n${header}\n\nHello.\n`), fromNobody).kind;
  assert.equal(kindOf("Subject: Out of office\nAuto-Submitted: auto-replied"), "automatic");
  assert.equal(kindOf("Subject: Réponse automatique : Hello"), "automatic");
  assert.equal(kindOf("Subject: Hello\nX-Autoreply: yes"), "automatic");
  assert.equal(kindOf("Subject: Re: Hello\nAuto-Submitted: no"), "other");
  assert.equal(
    readReport(
      dsnOf(
        "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ada@example.com\nAction: relayed\nStatus: 2.0.0",
      ),
      fromNobody,
    ).kind,
    "bounce",
  );
});

test("answers of programs are no bounces, whatever the subject is that they repeat", () => {
  const kindOf = (text: string, isFromNobody = true) => readReport(mailOf(text), { isFromNobody }).kind;
  const jane = "From: Jane Roe <jane@example.com>\n";
  assert.equal(
    kindOf(
      `${jane}Subject: Automatic reply: Delivery status of your order 123\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n\nI am out of the office until Monday.\n`,
    ),
    "automatic",
  );
  assert.equal(
    kindOf(
      `${jane}Subject: Read: Delivery notification\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nYour message was read.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jane@example.com\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n`,
    ),
    "automatic",
  );
  assert.equal(
    kindOf(
      `${jane}Subject: Automatic reply: Your delivery status\n\nJane Roe (jane@example.com) is no longer with the sales team.\n`,
    ),
    "automatic",
  );
  assert.equal(
    kindOf(
      `${jane}Subject: Re: Your delivery was delayed\nAuto-Submitted: auto-replied\n\nI am on leave, ask in room 450 please.\n`,
    ),
    "automatic",
  );
});

test("words are a bounce only where a server writes them, and tell of a failure", () => {
  const kindOf = (from: string, words: string, isFromNobody: boolean) =>
    readReport(mailOf(`From: ${from}\nSubject: Delivery status\n\n${words}\n`), { isFromNobody }).kind;
  assert.equal(kindOf("jane@example.com", "It was rejected: 550 5.1.1 no such user", false), "other");
  assert.equal(kindOf("jane@example.com", "Thank you for the parcel.", true), "other");
  assert.equal(kindOf("jane@example.com", "It was rejected: 550 5.1.1 no such user", true), "bounce");
  assert.equal(kindOf("MAILER-DAEMON@mx.example", "ada@example.com: user unknown", false), "bounce");
});

test("nothing that a stranger sends breaks the reader, and it answers in time", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      "\r\n",
      "\r\n\r\n",
      "From: mailer-daemon@x\r\n",
      "Content-Type: multipart/report; boundary=b\r\n",
      "--b\r\n",
      "--b--\r\n",
      "Content-Type: message/delivery-status\r\n\r\n",
      "Content-Type: message/feedback-report\r\n\r\n",
      "Content-Transfer-Encoding: base64\r\n",
      "Final-Recipient: rfc822;a@b.example\r\n",
      "Action: failed\r\n",
      "Status: 5.1.1\r\n",
      "Diagnostic-Code: smtp; 550 5.1.1 no\r\n",
      "Feedback-Type: abuse\r\n",
      "<ada@example.net>:\r\n",
      "Received: x\r\n",
      "-----\r\n",
    ),
  );
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      kinds.add(readReport(Buffer.from(pieces.join(""), "utf8"), fromNobody).kind);
    }),
    { numRuns: 500 },
  );
  assert.ok(kinds.has("bounce") && kinds.has("other"));
  const hostile = [
    " ".repeat(200_000),
    "-".repeat(200_000),
    "550 ".repeat(50_000),
    "<a@b>:\n".repeat(30_000),
    "=_-* ".repeat(40_000),
  ];
  for (const text of hostile)
    readReport(mailOf(`From: mailer-daemon@x.example\nSubject: failure notice\n\n${text}`), fromNobody);
});
