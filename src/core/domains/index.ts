export { adviceCodes } from "./advice.ts";
export { SenderBook, type SenderVerdict } from "./book.ts";
export {
  type CheckSubject,
  dkimRecord,
  ed25519Record,
  type OperatorNames,
  ownershipRecord,
  spfRecord,
} from "./check.ts";
export {
  type ConfirmationLink,
  confirmationHours,
  confirmSender,
  expectConfirmation,
  isConfirmationFresh,
  lookAtConfirmation,
  makeConfirmation,
  readConfirmation,
  writeConfirmation,
} from "./confirmation.ts";
export { type ConfirmationMail, writeConfirmationMail } from "./confirmation-mail.ts";
export {
  addDomain,
  approveDomain,
  type DomainContext,
  type DomainWish,
  lookAtDomain,
  parseDomain,
  recordCheck,
  subjectOf,
} from "./domain.ts";
export { holdings as domainHoldings } from "./privacy.ts";
export { removeDomain } from "./remove-domain.ts";
export { type CheckItem, type DomainReport, openReport } from "./report.ts";
export {
  addSender,
  openSender,
  resealSender,
  type Sender,
  type SenderWish,
  senderLookup,
} from "./sender.ts";
export {
  clearDefault,
  type SenderChange,
  type SenderKind,
  type SenderRow,
  type SenderState,
  selectSender,
  selectSenderIdsOfDomain,
  selectSenders,
  updateSender,
} from "./sender-store.ts";
export {
  type DomainRow,
  deleteDomain,
  selectDomain,
  selectDomains,
  selectDueDomains,
} from "./store.ts";
