import { spawnSync } from 'node:child_process'

/** A command of a check failed; the message holds its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/**
 * Runs a command to its end and returns what it printed on stdout.
 *
 * @throws {CommandError} when it cannot start or exits with another code than 0.
 */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string },
): string {
  const result = spawnSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (result.status === 0) return result.stdout
  const output = [result.error?.message, result.stdout, result.stderr].filter(Boolean).join('\n')
  throw new CommandError(`${command} ${args.join(' ')} exited with ${result.status}\n${output}`)
}
