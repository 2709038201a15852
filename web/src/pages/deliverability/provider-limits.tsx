import type { ReactNode } from "react";
import type { Status } from "../../api/status.ts";
import { useSpeech } from "../../words/provider.tsx";

// What the providers call themselves; the service names them in one word.
const names: Partial<Record<string, string>> = {
  google: "Google (Gmail)",
  yahoo: "Yahoo, AOL",
  microsoft: "Microsoft (Outlook)",
  apple: "Apple (iCloud)",
  comcast: "Comcast",
  mimecast: "Mimecast",
  orange: "Orange",
  "united-internet": "GMX, WEB.DE, IONOS",
  qq: "QQ",
  netease: "NetEase (163)",
  barracuda: "Barracuda",
};

/** What large providers take at a time, and this service keeps to by itself. */
export function ProviderLimits({ limits }: { limits: Status["limits"] }): ReactNode {
  const { words, format } = useSpeech();
  const texts = words.deliverability;
  return (
    <section className="block">
      <h2>{texts.limits}</h2>
      <p>{texts.limitsText}</p>
      <table className="table table-cards">
        <caption className="unseen">{texts.limits}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.provider}</th>
            <th scope="col" className="number">
              {texts.connections}
            </th>
            <th scope="col" className="number">
              {texts.perConnection}
            </th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ provider, connections, messagesPerConnection }) => (
            <tr key={provider}>
              <th scope="row">{provider === "" ? texts.everybodyElse : (names[provider] ?? provider)}</th>
              <td className="number" data-label={texts.connections}>
                {format.number(connections)}
              </td>
              <td className="number" data-label={texts.perConnection}>
                {format.number(messagesPerConnection)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">{texts.noBlockLists}</p>
    </section>
  );
}
