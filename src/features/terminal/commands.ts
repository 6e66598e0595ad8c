import { Option } from 'commander'

import { answer, type CommandGroup } from '../../platform/command.ts'
import { readIssuer } from '../../platform/config/index.ts'
import { choose, currentServer, keptAt } from './kept.ts'
import { serverNamed } from './server.ts'
import { type Begun, type Identity, signIn } from './sign-in.ts'
import { signOut, whoIsSignedIn } from './signed-in.ts'

interface Options {
  server?: string
  fresh?: true
  json?: true
}

const server = () =>
  new Option('--server <url>', 'the service, like https://id.example.com; else the one signed in to last')

const outcome = 'Ends with 0 when it was done, otherwise with 1 and a sentence on standard error.'

/** None of them opens a database: they know the service by its address alone. */
export const commands: CommandGroup<unknown> = (program) => {
  program
    .command('login [url]')
    .description('sign this command line in, by a code that you enter in a browser')
    .option('--server <url>', 'the service, like https://id.example.com; else ISSUER, or this machine')
    .option('--fresh', 'prove who you are once more, for what wants a recent sign-in')
    .option('--json', 'answer as JSON: one line with the code, one when you are signed in')
    .addHelpText(
      'after',
      `
Prints an address and a code. Open the one in any browser, also on a phone, enter the other, and say yes: the command waits,
and keeps what it gets in ~/.config/gatehouse, for you alone to read. With a URL as its argument, commands that can (see their
--server) work there from now on and not on the database, until you log out. ${outcome}

Examples:
  gatehouse login
  gatehouse login https://id.example.com
  gatehouse login --fresh https://id.example.com
  gatehouse login --server https://id.example.com`,
    )
    .action(async (url: string | undefined, options: Options) => {
      const at = serverNamed(url ?? options.server ?? readIssuer())
      const show = (begun: Begun) => {
        answer(options, shownAsJson(begun), shown(begun))
      }
      const identity = await signIn(keptAt(), at, { fresh: options.fresh === true, show })
      if (url !== undefined) choose(keptAt(), at)
      answer(options, { server: at, ...identity }, `Signed in as ${nameOf(identity)} at ${at}.`)
    })

  program
    .command('whoami')
    .description('say who is signed in, as the service knows it now')
    .addOption(server())
    .option('--json', 'answer as JSON')
    .addHelpText('after', `\n${outcome}\n\nExamples:\n  gatehouse whoami\n  gatehouse whoami --json`)
    .action(async (options: Options) => {
      const at = serverOf(options)
      const identity = await whoIsSignedIn(keptAt(), at)
      answer(options, { server: at, ...identity }, `${nameOf(identity)} at ${at}`)
    })

  program
    .command('logout')
    .description('sign this command line out, here and at the service')
    .addOption(server())
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `\nWhat was kept here is gone in any case. ${outcome}\n\nExamples:\n  gatehouse logout\n  gatehouse logout --server https://id.example.com`,
    )
    .action(async (options: Options) => {
      const at = serverOf(options)
      const signedOut = await signOut(keptAt(), at)
      const text = signedOut ? `Signed out at ${at}.` : `Nobody was signed in at ${at}.`
      answer(options, { server: at, signed_out: signedOut }, text)
    })
}

const serverOf = (options: Options): string =>
  serverNamed(options.server ?? currentServer(keptAt()) ?? readIssuer())

const shownAsJson = ({ userCode, verificationUri, verificationUriComplete, expiresIn }: Begun) => ({
  user_code: userCode,
  verification_uri: verificationUri,
  verification_uri_complete: verificationUriComplete,
  expires_in: expiresIn,
})

function shown({ userCode, verificationUri, verificationUriComplete, expiresIn }: Begun): string {
  return [
    `Open    ${verificationUri}`,
    `Enter   ${userCode}`,
    ...(verificationUriComplete === null ? [] : [`or open ${verificationUriComplete}`]),
    `The code works for ${Math.floor(expiresIn / 60)} minutes. Waiting for you …`,
  ].join('\n')
}

/** What a person calls themselves by. */
function nameOf({ sub, email, preferred_username: username }: Identity): string {
  const known = [email, username].find((name) => typeof name === 'string')
  return typeof known === 'string' ? known : sub
}
