import { importJWK, SignJWT } from 'jose'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import type { ClientRecord } from '../../clients/index.ts'
import type { WithKeys } from '../../keys/index.ts'
import { signingKeyFor } from '../../logout/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { uriOf } from '../event-kinds.ts'
import type { SignalEvent } from './repository.ts'

export type Signing = Pick<App, 'config'> & WithKeys & WithSettings

/**
 * A Security Event Token (RFC 8417; SSF 1.0, section 4): of its own type, so that it is taken for nothing else; with `sub_id` and
 * neither `sub` nor `exp`, which SSF forbids; the same `jti`, `iat` and `txn` however often it is signed, so that a receiver
 * knows what it has seen.
 */
export async function securityEventToken(
  app: Signing,
  client: Pick<ClientRecord, 'id' | 'metadata'>,
  event: SignalEvent,
): Promise<string> {
  const key = await signingKeyFor(app, client.metadata)
  const claims = {
    txn: event.cause ?? event.id,
    sub_id: subjectOf(app.config.issuer, event),
    toe: epochSeconds(event.causedAt),
    events: { [uriOf(event.kind)]: event.data },
  }
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'secevent+jwt', alg: key.alg, kid: key.kid })
    .setIssuer(app.config.issuer)
    .setAudience(client.id)
    .setIssuedAt(epochSeconds(event.createdAt))
    .setJti(event.id)
    .sign(await importJWK(key, key.alg))
}

/**
 * RFC 9493, section 3.2. One session is named beside its person: the person alone would mean all of theirs (CAEP 1.0, section 3.1).
 * What is said of a stream names the stream.
 */
function subjectOf(iss: string, { streamId, subject, sid }: SignalEvent): object {
  if (subject === null) return { format: 'opaque', id: streamId }
  const person = { format: 'iss_sub', iss, sub: subject }
  return sid === null ? person : { format: 'complex', user: person, session: { format: 'opaque', id: sid } }
}
