import { expect } from 'chai'

import { admitClient, type PersonFacts, refusalOf } from '../../src/features/admission/index.ts'
import type { ClientRecord } from '../../src/features/clients/index.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { randomBytes } from '../../src/platform/crypto/index.ts'
import { movableClock } from '../support/clock.ts'

const live = { ended: false, samePerson: true, sameClient: true }

const people: [facts: PersonFacts | null, refusal: string | null][] = [
  [null, 'user_unknown'],
  [{ status: 'active' }, null],
  [{ status: 'locked' }, null],
  [{ status: 'pending' }, 'user_pending'],
  [{ status: 'disabled' }, 'user_disabled'],
  [{ status: 'deleted' }, 'user_deleted'],
  [{ status: 'active', session: live }, null],
  [{ status: 'active', session: null }, 'session_unknown'],
  [{ status: 'active', session: { ...live, ended: true } }, 'session_ended'],
  [{ status: 'active', session: { ...live, samePerson: false } }, 'session_of_another'],
  [{ status: 'active', session: { ...live, sameClient: false } }, 'session_of_another'],
  [{ status: 'locked', session: { ...live, ended: true } }, 'session_ended'],
  [{ status: 'disabled', session: live }, 'user_disabled'],
  [{ status: 'deleted', session: null }, 'user_deleted'],
  [{ status: 'active', signInEnded: true }, 'session_ended'],
  [{ status: 'active', session: live, signInEnded: true }, 'session_ended'],
  [{ status: 'active', signInEnded: false }, null],
  [{ status: 'disabled', signInEnded: true }, 'user_disabled'],
]

describe('who is refused', () => {
  for (const [facts, refusal] of people) {
    it(`${JSON.stringify(facts)}: ${refusal ?? 'nobody'}`, () => {
      expect(refusalOf(facts)).to.equal(refusal)
    })
  }
})

const secrets = {
  KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  PASSWORD_PEPPER: randomBytes(32).toString('base64'),
  COOKIE_KEYS: randomBytes(32).toString('base64'),
  DATABASE_URL: 'postgres://localhost/x',
}
const development = readConfig({ NODE_ENV: 'development', ...secrets })
const production = readConfig({
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'id@example.com',
  ...secrets,
})

/** Enabled, registered with an address of the developer's machine, what it is told in each mode. */
const clients: [
  enabled: boolean,
  onDeveloperMachine: boolean,
  inDevelopment: string | null,
  inProduction: string | null,
][] = [
  [true, false, null, null],
  [true, true, null, 'development_client'],
  [false, false, 'client_disabled', 'client_disabled'],
  [false, true, 'client_disabled', 'client_disabled'],
]

const clock = movableClock()

describe('which client is refused', () => {
  for (const [enabled, local, inDevelopment, inProduction] of clients) {
    it(`${enabled ? 'an enabled' : 'a disabled'} ${local ? 'development ' : ''}client: ${inProduction ?? 'none'} in production`, () => {
      const client: Partial<ClientRecord> = { enabled, development: local, expiresAt: null }
      expect(admitClient({ config: development, clock }, client as ClientRecord)).to.equal(inDevelopment)
      expect(admitClient({ config: production, clock }, client as ClientRecord)).to.equal(inProduction)
    })
  }
})
