import type { By } from '../../../platform/app.ts'
import { demandAuthorityOver, holdAssignments } from '../../authorization/index.ts'
import {
  checkDeclaredClient,
  type ClientRecord,
  DeclaredClient,
  DeclaredId,
  declareClient,
  declaredOf,
  declaredSecrets,
  deleteClient,
  type KeptSecret,
  keptSecretsOf,
  listSystemClients,
  secretsHold,
  settledClient,
} from '../../clients/index.ts'
import { errors } from '../errors.ts'
import { hidden } from './hidden.ts'
import { readMap } from './read-map.ts'
import { asMap, type Fields, type Machinery, type Present, type Section } from './section.ts'

/** Made by a migration at every installation. */
const commandLine = 'gh_command_line_gatehouse'

/** Clients of the system, by their ids. Those that registered themselves, or that people own, are no configuration. */
export const clients: Section = {
  name: 'clients',
  permission: 'clients:write:any',
  present: async (app) => (await listSystemClients(app.db)).map((client) => presentOf(app, client)),
  read(_app, said, present) {
    const kept = new Map(present.map((one) => [one.key, one]))
    return readMap('clients', said, DeclaredClient, (key, declared, path) => {
      const before = kept.get(key)
      if (!before) demandNew(key, declared)
      return {
        key,
        path,
        fields: { ...settledClient(declared), ...secretsAfter(declared, before) },
        check: (app) => checkDeclaredClient(app, declared),
        async put(app, by, present) {
          if (present) await demandOver(app, by, key)
          await declareClient(app, by, key, declared)
        },
      }
    })
  },
  write: asMap,
}

function presentOf({ config, clock }: Machinery, client: ClientRecord): Present {
  const kept = keptSecretsOf(client.secrets, clock.now())
  const said = declaredOf(client)
  return {
    key: client.id,
    fields: { ...said, ...(kept.length > 0 && { secrets: hidden(JSON.stringify(kept)) }) },
    written: { ...said, ...(kept.length > 0 && { secrets: kept }) },
    own: client.id === commandLine || isOwn(config.issuer, client),
    async remove(app, by) {
      await demandOver(app, by, client.id)
      await deleteClient(app, by, client.id)
    },
  }
}

/**
 * A document may say the secret of a client, and so who can act as it: whoever applies one must be allowed all that the client is,
 * as by every other way to change it (CASES AD-03). In the transaction of `app.db`.
 *
 * @throws role_beyond_own (403)
 */
async function demandOver({ db, clock }: Machinery, by: By, id: string): Promise<void> {
  await holdAssignments(db) // it must not rise between this question and the act
  await demandAuthorityOver(db, clock.now(), by, { type: 'client', id })
}

/** Its codes come back to this service itself: a page of ours that signs people in. */
const isOwn = (issuer: string, { metadata: { redirect_uris: uris } }: ClientRecord): boolean =>
  uris.length > 0 && uris.every((uri) => uri.startsWith(`${issuer}/`))

/** What `declareClient` would refuse as well, told with the plan. @throws configuration_invalid (422) */
function demandNew(id: string, declared: DeclaredClient): void {
  const known = DeclaredId.safeParse(id)
  const fields = [
    ...(known.success ? [] : [{ field: 'client_id', detail: known.error.issues[0]?.message ?? 'is none' }]),
    ...(provesBySecret(declared) && declared.secrets === undefined
      ? [{ field: 'secrets', detail: 'are needed: it proves itself by one' }]
      : []),
  ]
  if (fields.length > 0) throw errors.configuration_invalid({ fields })
}

const provesBySecret = ({
  token_endpoint_auth_method: method = 'client_secret_basic',
}: DeclaredClient): boolean => method === 'client_secret_basic' || method === 'client_secret_post'

function secretsAfter(declared: DeclaredClient, before: Present | undefined): Fields {
  const held = before?.fields.secrets
  const kept = (before?.written.secrets ?? []) as KeptSecret[] // presentOf wrote them
  if (!provesBySecret(declared)) return {}
  if (secretsHold(declared, kept)) return held === undefined ? {} : { secrets: held }
  return { secrets: hidden(JSON.stringify(declaredSecrets(declared))) }
}
