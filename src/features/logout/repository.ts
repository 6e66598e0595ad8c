import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'

/** A session at a client that wants to hear of its end. */
export interface Participant {
  sid: string
  clientId: string
  userId: string
  /** What the client knows the person by. */
  subject: string
}

interface Row {
  sid: string
  client_id: string
  user_id: string
  /** Null: it has never had a token of this person. */
  subject: string | null
}

/**
 * SQL of the `sub` in a client's tokens, as admission finds it: kept from before a merge by it or its sector, one of its own or of
 * its sector, or the person's usual one, which a pairwise client never learns. `user` and `client` name columns.
 */
export const subjectAt = ({ user, client }: { user: string; client: string }): string => `coalesce(
  (select k.subject from kept_subjects k where k.user_id = ${user} and k.client_id = ${client}),
  (select k.subject from kept_subjects k where k.user_id = ${user} and k.client_id = subject_sector(${client})),
  (select o.subject from subjects o
   where o.user_id = ${user} and o.client_id = ${client} and o.merged_from is null),
  (select o.subject from subjects o
   where o.user_id = ${user} and o.client_id = subject_sector(${client}) and o.merged_from is null),
  case when subject_sector(${client}) is null then
    (select o.subject from subjects o
     where o.user_id = ${user} and o.client_id is null and o.merged_from is null) end)`

const subject = subjectAt({ user: 'c.user_id', client: 'c.client_id' })

const columns = `c.sid, c.client_id, c.user_id, ${subject} as subject`

const hears = `a.metadata ->> 'backchannel_logout_uri' is not null`

const ofSession = {
  name: 'logout_participants_v2',
  text: `select ${columns} from client_sessions c join clients a on a.id = c.client_id
         where c.session_uid = $1 and ${hears}`,
}

const ofClient = {
  name: 'logout_participants_of_client_v2',
  text: `select ${columns} from sessions s join client_sessions c on c.session_uid = s.uid join clients a on a.id = c.client_id
         where s.user_id = $1 and ($2::text is null or c.client_id = $2) and c.ended_at >= $3 and ${hears}`,
}

const toParticipants = (rows: Row[]): Participant[] =>
  rows.flatMap(({ sid, client_id: clientId, user_id: userId, subject: sub }) =>
    sub === null ? [] : [{ sid, clientId, userId, subject: sub }],
  )

/**
 * The clients that took part in a session and have an address for its end. Reads over sessions, clients and accounts; selects
 * only. Served by indexes client_sessions_by_session and subjects_one_per_client.
 */
export const listOfSession = async (db: Db, sessionUid: string): Promise<Participant[]> =>
  toParticipants(await run<Row>(db, ofSession, [sessionUid]))

/**
 * What of a person has ended since, at one client or (null) at all. Served by indexes sessions_by_user and
 * client_sessions_by_session.
 */
export const listEnded = async (
  db: Db,
  { userId, clientId, since }: { userId: string; clientId: string | null; since: Date },
): Promise<Participant[]> => toParticipants(await run<Row>(db, ofClient, [userId, clientId, since]))
