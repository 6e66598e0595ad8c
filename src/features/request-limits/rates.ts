import type { SettingValue } from '../settings/index.ts'

/** Requests a minute, as the setting `limits.by_role` says. */
export type Rates = SettingValue<'limits.by_role'>
export type Kind = keyof Rates

/** What else is known of a caller, and of the hour. */
export interface Circumstances {
  /** Passwords are tried in bulk (features/lockout). */
  alarm: boolean
  /** Most of what this caller asked for lately was refused. */
  scanning: boolean
}

/**
 * The share of their rate that callers keep. Administrators keep all of it: they are who acts in an attack, and each refusal of
 * theirs is on record. Staff go on helping people while the alarm is on.
 */
const shares: Record<Kind, Record<keyof Circumstances, number>> = {
  user: { alarm: 1 / 2, scanning: 1 / 4 },
  client: { alarm: 1 / 2, scanning: 1 / 4 },
  auditor: { alarm: 1, scanning: 1 / 4 },
  support: { alarm: 1, scanning: 1 / 4 },
  admin: { alarm: 1, scanning: 1 },
  root_admin: { alarm: 1, scanning: 1 },
}

/** Requests a minute, one at least. What slows a caller more holds; the two are not multiplied. */
export function rateOf(rates: Rates, kind: Kind, { alarm, scanning }: Circumstances): number {
  const { [kind]: share } = shares
  const kept = Math.min(alarm ? share.alarm : 1, scanning ? share.scanning : 1)
  return Math.max(1, Math.floor(rates[kind] * kept))
}

/** A role that has no rate of its own has that of ordinary people. */
export const kindOf = (rates: Rates, role: string): Kind =>
  Object.hasOwn(rates, role) && role !== 'client' ? (role as Kind) : 'user' // a key of that very object

/** Whether somebody looks for what they may not see: more than half of at least 30 answers in a minute were refusals. */
export const isScanning = ({ answers, refusals }: { answers: number; refusals: number }): boolean =>
  answers >= 30 && refusals * 2 > answers
