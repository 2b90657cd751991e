import { CommanderError } from 'commander'
import { EXIT } from './exit-codes.js'
import { outputOf } from './output.js'
import { commandLine } from './program.js'

/** A process as far as the command line uses it. */
export type Host = {
  readonly argv: readonly string[]
  readonly env: { readonly [name: string]: string | undefined }
  readonly stdout: Parameters<typeof outputOf>[0]['stdout']
  readonly stderr: { readonly write: (text: string) => unknown }
  readonly nowMs: () => number
  /** Calls `end` when the process is interrupted or nobody reads on; returns how to stop listening. */
  readonly whenEnded: (end: () => void) => () => void
  readonly version: string
}

/** Runs one command line and returns its exit code; a failure is a message on stderr, never a throw. */
export async function run(host: Host): Promise<number> {
  const { argv, env, stdout, stderr } = host
  let code = EXIT.OK
  const program = commandLine({
    output: (options) => outputOf({ stdout, stderr, env }, options),
    environment: env,
    nowMs: host.nowMs,
    whenEnded: host.whenEnded,
    version: host.version,
    done: (result) => {
      code = result
    },
  })
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((one) => one.commands),
  ]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE
    const { exitCodeOf, failureText } = await import('./failure.js')
    stderr.write(`${failureText(error, program.opts<{ debug?: boolean }>().debug === true)}\n`)
    return exitCodeOf(error)
  }
}
