import type { Style } from './render/style.js'

/** Where a command writes, and how text may look there. */
export type Output = {
  readonly write: (text: string) => void
  readonly progress: (text: string) => void
  /** What went wrong without ending the command; `--quiet` does not silence it. */
  readonly warn: (text: string) => void
  readonly style: Style
}

/** A process as far as its output goes. */
type Streams = {
  readonly stdout: {
    readonly isTTY?: boolean | undefined
    readonly write: (text: string) => unknown
  }
  readonly stderr: { readonly write: (text: string) => unknown }
  readonly env: { readonly [name: string]: string | undefined }
}

/**
 * Colours and fine characters on a terminal only. `--plain` and NO_COLOR turn colours off,
 * FORCE_COLOR turns them on where the output is no terminal; `--plain` and a pipe keep to ASCII.
 */
export function outputOf(
  { stdout, stderr, env }: Streams,
  { plain = false, quiet = false }: { readonly plain?: boolean; readonly quiet?: boolean },
): Output {
  const isForced = (env.FORCE_COLOR ?? '0') !== '0'
  const isColorful = (stdout.isTTY === true && env.TERM !== 'dumb') || isForced
  const isRefused = plain || (env.NO_COLOR ?? '') !== ''
  return {
    write: (text) => void stdout.write(`${text}\n`),
    warn: (text) => void stderr.write(`${text}\n`),
    progress: (text) => (quiet ? undefined : void stderr.write(`${text}\n`)),
    style: {
      color: isColorful && !isRefused,
      unicode: !plain && (stdout.isTTY === true || isForced),
    },
  }
}
