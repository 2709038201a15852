import { type MessageReason, messageReasons as reasons } from "./reasons.ts";
import type { Meaning } from "./reply-status.ts";
import type { Scope } from "./scope.ts";

interface Phrase extends Meaning {
  /** It speaks of us. Whatever else such a reply says, it says nothing of the recipient. */
  blamesUs: boolean;
  words: string[];
  /** The same for what words alone cannot tell; null for nothing. */
  pattern: RegExp | null;
  /** It speaks of how much the mailbox gets at the moment: the mailbox is alive, whatever the status says. */
  speaksOfRate: boolean;
}

// What servers write where the code is silent or too general. Lower case, in order: the first that occurs decides. What
// speaks of us stands first, since a block list's text may say "mailbox unavailable" too.
const phrases: readonly Phrase[] = [
  ours("source", reasons.blacklisted)`
    blocklist | block list | block-list | block listed | blacklist | black list | black-list | banned |
    denylist | deny list | spamhaus | barracudacentral | sorbs | spamcop | senderscore | uribl | dnsbl |
    dnsbls | rbl | rbls | blocked using | listed at | listed in | listed on | listed by`,
  ours("source", reasons.policyIssue)`
    unusual rate | unusual sending`,
  ours("sender", reasons.policyIssue)`
    dmarc | spf | dkim | unauthenticated`,
  ours("source", reasons.policyIssue)`
    reputation | client host | client address | connecting host | sending host | sending server |
    sending ip | sending mta | originating ip | ip address | your ip | your host | your server |
    your mail server | your network | your isp | your internet service provider | ask your postmaster | ip blocked |
    blocked ip | ip frequency | dynamic ip | reverse dns | reverse hostname | rdns | ptr | helo | ehlo |
    not allowed to connect | connection refused | connections will not | connections not accepted |
    connection rejected | your access to | your access has | user complaints | geographical`,
  ours("sender", reasons.senderBlocked)`
    sender | sending domain | domain frequency | your domain | originator | return path | return-path |
    mail from | from address | from header | from domain | verification failed for |
    callout verification | domain owner | not authorized to send | badmailfrom`,
  ours("source", reasons.policyIssue)`
    policy | sending guidelines`,
  ours("us", reasons.policyIssue)`
    your account | authentication required | must authenticate | auth required | starttls |
    tls required`,
  busy("recipient", reasons.policyIssue)`
    receiving mail at a rate | receiving mail too quickly | receiving messages at a rate |
    receiving messages too quickly | receiving too many messages | receiving too much mail |
    mailbox receive rate`,
  busy("destination", reasons.greylisted)`
    greylist | graylist | grey-list | gray-list | grey list | gray list`,
  theirs("recipient", reasons.quotaExceeded)`
    quota | overquota | mailbox full | mailbox is full | mail box full | inbox full | inbox is full |
    full mailbox | over limit | insufficient storage | storage allocation | storage space |
    storage limit | out of storage | boite pleine | too many messages on the server`,
  busy("destination", reasons.policyIssue)`
    rate limit | rate-limit | ratelimit | too many | throttl | temporarily deferred | try again |
    try later | too quickly | at a rate | frequency limited | slow down | server busy | too fast |
    too frequent | resend your message | plus tard`,
  theirs("content", reasons.contentBlocked)`
    spam | unsolicited | bulk mail | junk | junkmail | virus | malware | phish | phishing | infected |
    content | message content | mail content | attachment | security issue | suspicious | too large |
    too big | message size | size limit | size exceed | mail rejected | message refused | ofr_506`,
  theirs("destination", reasons.relayDenied)`
    relaying | relay access | relay not | relay denied | relay is not | to relay | not relay |
    rcpthosts | no relay | not hosted here | not a local domain`,
  dead(reasons.mailboxInactive)`
    is disabled | has been disabled | been disabled or | account disabled | user disabled |
    disabled user | mailbox disabled | disabled mailbox | is inactive | not active | inactive user |
    inactive account | account inactive | user inactive | mailbox inactive | inactive mailbox |
    account suspended | user suspended | has been suspended | is suspended | deactivated |
    discontinued | account closed | account is closed | mailbox closed | expired account |
    account expired | account has expired | no longer active | no longer valid | no longer exists |
    no longer available | no longer in use | no longer accepts | no longer works | no longer with |
    no longer employed | no longer here`,
  // Yahoo's "This user doesn't have a yahoo.com account". What else is not there (a valid MX, a Date, a PTR record, room
  // left) says nothing of whether the mailbox is.
  {
    ...dead(reasons.userUnknown)``,
    pattern:
      /\b(?:does not|doesn't|doesnt) have an? (?:[\w.-]{1,63} ){0,3}(?:account|mailbox|mail box|inbox)\b(?! (?:quota|size|limit|plan|rule|policy))/,
  },
  // The last two are Microsoft 365's answer for addresses that are not in the directory; with another status than 5.4.1
  // they may be a rule of Postfix.
  dead(reasons.userUnknown)`
    user unknown | unknown user | user is unknown | no such user | no such recipient | no such mailbox |
    no such person | no such account | no such address | unknown recipient | recipient unknown |
    recipient not found | recipient is unknown | user not found | user not exist | does not exist |
    doesn't exist | invalid recipient | recipient is invalid | recipient invalid | not a valid recipient | not a valid user | not a valid mailbox |
    invalid mailbox | invalid user | user invalid | no mailbox | mailbox not found |
    mailbox unavailable | mailbox unknown | unknown mailbox | unknown or illegal alias |
    unknown local part | unknown address | address unknown | addressee unknown | not our customer |
    unrouteable address | unroutable address | no user record | not a known user |
    not listed in domino | utilisateur inconnu | destinataire invalide | destinataire inconnu |
    adresse inconnue | benutzer nicht bekannt | empfaenger unbekannt |
    4.1 recipient address rejected: access denied | 4.1 all recipient addresses rejected`,
  theirs("source", reasons.policyIssue)`
    access denied | blocked | denied | not in whitelist | not whitelisted | not accepted for`,
];

function ours(scope: "source" | "sender" | "us", reason: MessageReason) {
  return (list: TemplateStringsArray): Phrase => ({
    blamesUs: true,
    scope,
    reason,
    isHard: false,
    words: wordsOf(list),
    pattern: null,
    speaksOfRate: false,
  });
}

function theirs(scope: Scope, reason: MessageReason) {
  return (list: TemplateStringsArray): Phrase => ({
    blamesUs: false,
    scope,
    reason,
    isHard: false,
    words: wordsOf(list),
    pattern: null,
    speaksOfRate: false,
  });
}

function busy(scope: Scope, reason: MessageReason) {
  return (list: TemplateStringsArray): Phrase => ({ ...theirs(scope, reason)(list), speaksOfRate: true });
}

function dead(reason: MessageReason) {
  return (list: TemplateStringsArray): Phrase => ({ ...theirs("recipient", reason)(list), isHard: true });
}

function wordsOf(list: TemplateStringsArray): string[] {
  return list
    .join("")
    .split("|")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Finds what the words of a refusal speak of.
 *  @param text lower case, without addresses: their words are the recipient's own */
export function findPhrase(text: string): Readonly<Phrase> | undefined {
  return phrases.find(
    ({ words, pattern }) => words.some((word) => hasWord(text, word)) || pattern?.test(text) === true,
  );
}

// Short words end where no letter follows: "rbl" is not in "marble" and "spam" not in "spammer". Long ones are stems.
const boundedLengthMax = 5;

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isStart = at === 0 || !isLetter(text.charCodeAt(at - 1));
    const isEnd = word.length > boundedLengthMax || !isLetter(text.charCodeAt(at + word.length));
    if (isStart && isEnd) return true;
  }
  return false;
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}
