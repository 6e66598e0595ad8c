/** What a person can prove who they are by. */
export type Factor = 'password'

interface Proof {
  /** Authentication Method Reference (RFC 8176, section 2). */
  amr: string
}

/** What tokens say of each factor. */
export const factors: Record<Factor, Proof> = {
  password: { amr: 'pwd' },
}

/** The level reached, as it stands in `acr`; computed from what was proven, never from what was asked for. */
export const acrOf = (proven: readonly Factor[]): string =>
  proven.length === 0 ? 'urn:gatehouse:acr:none' : 'urn:gatehouse:acr:password'

export const amrOf = (proven: readonly Factor[]): string[] => [
  ...new Set(proven.map((factor) => factors[factor].amr)),
]
