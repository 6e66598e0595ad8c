import type { WithFederation } from '../../federation/index.ts'

/** A way to sign in through somebody else, as pages show it. */
export interface ProviderShown {
  slug: string
  name: string
  /** Which mark it has. */
  connector: string
}

/** The buttons of a page, in the order that an administrator gave them. */
export async function providersShown({ federation }: WithFederation): Promise<ProviderShown[]> {
  const enabled = await federation.providers.list()
  return enabled.map(({ slug, name, connector }) => ({ slug, name, connector }))
}
