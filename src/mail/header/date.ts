const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
// RFC 5322 §3.3: four digits or more, 1900 or later; no reader expects five.
const yearMin = 1900;
const yearMax = 9999;

/** Formats a date for the Date field, in UTC: the time zone of a server says nothing about the author.
 *  @throws RangeError for an invalid date and for years outside 1900 to 9999
 *  @see RFC 5322 §3.3
 *  @example formatDate(new Date(0)) // "Thu, 01 Jan 1970 00:00:00 +0000" */
export function formatDate(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= yearMin && year <= yearMax)) throw new RangeError("No date that a message can bear");
  const day = `${days[date.getUTCDay()]}, ${twoDigits(date.getUTCDate())} ${months[date.getUTCMonth()]} ${year}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(":");
  return `${day} ${time} +0000`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
