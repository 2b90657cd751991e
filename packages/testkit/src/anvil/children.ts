import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

/** Ends `child` when this process exits or is told to; no child outlives its parent's end. */
export function endWithParent(child: ChildProcess): void {
  if (running.size === 0) listen()
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    if (running.size === 0) unlisten()
  })
}

function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

function onSignal(signal: keyof typeof SIGNALS): void {
  endAll()
  // Someone else who listens decides when the process ends; alone, we do what the signal asks.
  if (process.listenerCount(signal) === 1) process.exit(SIGNALS[signal])
}

function listen(): void {
  process.on('exit', endAll)
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

function unlisten(): void {
  process.off('exit', endAll)
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
}
