import type { Profiler } from 'node:inspector'

/** Where the time of a profile went. */
export interface Spent {
  /** Milliseconds in which the main thread did anything. */
  busy: number
  /** Shares of that, by what did it. */
  parts: { name: string; share: number }[]
  /** The functions that took most themselves. */
  functions: { name: string; share: number }[]
}

const most = 14

export function spentIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Spent {
  const own = new Map<number, number>()
  for (const [place, id] of samples.entries()) add(own, id, (timeDeltas[place] ?? 0) / 1000)
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  let busy = 0
  for (const { id, callFrame } of nodes.filter(isWork)) {
    const ms = own.get(id) ?? 0
    busy += ms
    add(parts, partOf(callFrame), ms)
    add(functions, `${callFrame.functionName || '(anonymous)'} ${placeOf(callFrame)}`.trim(), ms)
  }
  const shares = (of: Map<string, number>) =>
    [...of]
      .map(([name, ms]) => ({ name, share: ms / busy }))
      .sort((one, other) => other.share - one.share)
      .slice(0, most)
  return { busy, parts: shares(parts), functions: shares(functions) }
}

function add<Name>(to: Map<Name, number>, name: Name, ms: number): void {
  to.set(name, (to.get(name) ?? 0) + ms)
}

/** Neither waiting nor the profiler itself, which takes long to begin. */
const isWork = ({ callFrame: { functionName, url } }: Profiler.ProfileNode): boolean =>
  functionName !== '(idle)' && url !== 'node:inspector'

type Frame = Profiler.ProfileNode['callFrame']

/** A package, a folder of ours, or a module of Node. */
function partOf({ url, functionName }: Frame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native functions'
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  if (dependency !== undefined) return dependency
  const [, folder] = /\/src\/((?:features\/)?[^/]+)/.exec(url) ?? []
  return folder === undefined ? url.replace(/\/.*/, '') : `src/${folder}`
}

function placeOf({ url, lineNumber }: Frame): string {
  if (url === '') return ''
  return `${url.replace(/.*(?:node_modules|src)\//, '')}:${lineNumber + 1}`
}
