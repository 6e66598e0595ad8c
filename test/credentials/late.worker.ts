/** A thread that takes longer to load than anybody waits for it. */
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', () => {
  parentPort?.postMessage({ common: false })
  parentPort?.postMessage({ score: 4 })
})
setTimeout(() => parentPort?.postMessage({ ready: true }), 250)
