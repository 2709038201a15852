export { meaningOfReport } from "./bounce-meaning.ts";
export { claimDuePosts, type ParsePost, settlePost } from "./parse-posts.ts";
export {
  addParseRoute,
  changeParseRoute,
  listParseRoutes,
  type ParseRoute,
  type ParseRouteContext,
  removeRoutesOf,
} from "./parse-route.ts";
export { countWaitingPosts, deleteParseRoute } from "./parse-store.ts";
export { holdings as inboundHoldings } from "./privacy.ts";
export { findParseTarget, type ParseMail, type ParseTarget, takeParseMail } from "./take-parse.ts";
export { type InboundContext, type TakenReport, takeComplaints, takeReport } from "./take-report.ts";
export { takeUnsubscription } from "./take-unsubscription.ts";
