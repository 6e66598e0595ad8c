/** What a person can prove who they are by. */
export type Factor = 'password'

interface Proof {
  /** Authentication Method Reference (RFC 8176, section 2). */
  amr: string
  kind: 'know' | 'have' | 'are'
}

/** What each factor proves. Two of one kind are still one factor (NIST SP 800-63B-4, section 2). */
export const factors: Record<Factor, Proof> = {
  password: { amr: 'pwd', kind: 'know' },
}

/** The level reached, as it stands in `acr`; computed from what was proven, never from what was asked for. */
export const acrOf = (proven: readonly Factor[]): string =>
  proven.length === 0 ? 'urn:gatehouse:acr:none' : 'urn:gatehouse:acr:password'

export const amrOf = (proven: readonly Factor[]): string[] => [
  ...new Set(proven.map((factor) => factors[factor].amr)),
]
