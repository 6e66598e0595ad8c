import type { Db } from '../../platform/app.ts'
import { run, runTogether } from '../../platform/db/index.ts'
import type { Level } from './levels.ts'
import type { PersonFacts } from './refusal.ts'

export interface Asked {
  /** Any subject of the person. */
  subject: string
  clientId: string
  /** The session the request lives in: one that has ended gives nothing more. */
  sid?: string | undefined
  /** The client that the session is at, where another asks: it holds a token that was exchanged for one of that client. */
  sessionClientId?: string | undefined
  /**
   * Where a browser session and not yet a token stands for the person: when they signed in, its name, and the sign-in
   * elsewhere that proved it. One that has reached no client yet is known by its time and that sign-in alone.
   */
  signIn?: { at: Date; session: string; connection: string | null } | undefined
}

export interface PersonRecord {
  userId: string
  subject: string
  /**
   * The `sub` that the client gets: what it has known the person by, whichever of theirs was asked about. Null: a pairwise
   * client that has never met them.
   */
  knownAs: string | null
  /** Where a pairwise client's people have their subjects; null: the client is public. */
  sector: string | null
  email: string | null
  emailVerified: boolean
  username: string | null
  name: string | null
  /** They may do more than with their own account. */
  administrator: boolean
  /** The level that the second factors they turned on reach; `none` where there are none. */
  ownLevel: OwnLevel
}

export type OwnLevel = Extract<Level, 'none' | 'two-step' | 'mfa'>

interface Row {
  user_id: string
  subject: string
  known_as: string | null
  sector: string | null
  status: PersonFacts['status']
  email: string | null
  email_verified_at: Date | null
  username: string | null
  name: string | null
  roles: string[]
  administrator: boolean
  own_level: OwnLevel
  sid: string | null
  session_user_id: string | null
  session_client_id: string | null
  session_ended_at: Date | null
  ended_before: Date | null
  stands: boolean
  /** The provider that proved who signed in has said that it is over. */
  proof_ended: boolean
}

/** Denials and limits in place are not weighed: whoever was given anything counts. */
const administratorAt = (now: string): string => `exists (select 1 from assignments a
  where a.principal_type = 'user' and a.principal_id = u.id::text and a.revoked_at is null and a.effect = 'allow'
    and a.role is distinct from 'user' and coalesce(a.permission not like '%:own', true)
    and a.starts_at <= ${now} and (a.ends_at is null or a.ends_at > ${now}))`

const ownLevel = `case
  when exists (select 1 from factors f where f.user_id = u.id and f.confirmed_at is not null and f.kind = 'totp')
    or exists (select 1 from passkeys p where p.user_id = u.id and p.purpose = 'security-key') then 'mfa'
  when exists (select 1 from factors f where f.user_id = u.id and f.confirmed_at is not null) then 'two-step'
  else 'none' end`

/** What subject_sector() of the database says, without a call in the statement that every request runs. */
const sectorOfClient = `(select case when k.metadata ->> 'subject_type' = 'pairwise'
    then coalesce('sector:' || (k.metadata ->> 'sector_host'), k.id) end
  from clients k where k.id = q.client_id)`

/**
 * Reads over accounts, authorization, clients, sessions, federation, factors and passkeys; selects only. Served by the primary keys of
 * subjects, users, kept_subjects, client_sessions, session_epochs, sessions and upstream_sign_ins and by indexes
 * assignments_by_principal, subjects_one_per_client, factors_by_user and passkeys_by_user. Without a client the usual subject
 * is read.
 */
const select = {
  name: 'admission_facts_v8',
  text: `select q.n, facts.*
         from jsonb_to_recordset($1::jsonb)
           as q (n integer, k integer, subject text, sid text, now timestamptz, session text, client_id text, connection uuid)
         cross join lateral (
         select u.id as user_id, s.subject, u.status, u.email, u.email_verified_at, u.username, u.name,
                coalesce(
                  (select k.subject from kept_subjects k where k.user_id = u.id and k.client_id = q.client_id),
                  (select k.subject from kept_subjects k where k.user_id = u.id and k.client_id = sector.key),
                  (select o.subject from subjects o
                   where o.user_id = u.id and o.client_id = q.client_id and o.merged_from is null),
                  (select o.subject from subjects o
                   where o.user_id = u.id and o.client_id = sector.key and o.merged_from is null),
                  case when sector.key is null then coalesce(
                    (select o.subject from subjects o
                     where o.user_id = u.id and o.client_id is null and o.merged_from is null),
                    s.subject) end) as known_as,
                sector.key as sector,
                array(select a.role from assignments a
                      where a.principal_type = 'user' and a.principal_id = u.id::text and a.revoked_at is null
                        and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
                        and a.starts_at <= q.now and (a.ends_at is null or a.ends_at > q.now)) as roles,
                ${administratorAt('q.now')} as administrator, ${ownLevel} as own_level,
                c.sid, c.user_id as session_user_id, c.client_id as session_client_id, c.ended_at as session_ended_at,
                e.ended_before,
                exists (select 1 from sessions b
                        where b.uid = q.session and b.user_id = u.id and b.ended_at is null) as stands,
                q.connection is not null and not exists (select 1 from upstream_sign_ins i where i.id = q.connection) as proof_ended
         from subjects s
         join users u on u.id = s.user_id
         cross join (select ${sectorOfClient} as key) sector
         left join client_sessions c on c.sid = q.sid
         left join session_epochs e on e.user_id = u.id
         where s.subject = q.subject
         offset 0) facts
         where q.k = 1`,
}

export interface Found {
  person: PersonRecord
  facts: PersonFacts
  roles: string[]
}

export async function findFacts(db: Db, asked: Asked, now: Date): Promise<Found | null> {
  const { session = null, connection = null } = asked.signIn ?? {}
  const [row] = await runTogether<Row>(db, select, {
    subject: asked.subject,
    sid: asked.sid ?? null,
    now,
    session,
    client_id: asked.clientId,
    connection,
  })
  if (!row) return null
  const person = {
    userId: row.user_id,
    subject: row.subject,
    knownAs: row.known_as,
    sector: row.sector,
    email: row.email,
    emailVerified: row.email_verified_at !== null,
    username: row.username,
    name: row.name,
    administrator: row.administrator,
    ownLevel: row.own_level,
  }
  const facts: PersonFacts = { status: row.status }
  if (asked.signIn)
    facts.signInEnded = !row.stands && (row.proof_ended || isPast(asked.signIn.at, row.ended_before))
  if (asked.sid !== undefined) facts.session = sessionOf(row, asked)
  return { person, facts, roles: row.roles }
}

const isPast = (at: Date, epoch: Date | null): boolean => epoch !== null && at <= epoch

function sessionOf(
  row: Row,
  { clientId, sessionClientId = clientId }: Asked,
): NonNullable<PersonFacts['session']> | null {
  if (row.sid === null) return null
  return {
    ended: row.session_ended_at !== null,
    samePerson: row.session_user_id === row.user_id,
    sameClient: row.session_client_id === sessionClientId,
  }
}

/** What bears on how surely a person must be recognised, and what they have to show it by. */
export interface SignInFacts {
  administrator: boolean
  ownLevel: OwnLevel
  /** The device that presents this value is not to be asked for a second factor. */
  remembered: boolean
}

const ofSignIn = {
  name: 'admission_sign_in_facts_v1',
  text: `select ${administratorAt('$3')} as administrator, ${ownLevel} as own_level,
                exists (select 1 from devices d
                        where d.token_hash = $2 and d.user_id = u.id and d.remembered_until > $3) as remembered
         from users u where u.id = $1`,
}

/** Served by the primary key of users and by indexes assignments_by_principal, factors_by_user, passkeys_by_user and devices_by_token. */
export async function findSignInFacts(
  db: Db,
  asked: { userId: string; deviceHash: Buffer | null },
  now: Date,
): Promise<SignInFacts> {
  const [row] = await run<{ administrator: boolean; own_level: OwnLevel; remembered: boolean }>(
    db,
    ofSignIn,
    [asked.userId, asked.deviceHash, now],
  )
  return {
    administrator: row?.administrator ?? false,
    ownLevel: row?.own_level ?? 'none',
    remembered: row?.remembered ?? false,
  }
}
