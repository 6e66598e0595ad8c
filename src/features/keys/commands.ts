import { type Command, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../../platform/crypto/index.ts'
import { rewrapPersonKeys } from '../audit/index.ts'
import { type KeyListing, listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { rewrapKeys } from './rewrap-keys.ts'
import { rotateKeys, type Rotation } from './rotate-keys.ts'

/** They open no key ring: with the key-encryption key lost, the way out has to stay open. */
export type KeyCommandParts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

type Open = () => Promise<KeyCommandParts>

interface Form {
  json?: boolean
}

/** `gatehouse keys list | rotate [--alg ALG] | revoke --emergency KID | rewrap` */
export const commands: CommandGroup<KeyCommandParts> = (program, open) => {
  const group = program.command('keys').description('the keys tokens are signed with')
  addList(group, open)
  addRotate(group, open)
  addRevoke(group, open)
  addRewrap(group, open)
}

const asJson = (command: Command): Command => command.option('--json', 'answer with one JSON document')

function addList(group: Command, open: Open): void {
  const command = group.command('list').description('show every key and its state')
  asJson(command).action(async (form: Form) => {
    const found = await listKeys(await open())
    answer(form, { keys: found }, found.map(lineOf).join('\n'))
  })
}

function addRotate(group: Command, open: Open): void {
  const command = group
    .command('rotate')
    .description('let the published keys sign and publish the next')
    .addOption(new Option('--alg <algorithm>', 'only keys of this algorithm').choices(signingAlgorithms))
  asJson(command).action(async (form: Form & { alg?: SigningAlgorithm }) => {
    const rotated = await rotateKeys(await open(), byCommandLine, { algorithm: form.alg })
    answer(form, { rotated }, rotated.map(sentenceOf).join('\n'))
  })
}

/** The name is the option's value, not an argument: one in sixty-four begins with a dash. */
function addRevoke(group: Command, open: Open): void {
  const command = group
    .command('revoke')
    .description('refuse everything a leaked key has signed, at once')
    .requiredOption('--emergency <kid>', 'the key; every token it signed becomes void')
    .option('--reason <text>', 'why, for the audit log')
  asJson(command).action(async (form: Form & { emergency: string; reason?: string }) => {
    const revoked = await revokeKey(await open(), byCommandLine, form.emergency, {
      emergency: true,
      reason: form.reason,
    })
    const then = revoked.successor === null ? '' : ` ${revoked.successor} signs in its place.`
    answer(form, revoked, `Revoked ${revoked.kid}.${then}`)
  })
}

function addRewrap(group: Command, open: Open): void {
  const command = group.command('rewrap').description('seal all keys under the first of KEY_ENCRYPTION_KEY')
  asJson(command).action(async (form: Form) => {
    const app = await open()
    const done = await rewrapKeys(app, byCommandLine)
    const personKeys = await rewrapPersonKeys(app, byCommandLine)
    const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
    answer(form, { ...done, personKeys }, `${text}\nOf the audit log: ${personKeys} keys of persons.`)
  })
}

function lineOf(key: KeyListing): string {
  const state = key.removedAt ? 'removed' : key.state
  const wait = key.ripeInSeconds ? ` (may sign in ${key.ripeInSeconds} s)` : ''
  return `${key.kid}  ${key.algorithm.padEnd(5)}  ${state.padEnd(9)}  ${key.createdAt.toISOString()}${wait}`
}

const sentenceOf = ({ algorithm, kid, retired }: Rotation): string =>
  `${algorithm}: ${kid} signs; ${retired} is retired.`
