/** What one input field did wrong; `field` is a path like `address.country`. */
export interface FieldProblem {
  field: string
  detail: string
}

export interface ProblemOptions {
  /** For the caller: what happened and what to do. Never holds a secret. */
  detail?: string
  fields?: readonly FieldProblem[]
  /** Sent as `Retry-After` (RFC 9110, section 10.2.3). */
  retryAfterSeconds?: number
  /** Sent as `WWW-Authenticate` (RFC 6750, section 3). */
  challenge?: string
  /** Further members of the body, which the code defines (RFC 9457, section 3.2). */
  members?: Readonly<Record<string, unknown>>
  /** For the log. */
  cause?: unknown
}

interface Spec {
  status: number
  title: string
  /** Whatever it stands for, the answer is the same to the byte: its request id is in the header alone. */
  alike?: true
}

/** RFC 9457 problem. `code` is stable and public; `detail` may change and never holds a secret. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly status: number
  readonly alike: boolean
  readonly options: ProblemOptions

  constructor(code: string, spec: Spec, options: ProblemOptions = {}) {
    super(spec.title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = spec.status
    this.alike = spec.alike === true
    this.options = options
  }

  /** The body of the answer (RFC 9457, section 3.1). */
  toJSON(): Record<string, unknown> {
    const { detail, fields, members } = this.options
    return {
      ...members,
      type: `urn:gatehouse:problem:${this.code}`,
      title: this.message,
      status: this.status,
      ...(detail !== undefined && { detail }),
      ...(fields && { errors: fields }),
    }
  }
}

export type ErrorTable<Code extends string> = Record<Code, (options?: ProblemOptions) => Problem>

/** One code as its table has it. */
export interface DefinedError {
  code: string
  status: number
  title: string
}

/** Every table, filled while the program is read and never after: the documentation lists what answers can say. */
const tables: Readonly<Record<string, Spec>>[] = []

export const definedErrors = (): DefinedError[] =>
  tables.flatMap((table) =>
    Object.entries(table).map(([code, { status, title }]) => ({ code, status, title })),
  )

/** Turns a feature's error table into functions that build its problems: `errors.session_not_found()`. */
export function defineErrors<Code extends string>(table: Record<Code, Spec>): ErrorTable<Code> {
  tables.push(table)
  const build = {} as ErrorTable<Code> // filled for every code of the table in the next lines
  for (const code of Object.keys(table) as Code[]) {
    build[code] = (options) => new Problem(code, table[code], options)
  }
  return build
}
