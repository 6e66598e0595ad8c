import { createLocalJWKSet, decodeJwt, errors as joseErrors, jwtVerify } from 'jose'

import { asymmetricAlgorithms } from '../../lib/asymmetric-algorithms.ts'
import type { App } from '../../platform/app.ts'
import type { Publisher } from '../settings/index.ts'
import { errors } from './errors.ts'

/** Characters. */
const longest = 16_384

/**
 * What a publisher that is believed here says of its software (RFC 7591, section 2.3).
 *
 * @throws unapproved_software_statement (400): somebody else says it.
 * @throws invalid_software_statement (400): no JWT, not signed by the publisher's keys, or not valid any more.
 */
export async function statementClaims(
  { clock }: Pick<App, 'clock'>,
  publishers: readonly Publisher[],
  statement: string,
): Promise<Record<string, unknown>> {
  const issuer = issuerOf(statement)
  const publisher = publishers.find((one) => one.issuer === issuer)
  if (!publisher) throw errors.unapproved_software_statement()
  try {
    const keys = createLocalJWKSet(publisher.jwks)
    const { payload } = await jwtVerify(statement, keys, {
      issuer,
      algorithms: [...asymmetricAlgorithms],
      currentDate: clock.now(),
    })
    return payload
  } catch (cause) {
    if (cause instanceof joseErrors.JOSEError || cause instanceof TypeError || cause instanceof DOMException)
      throw errors.invalid_software_statement({ cause })
    throw cause
  }
}

function issuerOf(statement: string): string {
  if (statement.length > longest) throw errors.invalid_software_statement()
  const { iss } = decoded(statement)
  if (typeof iss !== 'string')
    throw errors.invalid_software_statement({ detail: 'It does not say who signed it.' })
  return iss
}

/** The claims of a statement that was verified before. */
export function decoded(statement: string): Record<string, unknown> {
  try {
    return decodeJwt(statement)
  } catch (cause) {
    throw errors.invalid_software_statement({ cause })
  }
}
