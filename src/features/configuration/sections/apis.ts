import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

import { type ApiRecord, changeApi, createApi, deleteApi, listApis, NewApi } from '../../apis/index.ts'
import { faultsIn } from '../document/fault.ts'
import { errors } from '../errors.ts'
import { readMap } from './read-map.ts'
import { asMap, type Fields, type Present, type Section } from './section.ts'

const { identifier: Identifier, ...decided } = NewApi.shape
const DeclaredApi = z.strictObject(decided)
type DeclaredApi = z.infer<typeof DeclaredApi>

interface PresentApi extends Present {
  id: string
  revision: number
}

const lists = ['scopes', 'authorization_details_types', 'clients'] as const

/** Registered APIs, by their identifiers. */
export const apis: Section = {
  name: 'apis',
  permission: 'apis:write:any',
  present: async ({ db }) => (await listApis(db)).map(presentOf),
  read: (_app, said) =>
    readMap('apis', said, DeclaredApi, (identifier, declared, path) => {
      const known = Identifier.safeParse(identifier)
      if (!known.success)
        throw errors.configuration_invalid({
          detail: faultsIn(known.error, [])[0]?.detail ?? 'is no identifier',
        })
      return {
        key: identifier,
        path,
        fields: fieldsOf(declared),
        async put(app, by, before) {
          const found = before as PresentApi | null // presentOf made it
          if (found) await changeApi(app, by, found.id, { revision: found.revision, ...declared })
          else await createApi(app, by, { identifier, ...declared })
        },
      }
    }),
  write: asMap,
}

function presentOf(api: ApiRecord): PresentApi {
  const fields = fieldsOf({
    name: api.name,
    token_format: api.tokenFormat,
    signing_algorithm: api.signingAlgorithm,
    access_token_seconds: api.accessTokenSeconds,
    open_to: api.openTo,
    scopes: [...api.scopes],
    authorization_details_types: [...api.detailTypes],
    clients: api.clients.map(({ clientId, scopes }) => ({
      client_id: clientId,
      scopes: scopes && [...scopes],
    })),
  })
  return {
    key: api.identifier,
    fields,
    written: fields,
    id: api.id,
    revision: api.revision,
    remove: (app, by) => deleteApi(app, by, api.id),
  }
}

const usual = DeclaredApi.omit({ name: true }).parse({})

/** Nothing that is usual. The clients of a list have no order. */
function fieldsOf(declared: DeclaredApi): Fields {
  const clients = declared.clients.toSorted((one, other) => (one.client_id < other.client_id ? -1 : 1))
  const said = Object.entries({ ...declared, clients })
  const isUsual = (name: string, value: unknown): boolean =>
    lists.some((list) => list === name)
      ? isDeepStrictEqual(value, [])
      : isDeepStrictEqual(new Map(Object.entries(usual)).get(name), value)
  return Object.fromEntries(said.filter(([name, value]) => !isUsual(name, value)))
}
