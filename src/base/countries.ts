/** The members of the European Union since 1 February 2020 (ISO 3166-1; Greece is GR there, not EL). */
export const europeanUnion: ReadonlySet<string> = new Set(
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split(" "),
);
