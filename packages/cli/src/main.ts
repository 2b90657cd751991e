#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { run } from './run.js'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

// A reader that stops early, as `head` does, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A second interrupt finds nobody listening and ends the process at once. */
function whenEnded(end: () => void): () => void {
  for (const interrupt of INTERRUPTS) process.once(interrupt, end)
  process.stdout.once('error', end)
  return () => {
    for (const interrupt of INTERRUPTS) process.off(interrupt, end)
    process.stdout.off('error', end)
  }
}

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  nowMs: Date.now,
  whenEnded,
  version: manifest.version,
})
