/** What V8 is told where the service runs; the command line of `npm start` says the same. Untold, it takes its measure from the
 *  machine: the space for new objects grows to 128 MB within seconds of load and stays, although hardly 5 MB of it survive a
 *  collection. With 32 MB there are as many collections, since it is the octets of messages outside this space that call for
 *  them, and each takes as long. */
export const v8Flags = ["--max-semi-space-size=16"]; // MB, of which there are two
