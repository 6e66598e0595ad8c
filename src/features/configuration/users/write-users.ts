import { listPeople, type ExportedRow } from '../../imports/index.ts'
import { foreignHash } from '../../credentials/index.ts'
import { version } from '../document/schema.ts'
import { writeDocument } from '../document/write-document.ts'
import { writePieces } from '../document/write-pieces.ts'
import type { Machinery } from '../sections/section.ts'
import { type ForeignIdentity, identitiesOf, type KeptTotp, totpOf } from './repository.ts'

/** People of one document. */
const rows = 500

/** Everybody who is not deleted, in documents of some hundred people each, one person at a time as fast as they are taken away. */
export async function* usersAsDocuments({
  db,
  clock,
}: Pick<Machinery, 'db' | 'clock'>): AsyncGenerator<string> {
  for (let after: string | null = null; ;) {
    const found: ExportedRow[] = await listPeople(db, { after, rows, hashes: true, now: clock.now() })
    const ids = found.map(({ id }) => id)
    const [apps, identities] = [await totpOf(db, ids), await identitiesOf(db, ids)]
    const [appsOf, identitiesBy] = [Map.groupBy(apps, owner), Map.groupBy(identities, owner)]
    if (found.length > 0) {
      yield `---\n${writeDocument({ version })}`
      const users = found.map((row) => written(row, appsOf.get(row.id) ?? [], identitiesBy.get(row.id) ?? []))
      yield* writePieces('users', users)
    }
    after = ids.at(-1) ?? null
    if (found.length < rows) return
  }
}

const owner = ({ userId }: { userId: string }): string => userId

function written(row: ExportedRow, apps: readonly KeptTotp[], identities: readonly ForeignIdentity[]) {
  const { profile, custom, roles, created_at: createdAt, sub, ...rest } = row
  const pepper = rest.password_pepper === foreignHash ? null : rest.password_pepper
  const totp = apps.map(({ id: factor, name, sealed, sealingKeyId: key }) => ({
    ...{ factor, name, key },
    sealed: sealed.toString('base64url'),
  }))
  const foreign = identities.map(({ provider, issuer, subject, label }) => ({
    ...{ provider, issuer, subject, label: label ?? subject },
  }))
  const said = { ...rest, password_pepper: pepper, sub: sub === row.id ? null : sub, ...profile }
  const told = Object.entries(said).filter(([, value]) => value !== null && value !== false)
  return {
    ...Object.fromEntries(told),
    created_at: createdAt.toISOString(),
    ...(roles.length > 0 && { roles }),
    ...(custom && Object.keys(custom).length > 0 && { custom }),
    ...(totp.length > 0 && { totp }),
    ...(foreign.length > 0 && { identities: foreign }),
  }
}
