import { runDemo } from './demo.js'

// Ctrl-C ends the story early; the finally blocks still put everything away.
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort())
}

try {
  await runDemo({
    write: (text) => process.stdout.write(`${text}\n`),
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    signal: interrupted.signal,
  })
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  process.stdout.write('\nInterrupted: the local chain and servers are stopped.\n')
  process.exitCode = 130
}
