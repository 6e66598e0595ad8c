import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup, onDatabaseAlone } from '../../platform/command.ts'
import { addIssuer } from './add-issuer.ts'
import { errors } from './errors.ts'
import { removeIssuer } from './remove-issuer.ts'
import * as issuers from './repository.ts'
import type { TrustedIssuer } from './repository.ts'
import type { NewIssuer } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

interface AddOptions {
  issuer: string
  jwks?: string
  jwksUri?: string
  client: string[]
  subjectIs?: NewIssuer['subjectIs']
  scope?: NewIssuer['scopes']
  maxLifetime?: number
  json?: true
}

/** `gatehouse issuer add|list|remove` */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program
    .command('issuer')
    .description('others whose signed word about a person is taken (RFC 7523)')
  onDatabaseAlone(
    group.command('add'),
    'issuer add --issuer https://idp.example --jwks-uri https://idp.example/jwks --client gh_…',
  )
    .description('trust an issuer from now on')
    .requiredOption('--issuer <name>', 'its `iss`, compared to the character')
    .addOption(new Option('--jwks <file>', 'a file with its public keys').conflicts('jwksUri'))
    .option('--jwks-uri <uri>', 'where it publishes them')
    .requiredOption('--client <id...>', 'clients that may bring its assertions')
    .addOption(
      new Option('--subject-is <what>', 'whom `sub` names: our subject, or an account there that is linked')
        .choices(['subject', 'identity'])
        .default('identity'),
    )
    .option('--scope <scope...>', 'all that it may be exchanged for', ['openid'])
    .option('--max-lifetime <seconds>', 'how long an assertion may be good for', wholeSeconds, 300)
    .option('--json', 'answer as JSON')
    .action(async (options: AddOptions) => {
      const added = await addIssuer(await open(), byCommandLine, inputOf(options))
      answer(options, viewOf(added), `${added.issuer} is trusted`)
    })
  onDatabaseAlone(group.command('list'), 'issuer list --json')
    .description('every trusted issuer')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const all = await issuers.list((await open()).db)
      answer(options, all.map(viewOf), all.map(listingOf).join('\n'))
    })
  onDatabaseAlone(group.command('remove <issuer>'), 'issuer remove https://idp.example')
    .description('trust an issuer no more')
    .option('--json', 'answer as JSON')
    .action(async (issuer: string, options: { json?: true }) => {
      await removeIssuer(await open(), byCommandLine, issuer)
      answer(options, { issuer, removed: true }, `${issuer} is trusted no more`)
    })
}

const inputOf = (options: AddOptions): NewIssuer => ({
  issuer: options.issuer,
  ...(options.jwks !== undefined && { jwks: readKeys(options.jwks) }),
  ...(options.jwksUri !== undefined && { jwksUri: options.jwksUri }),
  clients: options.client,
  subjectIs: options.subjectIs,
  scopes: options.scope,
  maxLifetimeSeconds: options.maxLifetime,
})

function readKeys(path: string): NewIssuer['jwks'] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as NewIssuer['jwks'] // addIssuer refuses what is no key set
  } catch (cause) {
    throw errors.issuer_invalid({ detail: `--jwks ${path} cannot be read as JSON`, cause })
  }
}

function wholeSeconds(value: string): number {
  if (!/^\d{1,4}$/.test(value)) throw new InvalidArgumentError('must be a whole number of seconds')
  return Number(value)
}

const viewOf = (issuer: TrustedIssuer): Record<string, unknown> => ({
  issuer: issuer.issuer,
  ...(issuer.jwks ? { jwks: issuer.jwks } : { jwks_uri: issuer.jwksUri }),
  clients: issuer.clients,
  subject_is: issuer.subjectIs,
  scopes: issuer.scopes,
  max_lifetime_seconds: issuer.maxLifetimeSeconds,
  created_at: issuer.createdAt,
})

const listingOf = ({ issuer, subjectIs, scopes, clients }: TrustedIssuer): string =>
  [issuer, subjectIs, scopes.join(' '), clients.join(' ')].join('  ')
