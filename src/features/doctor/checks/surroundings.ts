import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'

import { answersRedis } from '../../../platform/redis.ts'
import { tryMailServer } from '../../notifications/index.ts'
import { fail, type Finding, ok, type Patient, warn } from '../finding.ts'

/** Redis, where there is one. */
export async function lookAtRedis({ config: { redisUrl } }: Patient): Promise<Finding[]> {
  if (!redisUrl) return [ok('redis', 'none is set: PostgreSQL does what it would')]
  return [
    (await answersRedis(redisUrl))
      ? ok('redis', 'answers')
      : warn(
          'redis',
          'does not answer; the service goes on without it, slower',
          'Start Redis, or correct REDIS_URL.',
        ),
  ]
}

/** The server that takes mails, and what the domain they are from says of itself. */
export async function lookAtMail({ config, dns }: Patient): Promise<Finding[]> {
  if (!config.mail.url) return [ok('mail', 'nothing is sent: mails are at /mailbox (development)')]
  const refusal = await tryMailServer(config)
  const server =
    refusal === null
      ? ok('mail', 'the server takes mail, as safely as is demanded of it')
      : fail(
          'mail',
          `the server of SMTP_URL ${refusal}`,
          'Correct SMTP_URL, or see why that server refuses; people wait for their mails.',
        )
  return [server, ...(await policiesOf(dns, domainOf(config.mail.from)))]
}

const domainOf = (from: string): string => /@([^>]+)/.exec(from)?.[1]?.trim() ?? ''

/** By which others tell mails of this domain from forged ones (RFC 7208, section 3; RFC 7489, section 6.1). */
async function policiesOf(dns: Patient['dns'], domain: string): Promise<Finding[]> {
  const wanted = [
    {
      check: 'spf',
      name: domain,
      begins: 'v=spf1',
      fix: `Publish a TXT record at ${domain} that names the servers that may send for it (v=spf1 … -all).`,
    },
    {
      check: 'dmarc',
      name: `_dmarc.${domain}`,
      begins: 'v=DMARC1',
      fix: `Publish a TXT record at _dmarc.${domain} (v=DMARC1; p=reject once all mail is signed).`,
    },
  ]
  return Promise.all(
    wanted.map(async ({ check, name, begins, fix }) => {
      const answer = await dns.texts(name)
      if (answer.outcome === 'unknown')
        return warn(
          check,
          `the name server has no word about ${name}`,
          'See whether DNS works from here (DNS_SERVERS).',
        )
      const found = answer.outcome === 'found' && answer.texts.some((text) => text.startsWith(begins))
      return found
        ? ok(check, `${domain} has one`)
        : warn(check, `${domain} has none: others may take its mails for forged`, fix)
    }),
  )
}

const mebibyte = 1024 ** 2

/** The disk under DATA_DIR. */
export async function lookAtDisk({ config: { dataDir, database } }: Patient): Promise<Finding[]> {
  if (!existsSync(dataDir)) return database ? [] : [ok('disk', `${dataDir} is not there yet`)]
  const { bavail, bsize } = await statfs(dataDir)
  const free = Math.floor((bavail * bsize) / mebibyte)
  const said = `${free} MiB free under ${dataDir}`
  const fix = 'Make room, or set DATA_DIR to another disk.'
  if (free < 100) return [fail('disk', said, fix)]
  return [free < 1024 ? warn('disk', said, fix) : ok('disk', said)]
}
