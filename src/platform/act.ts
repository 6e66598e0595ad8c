import { type Command, InvalidArgumentError } from 'commander'

import { answer, type ApiCall, type ApiRequest, overApi, withExample } from './command.ts'

/** A command that is one operation of the API. `Typed` holds its arguments and options by their names. */
interface Act<Typed> {
  /** Its name and arguments, like `retry <id>`. */
  name: string
  description: string
  /** What follows `gatehouse`; several where one does not show it. */
  example: string | readonly string[]
  /** Method and path: `:id` stands for what was typed as `<id>`, or was found by `first`. */
  does: ApiRequest['does']
  /** What must be asked before: whose id a name is, say. */
  first?: (call: ApiCall, typed: Typed) => Promise<object>
  query?: (typed: Typed) => ApiRequest['query']
  body?: (typed: Typed) => unknown
}

interface Shown<Answer, Typed> extends Act<Typed> {
  /** The document of `--json`, where it is not what the operation answers. */
  json?: (answer: Answer, typed: Typed) => unknown
  /** The same for a person; a line for each member unless it says otherwise. */
  text?: (answer: Answer, typed: Typed) => string
}

interface Listed<Item, Typed> extends Act<Typed> {
  /** Of its document, the member that holds the items; without, the document is the list. */
  as?: string
  /** An item in the document, where it is not what the operation answers. */
  item?: (item: Item) => unknown
  line: (item: Item, typed: Typed) => string
  /** Said instead of no lines. */
  none?: string
}

interface ById {
  id: string
}

/** Adds a command that does one thing and shows what came of it. What the operation answers is taken to be what it declares. */
export const act = <Answer = Record<string, unknown>, Typed extends object = ById>(
  group: Command,
  call: ApiCall,
  declared: Shown<Answer, Typed>,
): Command =>
  acting<Typed>(group, call, declared, async (request, typed) => {
    const { body } = await call(request)
    const came = (declared.json?.(body as Answer, typed) ?? body) as object | null // as JSON
    answer(typed, came, declared.text?.(body as Answer, typed) ?? inLines(came))
  })

/** Adds a command that lists, with `--limit` where the operation answers in pages: they are followed. */
export const listing = <Item = Record<string, unknown>, Typed extends object = object>(
  group: Command,
  call: ApiCall,
  declared: Listed<Item, Typed>,
): Command =>
  acting<Typed>(group, call, declared, async (request, typed) => {
    const { limit } = typed as { limit?: number } // of `inPages`
    const items: Item[] = []
    for (let after: string | undefined; ;) {
      const asked = limit === undefined ? {} : { limit: Math.min(limit - items.length, mostInPage), after }
      const { body } = await call({ ...request, query: { ...request.query, ...asked } })
      const page = body as { items: Item[]; next?: string | null } // as JSON
      items.push(...page.items)
      after = page.next ?? undefined
      if (after === undefined || limit === undefined || items.length >= limit) break
    }
    const lines = items.map((item) => declared.line(item, typed))
    const text = lines.length === 0 ? (declared.none ?? '') : lines.join('\n')
    const shown = items.map((item) => declared.item?.(item) ?? item)
    answer(typed, declared.as === undefined ? shown : { [declared.as]: shown }, text)
  })

/** Of a page, at most (lists.ts of platform/http). */
const mostInPage = 200

export const inPages = (command: Command, usual = 50): Command =>
  command.option('--limit <number>', 'how many at most', wholeNumber(1, 10_000), usual)

function acting<Typed extends object>(
  group: Command,
  call: ApiCall,
  { name, description, example, does, first, query, body }: Act<Typed>,
  run: (request: ApiRequest, typed: Typed & { json?: true }) => Promise<void>,
): Command {
  const command = group.command(name).description(description)
  command.action(async () => {
    const typed = typedFor(command) as Typed & { json?: true } // what the command declares
    if (first) Object.assign(typed, await first(call, typed))
    const request = {
      does,
      at: typed,
      ...(query && { query: query(typed) }),
      ...(body && { body: body(typed) }),
    }
    await run(request, typed)
  })
  return withExample(overApi(command).option('--json', 'answer as JSON'), example)
}

const typedFor = (command: Command): object => ({
  ...command.opts(),
  ...Object.fromEntries(
    command.registeredArguments.map((argument, place) => [argument.name(), command.processedArgs[place]]),
  ),
})

/** Each member of a document in a line. */
export const inLines = (document: object | null): string =>
  Object.entries(document ?? {})
    .map(([name, value]) => `${name.padEnd(24)}${inWords(value)}`)
    .join('\n')

const inWords = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)

/** Of an option or argument. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d{1,12}$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`)
    return value
  }
