import type { BotDefence } from './bot-defence.ts'
import { proofOfWork } from './proof-of-work.ts'

/** Every defence there is. Why no picture puzzle of somebody else's: docs/decisions/0027-limits-by-role-and-bots.md. */
export const defences = { proof_of_work: proofOfWork } satisfies Record<string, BotDefence>

export const defence: BotDefence = defences.proof_of_work
