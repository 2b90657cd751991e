import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A contender that is a process of its own and waits for the next round. */
export type LineProcess = {
  /** Runs once; nanoseconds. */
  readonly round: () => Promise<number>
  /** Ends the process; the numbers that it then prints. */
  readonly end: (count: number) => Promise<readonly number[]>
}

/** Starts a program that answers each line with nanoseconds, and its end with results, a line each. */
export function startLineProcess(command: string, args: readonly string[]): LineProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<number> => {
    const { value, done } = await lines.next()
    if (done === true) {
      throw new Error(`${command} ended early. Run it by hand: ${[command, ...args].join(' ')}`)
    }
    return Number(value)
  }
  return {
    round: () => {
      child.stdin.write('\n')
      return next()
    },
    end: async (count) => {
      child.stdin.end()
      const results: number[] = []
      for (let result = 0; result < count; result++) results.push(await next())
      return results
    },
  }
}
