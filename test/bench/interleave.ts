/** Runs one round and returns its time in nanoseconds per evaluation. */
export type Contender = () => number | Promise<number>

/** A contender of this process: `run` makes `evaluations` of them. */
export function timed(evaluations: number, run: () => void): Contender {
  return () => {
    const start = process.hrtime.bigint()
    run()
    return Number(process.hrtime.bigint() - start) / evaluations
  }
}

/**
 * The least time of each contender over the rounds, in nanoseconds per evaluation. Contenders take
 * turns, so that what else the machine does meets all of them, and the least is what it disturbs
 * least.
 */
export async function leastTimes<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Readonly<Record<Name, number>>> {
  const least: Record<string, number> = {}
  const entries = Object.entries<Contender>(contenders)
  for (let round = 0; round < rounds; round++) {
    for (const [name, contender] of entries) {
      least[name] = Math.min(least[name] ?? Infinity, await contender())
    }
  }
  return least as Record<Name, number>
}

/**
 * Heap bytes that `runs` runs leave behind, per run, after as many that let the engine compile them; a
 * collection in between only lowers it.
 */
export function bytesPerRun(runs: number, run: () => void): number {
  for (let count = 0; count < runs; count++) run()
  const before = process.memoryUsage().heapUsed
  for (let count = 0; count < runs; count++) run()
  return (process.memoryUsage().heapUsed - before) / runs
}

/** What an asserted ratio may fall short of its goal on a busy machine. */
export const SLACK = 1.25

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
