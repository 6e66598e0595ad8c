import { setTimeout as sleep } from 'node:timers/promises'

import type { ApiCall } from '../../../platform/command.ts'
import { Problem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'
import type { VerificationView } from './schema.ts'

/** A verification as a server tells of it. */
export type Run = Pick<VerificationView, 'id' | 'state' | 'whole' | 'classes'>

/** Milliseconds between two looks at how far it is. */
const looksApart = 500

/**
 * Has a server verify its log, and waits for what it finds. Where it is at that already, that run is waited for: so whoever
 * was cut off asks again.
 *
 * @throws audit_verification_given_up (409): it ended without a finding.
 */
export async function verifyAtServer(call: ApiCall): Promise<Run> {
  let run = await begun(call)
  while (run.state === 'waiting' || run.state === 'running') {
    await sleep(looksApart)
    const { body } = await call({ does: 'GET /admin/audit/verifications/:id', at: run })
    run = body as Run // VerificationView, as JSON
  }
  if (run.state === 'given_up') throw errors.audit_verification_given_up()
  return run
}

async function begun(call: ApiCall): Promise<Run> {
  try {
    const { body } = await call({ does: 'POST /admin/audit/verifications' })
    return body as Run // VerificationView, as JSON
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'audit_verification_under_way') throw error
    const { body } = await call({ does: 'GET /admin/audit/verifications' })
    const [newest] = (body as { items: Run[] }).items // VerificationList, as JSON
    if (!newest) throw error
    return newest
  }
}
