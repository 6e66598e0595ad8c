import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'

import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  type Elsewhere,
  overApi,
  withExample,
} from '../../platform/command.ts'
import { openPrivateFile } from '../../platform/private-file.ts'
import { startupError } from '../../platform/startup-error.ts'
import * as audit from '../audit/index.ts'
import { type Plan, rememberingAddresses } from './apply-configuration.ts'
import { applyDocuments, type Documents, planDocuments } from './apply-document.ts'
import { addConvert } from './convert/commands.ts'
import { localKeeper } from './document/keeper.ts'
import { openDocument } from './document/open-document.ts'
import { documentsIn } from './document/read-file.ts'
import { errors } from './errors.ts'
import { exportConfiguration } from './export-configuration.ts'
import { describePlan, summaryOf } from './plan/show-plan.ts'
import type { UserParts } from './users/user-parts.ts'
import { usersAsDocuments } from './users/write-users.ts'

type Open = () => Promise<UserParts>

/** `gatehouse export`, `plan` and `apply`: the configuration as a file. */
export const commands: CommandGroup<UserParts> = (program, open, elsewhere = () => null) => {
  addExport(program, open, elsewhere)
  addPlan(program, open, elsewhere)
  addApply(program, open, elsewhere)
  addConvert(program)
}

interface ExportOptions {
  output?: string
  users?: true
}

function addExport(program: Command, open: Open, elsewhere: Elsewhere): void {
  const command = program
    .command('export')
    .description('write the configuration as YAML; secrets only as hashes or sealed')
    .option('-o, --output <file>', 'into a file that only you may read, not to standard output')
    .option('--users', 'people too, with password hashes and sealed seeds; on the database alone')
    .action(async ({ output, users }: ExportOptions) => {
      const there = elsewhere()
      if (there) {
        await writeWhole(output, await documentOf(there, users === true))
        return
      }
      const app = await open()
      const at = app.clock.now()
      await audit.record(app.db, at, byCommandLine, {
        action: 'configuration.exported',
        target: { type: 'configuration', id: 'document' },
        details: { users: users === true },
      })
      const file = output === undefined ? null : await openPrivateFile(output)
      const write = async (text: string): Promise<void> => {
        if (file) await file.appendFile(text)
        else if (!process.stdout.write(text)) await once(process.stdout, 'drain')
      }
      try {
        await exportConfiguration(app, write, async (reading) => {
          if (users) for await (const text of usersAsDocuments(reading)) await write(text)
        })
      } finally {
        await file?.close()
      }
    })
  withExample(overApi(command), 'export -o gatehouse.yaml')
}

async function documentOf(call: ApiCall, users: boolean): Promise<string> {
  if (users)
    throw startupError(
      'A server gives nobody all people with their seeds: use --local, or gatehouse user export.',
    )
  const { body } = await call({ does: 'GET /admin/configuration' })
  return (body as { document: string }).document // as JSON
}

async function writeWhole(output: string | undefined, text: string): Promise<void> {
  if (output === undefined) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    return
  }
  const file = await openPrivateFile(output)
  try {
    await file.appendFile(text)
  } finally {
    await file.close()
  }
}

interface PlanOptions {
  file: string
  prune?: true
  json?: true
  yes?: true
}

const naming = (command: Command): Command =>
  overApi(command)
    .requiredOption('-f, --file <file>', 'the document, as an export gives it; - for standard input')
    .option('--prune', 'remove what a section of the document does not name')
    .option('--json', 'answer as JSON')

function addPlan(program: Command, open: Open, elsewhere: Elsewhere): void {
  const command = naming(
    program.command('plan').description('what apply would change; exits with 2 when there is something'),
  ).action(async (options: PlanOptions) => {
    const { plan } = await meansAt(elsewhere(), open, options)
    say(options, plan)
    if (plan.changes.length > 0) process.exitCode = 2
  })
  withExample(command, 'plan -f gatehouse.yaml')
}

function addApply(program: Command, open: Open, elsewhere: Elsewhere): void {
  const command = naming(
    program.command('apply').description('make the configuration what a document says, all of it or nothing'),
  )
    .option('--yes', 'do not ask')
    .action(async (options: PlanOptions) => {
      const { plan, apply } = await meansAt(elsewhere(), open, options)
      if (!options.json || !options.yes) process.stderr.write(`${describePlan(plan.changes)}\n`)
      if (plan.changes.length > 0) {
        if (!options.yes && !(await agreed(options))) throw errors.configuration_declined()
        await apply()
      }
      answer(options, { ...plan, summary: summaryOf(plan.changes), applied: true }, 'Applied.')
    })
  withExample(command, 'apply -f gatehouse.yaml --yes')
}

interface Means {
  plan: Plan
  /** Does what the plan says. */
  apply(): Promise<void>
}

async function meansAt(there: ApiCall | null, open: Open, options: PlanOptions): Promise<Means> {
  if (there) return plannedThere(there, options)
  const app = rememberingAddresses(await open())
  const { documents, plan } = await planned(app, options)
  const wanted = { prune: options.prune === true, shown: plan }
  return { plan, apply: () => applyDocuments(app, byCommandLine, documents, wanted) }
}

/** The server compares anew when it applies; it reads no references, neither its own files nor ours. */
async function plannedThere(call: ApiCall, options: PlanOptions): Promise<Means> {
  const body = { document: textOf(options.file), prune: options.prune === true }
  const asked = await call({ does: 'POST /admin/configuration/plan', body })
  return {
    plan: asked.body as Plan, // ConfigurationPlan, as JSON
    async apply() {
      await call({ does: 'POST /admin/configuration/apply', body })
    },
  }
}

async function planned(app: UserParts, options: PlanOptions): Promise<{ documents: Documents; plan: Plan }> {
  const text = textOf(options.file)
  const keeper = localKeeper(dirname(options.file))
  function* documents() {
    for (const source of documentsIn(text)) yield openDocument(source, keeper)
  }
  return { documents, plan: await planDocuments(app, documents, { prune: options.prune === true }) }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw errors.configuration_invalid({ detail: `${file} cannot be read.` })
  }
}

const say = (options: PlanOptions, { changes }: Plan): void => {
  answer(options, { changes, summary: summaryOf(changes) }, describePlan(changes))
}

/** Whoever cannot be asked has not agreed. */
async function agreed({ file }: PlanOptions): Promise<boolean> {
  if (!process.stdin.isTTY || file === '-') return false
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asking.question('Apply this? (yes/no) ')).trim())
  } finally {
    asking.close()
  }
}
