/** The body of a refusal (RFC 9457). */
export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  errors?: { field: string; detail: string }[]
  request_id?: string
  [member: string]: unknown
}

const prefix = 'urn:gatehouse:problem:'

/** What was refused. `code` is stable: decide by it, and never by the text. */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError'
  readonly status: number
  readonly code: string
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail === undefined ? problem.title : `${problem.title} (${problem.detail})`)
    this.status = problem.status
    this.code = problem.type.startsWith(prefix) ? problem.type.slice(prefix.length) : problem.type
    this.problem = problem
  }
}

/** Reads a refusal, whoever wrote it: the API (RFC 9457), a token endpoint (RFC 6749, section 5.2) or a proxy between. */
export async function errorOf(reply: Response): Promise<GatehouseError> {
  const body = await reply.json().catch(() => null)
  const told = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const type = text(told.type) ?? text(told.error) ?? 'unknown'
  const title = text(told.title) ?? text(told.error_description) ?? `The server answered ${reply.status}.`
  return new GatehouseError({ ...told, type, title, status: reply.status })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
