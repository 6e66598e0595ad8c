import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import type { CommandParts } from '../../src/app.ts'
import { command } from '../support/command.ts'
import { afterTest } from '../support/parts.ts'
import { temporaryFolder } from '../support/process.ts'

/** A shell that knows `gatehouse`, `curl`, and `npm` by name only; no other program is found. */
export interface Shell {
  /** Where it is. */
  folder: string
  /** Runs a text of several commands, as it stands. */
  run(text: string, variables?: Record<string, string>): Promise<Ran>
}

export interface Ran {
  code: number
  said: string
  /** Each call of `gatehouse` and `curl` that did not go well: `1 gatehouse role …`, `401 /users/me`. */
  refused: string[]
  /** Each call of npm that is not of our command line. */
  named: string[]
}

/** Hands its words, its variables and what is piped in to the test, which runs the command in its own process. */
const gatehouse = `#!/bin/bash
at=$(/usr/bin/mktemp -d "$SPOOL/XXXXXX")
printf '%s\\0' "$@" > "$at/words"
/usr/bin/env -0 > "$at/variables"
if [ -p /dev/stdin ]; then /bin/cat > "$at/stdin"; fi
code=$(/usr/bin/curl -sS "$RUNNER" -H "at: $at")
/bin/cat "$at/stdout"
/bin/cat "$at/stderr" >&2
[ "$code" = 0 ] || printf '%s gatehouse %s\\n' "$code" "$*" >> "$SPOOL/refused"
`

/** Its last line of output goes apart: the status, and where it was asked for. */
const curl = `#!/bin/bash
/usr/bin/curl "$@" -w '%{stderr}\\n[%{http_code} %{url_effective}]\\n' 2> "$SPOOL/told"
code=$?
/bin/cat "$SPOOL/told" >&2
[ $code = 0 ] || printf 'curl ended with %s\\n' "$code" >> "$SPOOL/refused"
`

/** \`npm run gatehouse --\` is the command line. */
const npm = `#!/bin/bash
line="npm $*"
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
case "$line" in
  'npm run gatehouse -- '* | 'npm run -s gatehouse -- '*) shift; exec gatehouse "$@" ;;
esac
printf '%s\\n' "$line" >> "$SPOOL/named"
`

export async function openShell(app: CommandParts): Promise<Shell> {
  const [folder, bin, spool] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
  const program = (path: string, text: string) => {
    writeFileSync(path, text)
    chmodSync(path, 0o755)
  }
  for (const [name, text] of Object.entries({ gatehouse, curl, npm })) program(join(bin, name), text)
  symlinkSync('/bin/bash', join(bin, 'bash'))
  const runner = await serve(app)
  const surroundings = { PATH: bin, HOME: folder, SPOOL: spool, RUNNER: runner }

  return {
    folder,
    async run(text, variables = {}) {
      const taken = (name: string): string[] => {
        const path = join(spool, name)
        const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
        writeFileSync(path, '')
        return lines.filter((line) => line !== '')
      }
      const { code, said } = await bash(text, folder, { ...surroundings, ...variables })
      const statuses = [...said.matchAll(/^\[([45]\d\d) https?:\/\/[^/]+([^\]]*)\]$/gm)].map(
        ([, status = '', path = '']) => `${status} ${path}`,
      )
      return { code, said, refused: [...taken('refused'), ...statuses], named: taken('named') }
    },
  }
}

const bash = (
  text: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; said: string }> =>
  new Promise((resolve, reject) => {
    let said = ''
    const child = spawn('/bin/bash', ['-eu', '-o', 'pipefail', '-c', text], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code: code ?? 1, said })
    })
  })

/** Where the program `gatehouse` of the shell asks for a command to be run; the answer is its exit code. */
async function serve(app: CommandParts): Promise<string> {
  const server = createServer((request, response) => {
    const at = String(request.headers.at)
    void runIn(at, app).then((code) => response.end(String(code)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/` // it listens on a port
}

async function runIn(at: string, app: CommandParts): Promise<number> {
  const listed = (name: string) => readFileSync(join(at, name), 'utf8').split('\0').slice(0, -1)
  const variables = Object.fromEntries(
    listed('variables').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  const piped = join(at, 'stdin')
  const ended = await command(listed('words'), variables, {
    app,
    folder: variables.PWD ?? '/',
    stdin: existsSync(piped) ? readFileSync(piped) : Buffer.alloc(0),
  })
  writeFileSync(join(at, 'stdout'), ended.stdout)
  writeFileSync(join(at, 'stderr'), ended.stderr)
  return ended.code
}
