import { generateKeyPairSync, sign } from "node:crypto";

const signatures = 1500;
// What DKIM signs of a message like those sent here: its fields in canonical form.
const signedBytes = 900;

/** Processor seconds of one bare RSA-2048 signature with a key that is ready: what no sender with DKIM can go below. */
export function signatureCpuSeconds(): number {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const bytes = Buffer.alloc(signedBytes, "x");
  for (let index = 0; index < 100; index++) sign("sha256", bytes, privateKey);
  const begin = process.cpuUsage();
  for (let index = 0; index < signatures; index++) sign("sha256", bytes, privateKey);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6 / signatures;
}
