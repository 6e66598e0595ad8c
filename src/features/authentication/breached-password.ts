import type { ProvenSoFar } from './attempt.ts'

/** What a proof says whose password others know; the audit record of the sign-in says it too. */
export const breachedPassword = { password: 'breached' } as const

/** Whether the sign-in was begun with such a password. */
export const isPasswordBreached = ({ proofs }: Pick<ProvenSoFar, 'proofs'>): boolean =>
  proofs.some(
    ({ factor, details }) => factor === 'password' && details.password === breachedPassword.password,
  )
