// Large providers by the domains they give to people. A domain of its own that is hosted by one of them counts as other:
// who hosts it is known at delivery only.
const providers: [name: string, domains: RegExp][] = [
  ["Gmail", /^(gmail|googlemail)\.com$/],
  ["Yahoo", /^((yahoo|ymail|rocketmail|aol|aim)\.[a-z.]+|verizon\.net)$/],
  ["Outlook", /^((outlook|hotmail|live|msn)\.[a-z.]+)$/],
  ["Apple", /^(icloud|me|mac)\.com$/],
  ["GMX and WEB.DE", /^(gmx\.[a-z]+|web\.de)$/],
  ["Orange", /^(orange|wanadoo)\.fr$/],
  ["Free", /^(free|aliceadsl)\.fr$/],
  ["SFR", /^(sfr|neuf|cegetel|club-internet)\.(fr|com)$/],
  ["La Poste", /^laposte\.net$/],
  ["T-Online", /^(t-online|magenta)\.de$/],
  ["Comcast", /^comcast\.net$/],
  ["Proton", /^(proton\.me|protonmail\.com|pm\.me)$/],
];

/** The provider of a recipient domain, by its name; "Other" for everybody else. */
export function providerOf(domain: string): string {
  return providers.find(([, domains]) => domains.test(domain))?.[0] ?? "Other";
}
