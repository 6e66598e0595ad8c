import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'

import { answer, byCommandLine, type CommandGroup, onDatabase } from '../../platform/command.ts'
import { openPrivateFile } from '../../platform/private-file.ts'
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
export const commands: CommandGroup<UserParts> = (program, open) => {
  addExport(program, open)
  addPlan(program, open)
  addApply(program, open)
  addConvert(program)
}

interface ExportOptions {
  output?: string
  users?: true
}

function addExport(program: Command, open: Open): void {
  program
    .command('export')
    .description('write the configuration as YAML; secrets only as hashes or sealed')
    .option('-o, --output <file>', 'into a file that only you may read, not to standard output')
    .addHelpText('after', `\nExample:\n  gatehouse export -o gatehouse.yaml\n\n${onDatabase}`)
    .option('--users', 'people too, with password hashes and sealed seeds')
    .action(async ({ output, users }: ExportOptions) => {
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
}

interface PlanOptions {
  file: string
  prune?: true
  json?: true
  yes?: true
}

const naming = (command: Command): Command =>
  command
    .requiredOption('-f, --file <file>', 'the document, as an export gives it; - for standard input')
    .option('--prune', 'remove what a section of the document does not name')
    .option('--json', 'answer as JSON')

function addPlan(program: Command, open: Open): void {
  naming(program.command('plan').description('what apply would change; exits with 2 when there is something'))
    .addHelpText('after', `\nExample:\n  gatehouse plan -f gatehouse.yaml\n\n${onDatabase}`)
    .action(async (options: PlanOptions) => {
      const { plan } = await planned(await open(), options)
      say(options, plan)
      if (plan.changes.length > 0) process.exitCode = 2
    })
}

function addApply(program: Command, open: Open): void {
  naming(
    program.command('apply').description('make the configuration what a document says, all of it or nothing'),
  )
    .option('--yes', 'do not ask')
    .addHelpText('after', `\nExample:\n  gatehouse apply -f gatehouse.yaml --yes\n\n${onDatabase}`)
    .action(async (options: PlanOptions) => {
      const app = rememberingAddresses(await open())
      const { documents, plan } = await planned(app, options)
      if (!options.json || !options.yes) process.stderr.write(`${describePlan(plan.changes)}\n`)
      if (plan.changes.length > 0) {
        if (!options.yes && !(await agreed(options))) throw errors.configuration_declined()
        await applyDocuments(app, byCommandLine, documents, { prune: options.prune === true, shown: plan })
      }
      answer(options, { ...plan, summary: summaryOf(plan.changes), applied: true }, 'Applied.')
    })
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
