import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { z } from 'zod'

import type { Gatehouse } from '../../../src/app.ts'
import type { NewClient } from '../../../src/features/clients/index.ts'
import { Problem } from '../../../src/platform/errors.ts'
import type { Browser } from '../../support/browser.ts'
import type { LogoutReceiver } from '../../support/logout-receiver.ts'
import type { Person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'

/** Lets the guarded client reach the relying parties of tests, which listen on this machine. */
export const toThisMachine = { OUTBOUND_ALLOW: '127.0.0.1' }

/** A client that hears of sign-outs at a receiver. */
export const hearing = (
  app: Gatehouse,
  receiver: LogoutReceiver,
  given: Partial<NewClient> = {},
): Promise<RelyingParty> => relyingParty(app, { backchannelLogout: { uri: receiver.uri }, ...given })

/** Somebody whose browser is signed in already: no page asks who it is. */
export const nobody: Person = { id: '', email: '', username: '', password: '' }

/** Signs out in a browser, by the page that asks. */
export async function signOut(issuer: string, browser: Browser): Promise<void> {
  await browser.go(`${issuer}/logout`)
  await browser.submit({ logout: 'yes' })
}

/** Waits until it holds, as long as a test may take. */
export async function until(holds: () => boolean | Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const end = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > end) expect.fail('it did not come to hold in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export interface StoredDelivery {
  id: string
  state: string
  attempts: number
  refusals: number
  last_result: string | null
  last_status: number | null
  last_bytes: number | null
  due_at: Date
}

/** The deliveries to one client, oldest first. */
export const deliveriesTo = (app: Gatehouse, clientId: string): Promise<StoredDelivery[]> =>
  app.db('deliveries').select<StoredDelivery[]>('*').where({ destination: clientId }).orderBy('created_at')

/** The code of the problem that something is refused with; null when it is not. */
export const refusalOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Problem) return error.code
      throw error
    },
  )

/** What a session is called in a client's tokens. */
export const sidOf = ({ id_token: token = '' }: { id_token?: string | undefined }): string =>
  z.object({ sid: z.string() }).parse(decodeJwt(token)).sid
