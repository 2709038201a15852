import type { Variable } from "./variable.ts";

/** Who runs the service, as the policy names them. */
export const operatorVariables = {
  operatorName: {
    name: "FACTEUR_OPERATOR_NAME",
    group: "operator",
    meaning: "Who runs the service, as the privacy policy names it. Required in production.",
    example: "Example Association",
    fallback: null,
    absence: "not named; development only",
  },
  operatorAddress: {
    name: "FACTEUR_OPERATOR_ADDRESS",
    group: "operator",
    meaning:
      "The mail address where the operator answers, for people who use their rights. Required in production.",
    example: "privacy@example.org",
    fallback: null,
    absence: "not named; development only",
  },
  operatorPostal: {
    name: "FACTEUR_OPERATOR_POSTAL",
    group: "operator",
    meaning: "The operator's postal address, on one line. Required in production.",
    example: "1 rue de la Poste, 75001 Paris",
    fallback: null,
    absence: "not named; development only",
  },
  operatorCountry: {
    name: "FACTEUR_OPERATOR_COUNTRY",
    group: "operator",
    meaning: "The operator's country, as two letters of ISO 3166. Required in production.",
    example: "FR",
    fallback: null,
    absence: "not named; development only",
  },
  dataCountry: {
    name: "FACTEUR_DATA_COUNTRY",
    group: "operator",
    meaning:
      "The country where this server and its database stand, as two letters. The policy promises that data stays in the European Union (promise P108), so production refuses a country outside it. The value is a statement of the operator: the register shows it, the software cannot verify it.",
    example: "FR",
    fallback: null,
    absence: "the same as FACTEUR_OPERATOR_COUNTRY",
  },
  operatorRegister: {
    name: "FACTEUR_OPERATOR_REGISTER",
    group: "operator",
    meaning: "The operator's legal form and number in a public register, on one line, for the policy.",
    example: "Association loi 1901, RNA W751234567",
    fallback: null,
    absence: "the policy shows none",
  },
  operatorAuthority: {
    name: "FACTEUR_OPERATOR_AUTHORITY",
    group: "operator",
    meaning: "The supervisory authority that people can complain to, with its address, on one line.",
    example: "CNIL, 3 place de Fontenoy, 75007 Paris, www.cnil.fr",
    fallback: null,
    absence: "the policy says which authority the law gives people",
  },
  operatorDeclarations: {
    name: "FACTEUR_OPERATOR_DECLARATIONS",
    group: "operator",
    meaning:
      "Numbers under which the operator is registered with the data protection authority, on one line.",
    example: "DPO-12345",
    fallback: null,
    absence: "the policy shows none: since 2018 most operators need none",
  },
} satisfies Record<string, Variable>;
