export { SenderBook, type SenderVerdict } from "./book.ts";
export {
  type CheckSubject,
  checkDomain,
  dkimRecord,
  type OperatorNames,
  ownershipRecord,
  spfRecord,
} from "./check.ts";
export {
  addDomain,
  approveDomain,
  type DomainContext,
  lookAtDomain,
  parseDomain,
  recheckHours,
  recordCheck,
  subjectOf,
} from "./domain.ts";
export { holdings as domainHoldings } from "./privacy.ts";
export type { CheckItem, DomainReport } from "./report.ts";
export {
  addSender,
  confirmationHours,
  openSender,
  parseSender,
  type Sender,
  type SenderWish,
  sealSender,
  senderLookup,
} from "./sender.ts";
export {
  clearDefault,
  type SenderChange,
  type SenderKind,
  type SenderRow,
  type SenderState,
  selectSender,
  selectSenders,
  setConfirmation,
  takeConfirmation,
  updateSender,
} from "./sender-store.ts";
export { type DomainRow, deleteDomain, selectDomain, selectDomains, selectDueDomains } from "./store.ts";
