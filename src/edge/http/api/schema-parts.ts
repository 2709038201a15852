import { type TSchema, Type } from "typebox";

/** One of a list of words. */
export function oneOf<const Words extends readonly string[]>(words: Words, description?: string) {
  return Type.Unsafe<Words[number]>({
    type: "string",
    enum: [...words],
    ...(description === undefined ? {} : { description }),
  });
}

/** An object without unknown properties: a misspelt name is a mistake to be told of, not to be ignored. */
export function closed<P extends Record<string, TSchema>>(properties: P, description?: string) {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });
}

/** Either a value or null. */
export function nullable<S extends TSchema>(schema: S, description?: string) {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
}

/** An id: a string, since it has more digits than a JavaScript number can hold. */
export const Id = Type.String({
  pattern: "^[1-9][0-9]{0,18}$",
  description: "A number of up to 63 bits, as a string.",
});

/** An instant in UTC. */
export const Instant = Type.String({ format: "date-time" });
