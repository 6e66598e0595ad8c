import { type Command, Option } from 'commander'

import { act, listing } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  onDatabaseAlone,
} from '../../platform/command.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../../platform/crypto/index.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { rewrapPersonKeys } from '../audit/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { rewrapKeys } from './rewrap-keys.ts'

/** They open no key ring: with the key-encryption key lost, the way out has to stay open. */
export type KeyCommandParts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

/** `gatehouse keys list | rotate [--alg ALG] | revoke --emergency KID | rewrap` */
export const commands: CommandGroup<KeyCommandParts> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program.command('keys').alias('key').description('the keys tokens are signed with')
  addList(group, call)
  addActs(group, call)
  addRewrap(group, open)
}

interface Key {
  kid: string
  algorithm: string
  state: string
  created_at: string
  ripe_in_seconds: number | null
}

function addList(group: Command, call: ApiCall): void {
  listing<Key>(group, call, {
    name: 'list',
    description: 'show every key and its state',
    example: 'keys list',
    does: 'GET /admin/keys',
    as: 'keys',
    line(key) {
      const wait = key.ripe_in_seconds === null ? '' : ` (may sign in ${key.ripe_in_seconds} s)`
      return `${key.kid}  ${key.algorithm.padEnd(5)}  ${key.state.padEnd(9)}  ${key.created_at}${wait}`
    },
  })
}

interface Rotated {
  rotated: { algorithm: string; kid: string; retired: string }[]
}

interface Revoked {
  kid: string
  successor: string | null
}

function addActs(group: Command, call: ApiCall): void {
  act<Rotated, { alg?: SigningAlgorithm }>(group, call, {
    name: 'rotate',
    description: 'let the published keys sign and publish the next',
    example: 'keys rotate --alg ES256',
    does: 'POST /admin/keys/rotate',
    body: ({ alg }) => ({ algorithm: alg }),
    text: ({ rotated }) =>
      rotated
        .map(({ algorithm, kid, retired }) => `${algorithm}: ${kid} signs; ${retired} is retired.`)
        .join('\n'),
  }).addOption(new Option('--alg <algorithm>', 'only keys of this algorithm').choices(signingAlgorithms))

  // The name is the option's value, not an argument: one in sixty-four begins with a dash.
  act<Revoked, { emergency: string; reason: string }>(group, call, {
    name: 'revoke',
    description: 'refuse everything a leaked key has signed, at once',
    example: 'keys revoke --emergency q3x… --reason "stood in a log"',
    does: 'POST /admin/keys/:emergency/revoke',
    body: ({ reason }) => ({ reason }),
    text: ({ kid, successor }) =>
      `Revoked ${kid}.${successor === null ? '' : ` ${successor} signs in its place.`}`,
  })
    .requiredOption('--emergency <kid>', 'the key; every token it signed becomes void')
    .option('--reason <text>', 'why, for the audit log', 'command line')
}

function addRewrap(group: Command, open: () => Promise<KeyCommandParts>): void {
  const command = group
    .command('rewrap')
    .description('seal all keys under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .action(async (form: { json?: true }) => {
      const app = await open()
      const done = await rewrapKeys(app, byCommandLine)
      const personKeys = await rewrapPersonKeys(app, byCommandLine)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(form, { ...done, personKeys }, `${text}\nOf the audit log: ${personKeys} keys of persons.`)
    })
  onDatabaseAlone(command, 'keys rewrap')
}
