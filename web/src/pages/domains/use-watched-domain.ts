import { useEffect, useRef } from "react";
import { type Domain, useCheckDomain, useDomains } from "../../api/domains.ts";

// A record that has just been published is seen soon, and the resolvers are not asked without end.
const lookEveryMs = 20_000;

export interface WatchedDomain {
  domain: Domain | null;
  isChecking: boolean;
  error: Error | null;
  look: () => void;
}

/** A domain whose records are looked at while the page is open and seen, until it is verified. */
export function useWatchedDomain(name: string): WatchedDomain {
  const { data: domains = [] } = useDomains();
  const check = useCheckDomain();
  const domain = domains.find((each) => each.name === name) ?? null;
  const isPending = domain?.state === "pending";
  const { mutate } = check;
  const hasLooked = useRef(false);
  const isNew = domain !== null && domain.checkedAt === null;
  useEffect(() => {
    if (!isNew || hasLooked.current) return;
    hasLooked.current = true;
    mutate(name);
  }, [isNew, name, mutate]);
  useEffect(() => {
    if (!isPending) return;
    const timer = window.setInterval(() => {
      if (!document.hidden) mutate(name);
    }, lookEveryMs);
    return () => window.clearInterval(timer);
  }, [isPending, name, mutate]);
  return { domain, isChecking: check.isPending, error: check.error, look: () => mutate(name) };
}
