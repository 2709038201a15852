export { textOfPart } from "./part-text.ts";
export { readReport } from "./read-report.ts";
export type { Complaint, OriginalFields, ReadReport, ReportedAction, ReportedRecipient } from "./report.ts";
export { writeReport } from "./write-report.ts";
