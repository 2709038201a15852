/** Writes a mail with CRLF, as it comes in. */
export function mailOf(text: string): Buffer {
  return Buffer.from(text.replace(/\r?\n/g, "\r\n"));
}

/** A report with a machine's part, and the header of the message it is about. */
export function dsnOf(
  status: string,
  { words = "It did not work.", original = "To: ada@example.com" } = {},
): Buffer {
  return mailOf(`From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: b-1-1-x@bounce.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_1"

--=_1

${words}

--=_1
Content-Type: message/delivery-status

${status}

--=_1
Content-Type: text/rfc822-headers

${original}

--=_1--
`);
}

/** A complaint as RFC 5965 has it. */
export function arfOf(feedback: string, original: string): Buffer {
  return mailOf(`From: <abusedesk@example.com>
To: <abuse@example.net>
Subject: FW: Earn money
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 192.0.2.1 on Thu, 8 Mar 2005 14:00:00 EDT.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

${feedback}

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

${original}

Spam Spam Spam
--part1_13d.2e68ed54_boundary--
`);
}
