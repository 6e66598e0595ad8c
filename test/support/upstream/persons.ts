import type { UpstreamPerson } from './contract.ts'

/** What a provider says of a person, without the members that only others know. */
export const claimsWithout = (
  person: UpstreamPerson,
  ...members: (keyof UpstreamPerson)[]
): Record<string, unknown> & { sub: string } => ({
  ...Object.fromEntries(
    Object.entries(person).filter(([name]) => !members.some((member) => member === name)),
  ),
  sub: person.sub,
})
