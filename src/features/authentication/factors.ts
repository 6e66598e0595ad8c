/** What a person can prove who they are by. */
export type Factor = 'password' | 'federated'

interface Proof {
  /** Authentication Method Reference (RFC 8176, section 2). */
  amr: string
}

/** What tokens say of each factor. */
export const factors: Record<Factor, Proof> = {
  password: { amr: 'pwd' },
  federated: { amr: 'fed' }, // the registry has no value for it; what the other provider did is its to say
}

/** The level reached, as it stands in `acr`; computed from what was proven, never from what was asked for. */
export function acrOf(proven: readonly Factor[]): string {
  if (proven.includes('password')) return 'urn:gatehouse:acr:password'
  return proven.includes('federated') ? 'urn:gatehouse:acr:federated' : 'urn:gatehouse:acr:none'
}

export const amrOf = (proven: readonly Factor[]): string[] => [
  ...new Set(proven.map((factor) => factors[factor].amr)),
]
