import type { Standing } from './repository.ts'
import { type Rule, rules } from './rules.ts'

export const isStopped = ({ kind, failures }: Standing): boolean => {
  const { stopAt }: Rule = rules[kind]
  return stopAt !== null && failures >= stopAt
}

export const viewOf = (now: Date) => (standing: Standing) => ({
  kind: standing.kind,
  failures: standing.failures,
  in_window: standing.inWindow,
  blocked_until: blockedUntil(standing, now),
  stopped: isStopped(standing),
  remembered_until: standing.lastsUntil,
})

export const blockedUntil = ({ blockedUntil: until }: Standing, now: Date): Date | null =>
  until && until > now ? until : null
