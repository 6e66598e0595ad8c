import { Agent, request as send } from 'node:http'

/** What came of a request, as the one who sent it sees it. */
export interface Answer {
  /** 0: no answer came. */
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** `cut`: the connection broke. `late`: nothing came in time. Null: an answer came. */
  fault: 'cut' | 'late' | null
  /** How long it took. */
  milliseconds: number
}

export interface Request {
  method?: string
  path: string
  headers?: Record<string, string>
  form?: Record<string, string>
  json?: unknown
}

/** Milliseconds after which a client gives up: nobody may be left hanging so long. */
const patience = 15_000

const agent = new Agent({ keepAlive: true, maxSockets: 2_000 })

/** Sends a request once. Never throws: that no answer came is an answer, too. */
export function call(
  origin: string,
  { method = 'GET', path, headers = {}, form, json }: Request,
): Promise<Answer> {
  const body = form ? new URLSearchParams(form).toString() : json === undefined ? '' : JSON.stringify(json)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const all = {
    ...headers,
    ...((form ?? json) !== undefined && { 'content-type': type }),
    'content-length': String(Buffer.byteLength(body)),
  }
  const sentAt = performance.now()
  const took = () => performance.now() - sentAt
  return new Promise((resolve) => {
    const without = (fault: 'cut' | 'late') => {
      resolve({ status: 0, headers: {}, text: '', fault, milliseconds: took() })
    }
    const sent = send(`${origin}${path}`, { method, headers: all, agent }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.once('error', () => {
        without('cut')
      })
      reply.once('end', () => {
        clearTimeout(timer)
        const text = Buffer.concat(parts).toString()
        const { statusCode: status = 0, headers } = reply
        resolve({ status, headers, text, fault: null, milliseconds: took() })
      })
    })
    const timer = setTimeout(() => {
      without('late')
      sent.destroy()
    }, patience)
    sent.once('error', () => {
      clearTimeout(timer)
      without('cut')
    })
    sent.end(body)
  })
}

/** The members of a JSON answer; none when it is not JSON. */
export function membersOf({ text }: Answer): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown> // whatever was answered
  } catch {
    return {}
  }
}

export const memberOf = (answer: Answer, name: string): string => {
  const value = membersOf(answer)[name]
  return typeof value === 'string' ? value : ''
}
