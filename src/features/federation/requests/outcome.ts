import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { openValue } from '../providers/sealed-secret.ts'
import { UpstreamAnswer } from '../upstream/answer.ts'
import type { RequestRecord } from './repository.ts'

/** Why a provider proved nobody. */
export const failures = ['denied', 'refused', 'unavailable', 'answer_invalid'] as const
export type Failure = (typeof failures)[number]

const Outcome = z.union([z.object({ answer: UpstreamAnswer }), z.object({ failed: z.enum(failures) })])

export type Outcome = { answer: UpstreamAnswer } | { failed: Failure }

/** What came of a request; null when nothing did, or nobody can read it any more. */
export function readOutcome(
  config: Pick<Config, 'keyEncryptionKeys'>,
  { id, outcome }: Pick<RequestRecord, 'id' | 'outcome'>,
): Outcome | null {
  const text = outcome && openValue(config, `upstream-request:${id}`, { sealed: outcome })
  return text === null ? null : (Outcome.parse(JSON.parse(text)) as Outcome) // claims beyond those named are texts too
}
