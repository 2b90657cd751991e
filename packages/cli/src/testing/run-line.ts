import { run } from '../run.js'

/** How a command line ended, and what it wrote. */
export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs one command line in this process. */
export async function runLine(
  argv: readonly string[],
  env: { readonly [name: string]: string } = {},
  isTTY = false,
): Promise<Run> {
  let stdout = ''
  let stderr = ''
  const code = await run({
    argv,
    env,
    stdout: {
      isTTY,
      write: (text) => {
        stdout += text
      },
    },
    stderr: {
      write: (text) => {
        stderr += text
      },
    },
    nowMs: Date.now,
    whenEnded: () => () => {},
    version: '1.2.3',
  })
  return { code, stdout, stderr }
}
