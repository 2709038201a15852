import type { messageReasons } from "../reasons.ts";
import type { Scope } from "../scope.ts";

/** What a server answered, and what it must be taken for. */
export interface RealReply {
  stage: "mail" | "rcpt" | "data" | "final";
  /** The reply as it stands on the wire; long explanations are shortened. */
  line: string;
  scope: Scope;
  reason: keyof typeof messageReasons;
  isHard: boolean;
}

// Each server's own words, as its operators or those who received them have published them: stage, scope, reason,
// whether the address is dead, and the reply.
const table = `
# Gmail
rcpt recipient userUnknown hard 550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos. https://support.google.com/mail/?p=NoSuchUser
rcpt recipient mailboxInactive hard 550 5.2.1 The email account that you tried to reach is disabled. https://support.google.com/mail/?p=DisabledUser
rcpt recipient mailboxInactive hard 550 5.2.1 The email account that you tried to reach is inactive.
rcpt recipient quotaExceeded soft 452 4.2.2 The recipient's inbox is out of storage space. https://support.google.com/mail/?p=OverQuotaTemp
rcpt recipient quotaExceeded soft 552 5.2.2 The email account that you tried to reach is over quota.
rcpt recipient policyIssue soft 450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.
rcpt recipient policyIssue soft 550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered. https://support.google.com/mail/?p=ReceivingRatePerm
rcpt recipient policyIssue soft 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered. Please resend your message at a later time. https://support.google.com/mail/?p=ReceivingRate
final recipient mailboxInactive soft 550 5.2.1 Mailbox busy: too many messages in a short time, try again later.
final sender policyIssue soft 550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.
final sender policyIssue soft 550 5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy.
final content contentBlocked soft 550 5.7.1 [192.0.2.1 18] Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.
final source policyIssue soft 421 4.7.0 [192.0.2.1 15] Our system has detected an unusual rate of unsolicited mail originating from your IP address.
final source policyIssue soft 421 4.7.28 Gmail has detected an unusual rate of mail originating from your DKIM domain. It has been temporarily rate limited.
final source policyIssue soft 550 5.7.25 The IP address sending this message does not have a PTR record setup.
final content contentBlocked soft 552 5.7.0 This message was blocked because its content presents a potential security issue.
final content contentBlocked soft 550 5.7.1 This message is not RFC 5322 compliant, the issue is: duplicate headers. To reduce the amount of spam sent to Gmail this message has been blocked.
rcpt source policyIssue soft 550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibited the mail that you sent.
# Outlook.com and Microsoft 365
rcpt recipient userUnknown hard 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).
mail source blacklisted soft 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).
rcpt recipient userUnknown hard 550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR01FT031.eop-EUR01.prod.protection.outlook.com]
rcpt recipient userUnknown hard 550 5.4.1 All recipient addresses rejected : Access denied [VE1EUR03FT003.eop-EUR03.prod.protection.outlook.com]
rcpt source blacklisted soft 550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/
rcpt source blacklisted soft 550 5.7.511 Access denied, banned sender[192.0.2.1]. To request removal forward this message to the delisting desk.
final sender senderBlocked soft 550 5.7.515 Access denied, sending domain EXAMPLE.ORG does not meet the required authentication level.
final sender policyIssue soft 550 5.7.509 Access denied, sending domain [EXAMPLE.ORG] does not pass DMARC verification and has a DMARC policy of reject.
rcpt source policyIssue soft 451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.live.com (S775)
rcpt destination policyIssue soft 451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)
final recipient userUnknown hard 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
final recipient quotaExceeded soft 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException
final sender senderBlocked soft 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated
rcpt destination relayDenied soft 550 5.7.64 TenantAttribution; Relay Access Denied [VE1EUR01FT017.eop-EUR01.prod.protection.outlook.com]
final destination systemIssue soft 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded
rcpt destination policyIssue soft 452 4.5.3 Too many recipients (AS780090)
mail destination policyIssue soft 421 RP-001 Unfortunately, some messages from 192.0.2.1 weren't sent because the rate limit was exceeded.
# Yahoo and AOL
rcpt recipient userUnknown hard 554 delivery error: dd This user doesn't have a yahoo.com account (someone@yahoo.com) [0] - mta4023.mail.bf1.yahoo.com
final recipient userUnknown hard 554 delivery error: dd Requested mail action aborted, mailbox not found - mta1088.mail.ne1.yahoo.com
final recipient mailboxInactive hard 554 delivery error: dd Sorry your message cannot be delivered. This account has been disabled or discontinued [#102].
rcpt recipient quotaExceeded soft 552 1 Requested mail action aborted, mailbox <someone@yahoo.com> exceeded storage allocation
mail source policyIssue soft 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes
mail source blacklisted soft 553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list
final source policyIssue soft 554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes
final source policyIssue soft 554 5.7.5 (AU01) Message not accepted for policy reasons.
final sender policyIssue soft 451 4.7.24 The sending IP is not authorised by the sending domain's SPF record
rcpt recipient userUnknown hard 550 5.1.1 <someone@aol.com>: Recipient address rejected: User unknown in relay recipient table
# Apple
rcpt recipient userUnknown hard 550 5.1.1 <someone@icloud.com>: user lookup success but no user record found: 'someone@icloud.com'
rcpt recipient quotaExceeded soft 552 5.2.2 <someone@icloud.com>: user is over quota: 'someone@icloud.com'
final source policyIssue soft 554 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137
mail source blacklisted soft 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.1
rcpt recipient userUnknown hard 550 5.1.0 The recipient does not have a mailbox on this server.
rcpt recipient userUnknown hard 550 This person doesn't have an account here
# What others do not have says nothing of the recipient
final source policyIssue soft 550 5.7.1 The message does not have a valid Date header.
final content contentBlocked soft 554 Message does not have a subject
rcpt source policyIssue soft 550 5.7.1 mx.example.org does not have a matching A record
rcpt recipient userUnknown soft 550 The domain does not have a valid MX record
rcpt recipient mailboxInactive soft 550 5.2.0 The recipient's mailbox does not accept messages from outside the organisation
rcpt recipient quotaExceeded soft 552 5.2.2 The user does not have a mailbox quota large enough for this message
# Orange, Free, La Poste, SFR
rcpt recipient userUnknown hard 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]
rcpt recipient quotaExceeded soft 552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]
final content contentBlocked soft 550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]
mail destination policyIssue soft 421 smtp.orange.fr ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104
mail destination policyIssue soft 421 smtp.orange.fr ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_999
final destination policyIssue soft 550 5.5.0 Service refuse. Veuillez essayer plus tard. service refused, please try later. LPN007_510
final content contentBlocked soft 550 spam detected
final content contentBlocked soft 550 5.7.1 Message content rejected
# GMX, WEB.DE, T-Online, Freenet
rcpt recipient userUnknown hard 550 <someone@gmx.net>: Requested action not taken: mailbox unavailable. For explanation visit https://postmaster.gmx.net/en/error-messages?ip=192.0.2.1&c=hi
mail source blacklisted soft 554 gmx.net (mxgmx104) Nemesis ESMTP Service not available No SMTP service IP address is block listed. For explanation visit https://postmaster.gmx.net/en/case?c=r0201
rcpt sender policyIssue soft 550 <someone@gmx.net>: Reject due to SPF policy. The originating IP of the message is not permitted by the domain owner
final source policyIssue soft 554 Transaction failed Reject due to policy restrictions. For explanation visit https://postmaster.web.de/en/error-messages
rcpt source policyIssue soft 550 Requested action not taken: mailbox unavailable Reject due to policy restrictions.
mail source policyIssue soft 554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for reset. (NOWL)
mail source policyIssue soft 554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.)
rcpt recipient userUnknown hard 550 5.1.1 user unknown
rcpt recipient quotaExceeded soft 552 5.2.2 Over STORAGE quota
rcpt recipient userUnknown hard 550 Benutzer nicht bekannt/User unknown
# Comcast, Mail.ru, Yandex, QQ, NetEase, Zoho
rcpt recipient userUnknown hard 550 5.1.1 Not our Customer
mail source blacklisted soft 554 resimta-po-11v.sys.comcast.net 192.0.2.1 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000010
rcpt recipient userUnknown hard 550 Message was not accepted -- invalid mailbox. Local mailbox someone@mail.ru is unavailable: user not found
final content contentBlocked soft 550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=x or report details
rcpt recipient userUnknown hard 550 5.7.1 No such user!
final source policyIssue soft 451 4.7.1 Sorry, the service is currently unavailable. Please come back later.
rcpt recipient userUnknown hard 550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022
mail source policyIssue soft 550 Ip frequency limited
final content contentBlocked soft 550 Mail content denied
rcpt recipient userUnknown hard 550 User not found: someone@163.com
rcpt content contentBlocked soft 541 5.4.1 Mail rejected by destination domain
rcpt recipient userUnknown hard 550 5.1.1 User does not exist - <someone@zoho.com>
# Mimecast, Proofpoint, Barracuda, Cisco
rcpt recipient userUnknown hard 550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550
mail source policyIssue soft 550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com/docs/DOC-1369#550
rcpt destination policyIssue soft 451 Account inbounds disabled - https://community.mimecast.com/docs/DOC-1369#451
final sender senderBlocked soft 550 Rejected by header based manually Blocked Senders - https://community.mimecast.com/docs/DOC-1369#550
rcpt recipient userUnknown hard 550 5.1.1 User Unknown - psmtp
rcpt source policyIssue soft 550 permanent failure for one or more recipients (someone@example.com:blocked)
rcpt recipient userUnknown soft 550 #5.1.0 Address rejected.
mail source policyIssue soft 554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. If you believe that this failure is in error, please contact the intended recipient
# Postfix
rcpt recipient userUnknown hard 550 5.1.1 <someone@example.com>: Recipient address rejected: User unknown in virtual mailbox table
rcpt recipient userUnknown hard 550 5.1.1 <spf@example.com>: Recipient address rejected: User unknown in local recipient table
rcpt recipient userUnknown soft 450 4.1.1 <someone@example.com>: Recipient address rejected: unverified address: Address verification in progress
rcpt destination greylisted soft 450 4.2.0 <someone@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.com.html
rcpt source policyIssue soft 554 5.7.1 <someone@example.com>: Recipient address rejected: Access denied
rcpt source blacklisted soft 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1
rcpt destination relayDenied soft 554 5.7.1 <someone@example.com>: Relay access denied
rcpt source policyIssue soft 553 5.7.1 <mail.example.org[192.0.2.1]>: Client host rejected: Relaying denied - Your IP identified as spammer.
rcpt source policyIssue soft 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]
rcpt source policyIssue soft 504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname
rcpt sender senderBlocked soft 450 4.1.8 <bounce@example.org>: Sender address rejected: Domain not found
mail destination policyIssue soft 421 4.7.0 mx.example.com Error: too many connections from 192.0.2.1
final content contentBlocked soft 552 5.3.4 Message size exceeds fixed limit
mail destination systemIssue soft 452 4.3.1 Insufficient system storage
final destination systemIssue soft 451 4.3.0 Error: queue file write error
# Exim
rcpt recipient userUnknown hard 550 Unrouteable address
rcpt recipient userUnknown hard 550 No Such User Here
rcpt sender senderBlocked soft 550 Verification failed for <bounce@example.org> Called: 192.0.2.1 Sent: RCPT TO:<bounce@example.org> Response: 550 unknown user Sender verify failed
rcpt destination relayDenied soft 550 relay not permitted
rcpt destination policyIssue soft 451 Temporary local problem - please try later
final source blacklisted soft 550 "JunkMail rejected - mail.example.org [192.0.2.1]:39153 is in an RBL, see https://www.spamhaus.org/query/ip/192.0.2.1"
rcpt us policyIssue soft 550 authentication required
# Sendmail, qmail, Domino
rcpt recipient userUnknown hard 550 5.1.1 <someone@example.com>... User unknown
rcpt sender senderBlocked soft 553 5.1.8 <bounce@example.org>... Domain of sender address bounce@example.org does not exist
rcpt destination relayDenied soft 550 5.7.1 <someone@example.com>... Relaying denied
rcpt recipient userUnknown hard 553 5.3.0 <someone@example.com>... No such user
rcpt recipient userUnknown hard 511 sorry, no mailbox here by that name (#5.1.1 - chkuser)
rcpt destination relayDenied soft 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
mail sender senderBlocked soft 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
rcpt recipient userUnknown hard 550 someone@example.com... No such user
rcpt recipient mailboxInactive hard 550 Account is not active
# Block lists that say "mailbox"
rcpt source blacklisted soft 550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.1 is blacklisted using SPAMHAUS-XBL.
rcpt source blacklisted soft 550 5.1.1 Recipient rejected: 192.0.2.1 listed at zen.spamhaus.org
rcpt recipient userUnknown soft 550 192.0.2.1: mailbox unavailable
rcpt source blacklisted soft 451 Currently Sending Spam See: http://www.sorbs.net/lookup.shtml?192.0.2.1
rcpt us policyIssue soft 535 5.7.13 User account disabled
# One mailbox that is switched off, with words that others say of all they take
rcpt recipient mailboxInactive soft 450 4.2.1 The mailbox is temporarily disabled, please try again later
rcpt recipient mailboxInactive soft 550 5.2.1 Mailbox disabled, please try again later
# Nothing but a code
rcpt recipient userUnknown soft 550
final content contentBlocked soft 554
rcpt destination systemIssue soft 421
mail us protocolIssue soft 503
`;

const stages: readonly string[] = ["mail", "rcpt", "data", "final"];

/** Replies of real servers with what they mean. */
export const realReplies: readonly RealReply[] = table
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [stage = "", scope, reason, hardness = "", ...words] = line.split(" ");
    if (!stages.includes(stage)) throw new Error(`No stage: ${line}`);
    const text = words.join(" ");
    return { stage, scope, reason, line: text, isHard: hardness === "hard" } as RealReply;
  });
