import { watchPortfolio } from '@plimsoll/client'
import { toCanonicalJson } from '@plimsoll/model'
import type { Assessed } from '@plimsoll/risk/score'
import { assessAgain } from '@plimsoll/risk/score'
import { EXIT } from '../exit-codes.js'
import type { NetworkOptions, Surroundings } from '../load-portfolio.js'
import { openNetwork } from '../load-portfolio.js'
import type { MarketOptions } from '../options/market.js'
import { parseGivenMarket } from '../options/market.js'
import { parseThresholds } from '../options/thresholds.js'
import type { WatchingOptions } from '../options/watching.js'
import { parseWatching } from '../options/watching.js'
import type { Output } from '../output.js'
import { renderWatchLine, saidForPeople } from '../render/watch.js'
import type { Verdict } from '../verdict.js'
import type { WatchLine } from '../watch-line.js'
import { currentLine, staleLine } from '../watch-line.js'

/** Options of `plimsoll watch`. */
export type WatchOptions = NetworkOptions &
  MarketOptions &
  WatchingOptions & {
    readonly json?: boolean
    readonly warn?: string
    readonly critical?: string
  }

/** Registers what ends a watch from outside, an interrupt or a reader that went away; returns its end. */
export type WhenEnded = (end: () => void) => () => void

/**
 * Prints a line when anything but time changes in what is watched, until it is ended or has printed as
 * many as asked for. The exit code is the last verdict; UNKNOWN where nothing has been read.
 */
export async function watch(
  owners: readonly string[],
  options: WatchOptions,
  output: Output,
  surroundings: Surroundings & { readonly whenEnded: WhenEnded },
): Promise<number> {
  const thresholds = parseThresholds(options)
  const { intervalMs, rescoreMs, staleMs, count } = parseWatching(options)
  const chosen = await parseGivenMarket(options)
  const { ids, client, whom } = await openNetwork(owners, options, surroundings.environment)
  surroundings.progress(`Watching ${whom}…`)
  const ending = new AbortController()
  const paper = linesOn(output, options.json === true)
  let verdict: Verdict = 'UNKNOWN'
  let full: Assessed | null = null
  return new Promise((resolve, reject) => {
    const end = () => {
      ending.abort()
      forget()
      resolve(EXIT[verdict])
    }
    const forget = surroundings.whenEnded(end)
    const say = (line: () => WatchLine) => {
      try {
        const said = line()
        verdict = said.verdict
        if (paper.print(said) === count) end()
      } catch (error) {
        ending.abort()
        forget()
        reject(error)
      }
    }
    watchPortfolio(client, {
      owners: ids,
      pollingIntervalMs: intervalMs,
      stalenessLimitMs: staleMs,
      signal: ending.signal,
      onPortfolio: (portfolio) =>
        say(() => {
          const nowMs = surroundings.nowMs()
          const next = assessAgain(portfolio, full, {
            modules: client.modules,
            nowMs,
            rescoreMs,
            ...chosen,
          })
          full = next.full
          return currentLine(next.report, portfolio, thresholds)
        }),
      onStale: (stale) => say(() => staleLine(stale, surroundings.nowMs())),
      onError: ({ shortMessage }) => surroundings.progress(shortMessage),
    })
  })
}

/** Prints lines that say something new and counts them. */
function linesOn(output: Output, isJson: boolean): { readonly print: (line: WatchLine) => number } {
  let before: string | null = null
  let printed = 0
  return {
    print(line) {
      const said = isJson ? saidForPrograms(line) : saidForPeople(line)
      if (said !== before) {
        output.write(isJson ? toCanonicalJson(line) : renderWatchLine(line, output.style))
        printed += 1
      }
      before = said
      return printed
    },
  }
}

/** What a line says apart from times, to the last digit. */
function saidForPrograms({ nowMs: _now, asOf: _asOf, score, ...line }: WatchLine): string {
  const { atMs: _at, ...said } = score ?? { atMs: null }
  return toCanonicalJson({ ...line, score: said })
}
