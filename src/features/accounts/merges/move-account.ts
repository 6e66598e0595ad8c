import type { By, Db } from '../../../platform/app.ts'
import { changeDetailsWithin, detailsOf, findSelf } from '../details/change-details.ts'
import { type Details, differences, merge } from '../details/details.ts'
import { canonicalEmail } from '../email.ts'
import { nativeIssuer } from '../native-issuer.ts'
import { canonicalUsername } from '../username.ts'
import * as merges from './repository.ts'
import type { KnownAs, Name } from './repository.ts'

/** What went from one account to another, as ids and names: no value that a person told of themselves. */
export interface MovedAccount {
  subjects: string[]
  kept: KnownAs[]
  identities: string[]
  names: Name[]
  fields: string[]
}

interface Two {
  merged: string
  surviving: string
}

const nameKinds: readonly Name[] = ['email', 'username']

/**
 * Lets one account live on in another, in the caller's transaction, which holds both (`lockAccounts`): its subjects, ways in
 * through other providers, and, where the other says nothing, its names and profile. The one of this service's own sign-in
 * stays: it names a sign-in that is off.
 *
 * @param kept - What clients that know only the merged account know it by.
 */
export async function moveAccount(
  tx: Db,
  at: Date,
  by: By,
  { merged, surviving }: Two,
  kept: KnownAs[],
): Promise<MovedAccount> {
  const move = { from: merged, to: surviving }
  const subjects = await merges.moveSubjects(tx, move)
  await merges.keepSubjects(tx, surviving, kept)
  const identities = await merges.moveIdentities(tx, { ...move, except: nativeIssuer })
  const other = detailsOf(await findSelf(tx, merged))
  const fields = await changeDetailsWithin(tx, at, by, surviving, (own) => filled(own, other))
  const names: Name[] = []
  for (const kind of nameKinds) if (await merges.moveName(tx, kind, move, at)) names.push(kind)
  return { subjects, kept, identities, fields, names }
}

/** What is empty is filled in, and nothing overwritten. A user name is unique and moves by itself. */
function filled(own: Details, other: Details): Details {
  const empty = new Set(
    Object.entries(own).flatMap(([field, value]) => (value === null && field !== 'username' ? [field] : [])),
  )
  return merge(own, Object.fromEntries(Object.entries(other).filter(([field]) => empty.has(field))))
}

/**
 * Gives back what `moveAccount` moved and is still where it put it: a field that was changed since stays as it is now.
 */
export async function returnAccount(
  tx: Db,
  at: Date,
  by: By,
  { merged, surviving }: Two,
  moved: MovedAccount,
): Promise<void> {
  const back = { from: surviving, to: merged }
  await merges.dropKeptSubjects(tx, surviving, moved.kept)
  await merges.returnSubjects(tx, { ...back, subjects: moved.subjects })
  await merges.returnIdentities(tx, { ...back, ids: moved.identities })
  for (const kind of moved.names)
    if (!(await merges.returnName(tx, kind, back, at))) await restoreName(tx, at, kind, merged)
  const other = detailsOf(await findSelf(tx, merged))
  await changeDetailsWithin(tx, at, by, surviving, (own) => emptied(own, other, moved.fields))
}

/** The other account goes by another name since; what the owner signed in by before is free, or somebody else's by now. */
async function restoreName(tx: Db, at: Date, kind: Name, id: string): Promise<void> {
  const entered = (await merges.enteredNames(tx, id))[kind]
  const name = entered === null ? null : canonical[kind](entered)
  if (name !== null) await merges.restoreName(tx, kind, { id, name, at })
}

const canonical = { email: canonicalEmail, username: canonicalUsername } as const

/** What was filled in goes, where it says the same still. */
function emptied(own: Details, other: Details, fields: readonly string[]): Details {
  const changed = new Set<string>(differences(own, other))
  const same = fields.filter((field) => !changed.has(field))
  return merge(own, Object.fromEntries(same.map((field) => [field, null])))
}
