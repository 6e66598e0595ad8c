/** Runs in a thread of its own: estimates the strength of passwords, one at a time (`open.ts` asks). */
import { parentPort } from 'node:worker_threads'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as commonWords } from '@zxcvbn-ts/language-common'
import { dictionary as englishWords } from '@zxcvbn-ts/language-en'

import type { Answer, Question } from './messages.ts'

/** Characters of a password that are measured: the time grows much faster than the length. */
const longestMeasured = 100

const commonPasswords = new Set(commonWords['passwords-common'])
const estimator = new ZxcvbnFactory({
  dictionary: { ...commonWords, ...englishWords },
  graphs: adjacencyGraphs,
})

/** Also with digits and signs put before and behind it, as long as they are the smaller part. */
function isCommon(password: string): boolean {
  const folded = password.toLowerCase()
  const core = folded.replace(/^\P{L}+/u, '').replace(/\P{L}+$/u, '')
  return commonPasswords.has(folded) || (commonPasswords.has(core) && core.length * 2 > folded.length)
}

const tell = (answer: Answer): void => parentPort?.postMessage(answer)

parentPort?.on('message', ({ password, words }: Question) => {
  tell({ common: isCommon(password) })
  tell({ score: estimator.check(password.slice(0, longestMeasured), [...words]).score })
})
estimator.check('the first estimate takes three times as long', [])
tell({ ready: true })
