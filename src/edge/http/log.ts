/** The part of the service's log that this edge writes to: an event's name and ids, never what a person wrote. */
export interface HttpLog {
  info(event: string, fields: Record<string, unknown>): void;
  warn(event: string, fields: Record<string, unknown>): void;
  error(event: string, fields: Record<string, unknown>): void;
}
