import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TestService } from "../support/service.ts";

/** What V8's sampling profiler saw: how long each place of the source was at work itself. */
export interface CpuProfile {
  /** Milliseconds of the main thread, by place. */
  places: Map<string, number>;
  busyMs: number;
}

/** The service's inspector, opened while it runs. */
export interface Inspector {
  startProfile(): Promise<void>;
  stopProfile(): Promise<CpuProfile>;
  close(): void;
}

/** The setting under which the service's inspector finds a port of its own. */
export const inspectorEnv = { NODE_OPTIONS: "--inspect-port=127.0.0.1:0" };

const samplingMicroseconds = 500;
const patienceMs = 10_000;

/** Asks the service to open its inspector, as any process of Node does on SIGUSR1, and connects to it. */
export async function openInspector(service: TestService): Promise<Inspector> {
  process.kill(service.pid, "SIGUSR1");
  const until = performance.now() + patienceMs;
  let url: string | undefined;
  while (url === undefined) {
    if (performance.now() > until) throw new Error("The service did not open its inspector.");
    await pause(20);
    url = /Debugger listening on (ws:\S+)/.exec(service.output)?.[1];
  }
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("The inspector does not answer.")));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let next = 1;
  const ask = (method: string, params: Record<string, unknown> = {}): Promise<unknown> =>
    new Promise((resolve) => {
      const id = next++;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: samplingMicroseconds });
  return {
    startProfile: async () => void (await ask("Profiler.start")),
    stopProfile: async () => summarise(((await ask("Profiler.stop")) as { profile: RawProfile }).profile),
    close: () => socket.close(),
  };
}

interface RawProfile {
  nodes: RawNode[];
  samples: number[];
  timeDeltas: number[];
}

interface RawNode {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: number[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));

function summarise({ nodes, samples, timeDeltas }: RawProfile): CpuProfile {
  const placeOf = placesOf(nodes);
  const places = new Map<string, number>();
  let busyMs = 0;
  for (const [index, sample] of samples.entries()) {
    const place = placeOf.get(sample) ?? "";
    if (place === "(idle)") continue;
    const ms = Math.max(0, timeDeltas[index] ?? 0) / 1000;
    busyMs += ms;
    places.set(place, (places.get(place) ?? 0) + ms);
  }
  return { places, busyMs };
}

// What Node itself does, such as a write to a socket, is put down to the function of ours or of a package that wants it.
function placesOf(nodes: readonly RawNode[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map<number, string>();
  const name = (node: RawNode, caller: string): void => {
    const { functionName, url } = node.callFrame;
    const isOfNode = url === "" || url.startsWith("node:");
    const isOfV8 = functionName.startsWith("(");
    const what = isOfNode ? functionName : `${fileOf(url)} ${functionName}`;
    const place = isOfNode && !isOfV8 && caller !== "" ? caller : what;
    places.set(node.id, place);
    for (const child of node.children ?? []) {
      const next = byId.get(child);
      if (next !== undefined) name(next, isOfV8 ? "" : place);
    }
  };
  const [first] = nodes;
  if (first !== undefined) name(first, "");
  return places;
}

function fileOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url).replace(root, "") : url;
}
