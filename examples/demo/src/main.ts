import { runDemo } from './demo.js'

// Ctrl-C ends the story early; the finally blocks still put everything away.
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort())
}

try {
  await runDemo({
    write: (text) => process.stdout.write(`${text}\n`),
    color: wantsColor(process.env, process.stdout.isTTY === true),
    signal: interrupted.signal,
  })
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  process.stdout.write('\nInterrupted: the local chain and servers are stopped.\n')
  process.exitCode = 130
}

function wantsColor(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (environment.NO_COLOR !== undefined) return false
  return environment.FORCE_COLOR !== undefined || isTerminal
}
