import type { z } from 'zod'

import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as issuers from './repository.ts'
import type { TrustedIssuer } from './repository.ts'
import { NewIssuer } from './schema.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

/**
 * Trusts an issuer from now on.
 *
 * @throws issuer_invalid (422): `fields` say what; or it is ourselves, a client is unknown, or its keys are where nothing goes.
 * @throws issuer_exists (409): it is trusted already.
 */
export async function addIssuer(app: Machinery, by: By, given: NewIssuer): Promise<TrustedIssuer> {
  const at = app.clock.now()
  const { jwks = null, jwksUri = null, ...rest } = await checked(app, given)
  const issuer = { ...rest, jwks, jwksUri, createdAt: at }
  await transaction(app.db, async (tx) => {
    if (!(await issuers.insert(tx, issuer))) throw errors.issuer_exists()
    await audit.record(tx, at, by, {
      action: 'issuer.added',
      target: { type: 'issuer', id: issuer.issuer },
      changes: { before: {}, after: { ...rest, jwksUri, keys: jwks?.keys.length ?? 0 } },
    })
  })
  return issuer
}

async function checked(app: Machinery, given: NewIssuer): Promise<z.output<typeof NewIssuer>> {
  const parsed = NewIssuer.safeParse(given)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({
      field: path.join('.'),
      detail: message,
    }))
    throw invalid(fields.map(({ field, detail }) => `${field} ${detail}`).join('; '))
  }
  const { issuer, clients, jwksUri } = parsed.data
  if (issuer === app.config.issuer) throw invalid('we do not trust our own word as somebody else’s')
  const known = await issuers.knownClients(app.db, clients)
  const unknown = clients.filter((id) => !known.has(id))
  if (unknown.length > 0) throw invalid(`there is no client ${unknown.join(', ')}`)
  const prospect = jwksUri === undefined ? null : await app.outbound.check(jwksUri)
  if (prospect?.outcome === 'refused') throw invalid(`jwksUri is not called: ${prospect.reason}`)
  return parsed.data
}

const invalid = (detail: string) => errors.issuer_invalid({ detail })
