import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Heap bytes left behind by an evaluation of each hot loop, in a process that does nothing else: a
 * collection before and after, and none between, since nothing is to be collected.
 */
export function bytesLeftBehind(): Readonly<Record<string, number>> {
  const script = fileURLToPath(new URL('bytesOfLoops.mjs', import.meta.url))
  // New space large enough that no collection hides what was left.
  const flags = ['--expose-gc', '--max-semi-space-size=64', '--min-semi-space-size=64']
  return JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' }))
}
