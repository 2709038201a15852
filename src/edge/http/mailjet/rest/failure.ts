/** A request that Mailjet's API refuses in words of its own. Handlers throw it; the engine answers with it. */
export class RestFailure extends Error {
  readonly status: number;
  /** A text, or an object with the error of each property. */
  readonly info: unknown;
  /** For the newer services: the code and the properties concerned. */
  readonly code: string | undefined;
  readonly relatedTo: string[] | undefined;

  constructor(
    status: number,
    message: string,
    more: { info?: unknown; code?: string; relatedTo?: string[] } = {},
  ) {
    super(message);
    this.name = "RestFailure";
    this.status = status;
    this.info = more.info ?? "";
    this.code = more.code;
    this.relatedTo = more.relatedTo;
  }
}

/** There is no object with this id or key. */
export function objectNotFound(): RestFailure {
  return new RestFailure(404, "Object not found");
}

/** The object exists and does not offer this. */
export function methodNotAllowed(): RestFailure {
  return new RestFailure(405, "Method not allowed");
}

/** The path names nothing. */
export function unknownResource(name: string): RestFailure {
  return new RestFailure(400, `Unknown resource: "${name}"`, { info: "Bad Request" });
}

/** The path names a resource and then something it cannot do. */
export function unknownAction(name: string): RestFailure {
  return new RestFailure(400, `Unknown action: "${name}"`, { info: "Bad Request" });
}

/** One property of the body cannot be taken. */
export function invalidProperty(name: string, reason: string, code = "mj-0004"): RestFailure {
  return new RestFailure(400, "Object properties invalid", {
    info: `MJ08 Property ${name} is invalid: MJ04 ${reason}`,
    code,
    relatedTo: [name],
  });
}

/** The unique key of a new object is taken. */
export function alreadyExists(typeName: string, property: string, value: string): RestFailure {
  return new RestFailure(
    400,
    `MJ18 A ${typeName} resource with value "${value}" for ${property} already exists.`,
    {
      relatedTo: [property],
    },
  );
}

/** The body is not the JSON this resource reads. */
export function invalidJson(reason: string): RestFailure {
  return new RestFailure(400, `Invalid json input: object ${reason}`, { code: "mj-0002" });
}

/** A parameter of the query cannot be taken. */
export function invalidParameter(name: string, value: string): RestFailure {
  return new RestFailure(400, `Invalid value "${value}" for parameter ${name}`, { relatedTo: [name] });
}

/** A path that should carry an address carries something else. */
export function invalidAddress(value: string, reason: string): RestFailure {
  return new RestFailure(400, `Invalid email address "${value}", reason: "${reason}"`);
}
