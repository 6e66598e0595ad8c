/** A thread that measures passwords as badly as one can: it dies or hangs when the password says so. */
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', ({ password }: { password: string }) => {
  if (password === 'die at once') process.exit(1)
  parentPort?.postMessage({ common: password === 'common' })
  if (password === 'die') throw new Error('died')
  while (password === 'hang');
  parentPort?.postMessage({ score: 4 })
})
parentPort?.postMessage({ ready: true })
