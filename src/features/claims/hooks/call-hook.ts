import type { App } from '../../../platform/app.ts'
import { epochSeconds } from '../../../lib/clock.ts'
import { randomMark, webhookHeaders } from '../../../platform/crypto/index.ts'
import { mostBytes } from '../fitting.ts'
import { permitted } from '../reserved.ts'
import type { TokenKind } from '../tokens.ts'
import type { Hook } from './hook.ts'
import { openSecret } from './sealed-secret.ts'

/** What a service is told: nothing of a person but the name that the client knows them by. */
export interface Question {
  subject: string
  clientId: string
  scopes: ReadonlySet<string>
  token: TokenKind
}

type Machinery = Pick<App, 'config' | 'clock' | 'outbound'>

/**
 * Asks once, through the guarded client. Of the answer only names are kept that operators may write.
 *
 * @throws Error when it is away, late, elsewhere, or answers anything but a JSON object of at most `mostBytes`.
 */
export async function callHook(
  app: Machinery,
  hook: Hook,
  { subject, clientId, scopes, token }: Question,
): Promise<Record<string, unknown>> {
  const secret = openSecret(app.config, hook.id, hook.secret)
  if (secret === null) throw new Error('no configured key opens its secret')
  const body = JSON.stringify({ sub: subject, client_id: clientId, scopes: [...scopes], token_use: token })
  const signed = { id: `msg_${randomMark()}`, timestamp: epochSeconds(app.clock.now()), body }
  const reply = await app.outbound.fetch(hook.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...webhookHeaders([secret], signed),
    },
    body,
    signal: AbortSignal.timeout(hook.timeoutMs),
  })
  if (reply.status !== 200) {
    await reply.body?.cancel()
    throw new Error(`it answered ${reply.status}`) // a redirect too: whoever it names has not been registered
  }
  return claimsIn(await readBounded(reply.body))
}

async function readBounded(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostBytes) throw new Error('it answered too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function claimsIn(text: string): Record<string, unknown> {
  const answer: unknown = JSON.parse(text)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    throw new Error('it answered no JSON object')
  const said = Object.entries(permitted({ ...answer })).filter(([, value]) => value !== null)
  return Object.fromEntries(said)
}
