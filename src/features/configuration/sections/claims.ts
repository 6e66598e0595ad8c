import { addMapping, listMappings, NewMapping, removeMapping } from '../../claims/index.ts'
import { readList } from './read-map.ts'
import { asList, type Fields, type Present, type Section } from './section.ts'

type Mapping = Awaited<ReturnType<typeof listMappings>>[number]

/** Claims in tokens, each by its name and the client that it is for. One is replaced, never changed. */
export const claims: Section = {
  name: 'claims',
  permission: 'claims:write:any',
  present: async ({ db }) => (await listMappings(db)).map(presentOf).toSorted(byKey),
  read: (_app, said) =>
    readList('claims', said, NewMapping, (declared, path) => ({
      key: keyOf(declared.claim, declared.client_id),
      path,
      fields: fieldsOf(declared),
      async put(app, by, before) {
        if (before) await before.remove(app, by)
        await addMapping(app, by, declared)
      },
    })),
  write: asList,
}

const byKey = (one: Present, other: Present): number => (one.key < other.key ? -1 : 1)

const keyOf = (claim: string, clientId: string | null): string =>
  clientId === null ? claim : `${claim} (client ${clientId})`

interface Said {
  claim: string
  client_id: string | null
  scope: string | null
  tokens: readonly string[]
  attribute?: string | undefined
  value?: unknown
}

/** Nothing that is usual; where it stands has no order. */
const fieldsOf = ({ client_id: client, scope, tokens, ...said }: Said): Fields => ({
  ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  ...(client !== null && { client_id: client }),
  ...(scope !== null && { scope }),
  tokens: tokens.toSorted(),
})

function presentOf(mapping: Mapping): Present {
  const { claim, clientId: client_id, scope, tokens, source } = mapping
  const fields = fieldsOf({ claim, client_id, scope, tokens, ...source })
  return {
    key: keyOf(claim, client_id),
    fields,
    written: fields,
    remove: (app, by) => removeMapping(app, by, mapping.id),
  }
}
