import type { CurrencySummary, PositionAnswer, SummariesAnswer } from './answers.js'
import { InconsistentAnswerError } from './errors.js'
import { parseInstrument } from './instruments.js'
import type { MarginMode } from './mode.js'
import { marginMode } from './mode.js'

/** What one margin account holds: the currencies that it has something in, and its positions. */
export type HeldGroup = {
  readonly mode: MarginMode
  readonly summaries: readonly CurrencySummary[]
  readonly positions: readonly PositionAnswer[]
}

/**
 * The margin accounts in an account's summaries: each segregated currency that something is in, and all
 * currencies of cross margin together.
 *
 * @throws UnsupportedVenueStateError for a margin model or an instrument that is not known,
 * InconsistentAnswerError when positions or totals belong to no currency.
 */
export function groupsOf(
  { id, summaries }: SummariesAnswer,
  answers: readonly PositionAnswer[],
): readonly HeldGroup[] {
  const positions = answers
    .filter(({ size }) => size !== 0)
    .map((answer) => ({ answer, currency: parseInstrument(answer.instrument_name).settlement }))
  const names = new Set(summaries.map(({ currency }) => currency))
  if (names.size !== summaries.length) {
    throw new InconsistentAnswerError(
      `Deribit shows a currency of account ${id} twice. Read again.`,
    )
  }
  const stray = positions.find(({ currency }) => !names.has(currency))
  if (stray !== undefined) {
    throw new InconsistentAnswerError(
      `Deribit shows a position of account ${id} in ${stray.answer.instrument_name} and no summary of ${stray.currency}. Read again.`,
    )
  }
  const held = (summary: CurrencySummary) =>
    positions.filter(({ currency }) => currency === summary.currency).map(({ answer }) => answer)
  const moded = summaries.map((summary) => ({
    summary,
    mode: marginMode(summary),
    positions: held(summary),
  }))
  const segregated = moded.filter(
    ({ mode, summary, positions: own }) =>
      !mode.isCross &&
      (own.length > 0 ||
        hasSomething(summary) ||
        summary.initial_margin !== 0 ||
        summary.maintenance_margin !== 0),
  )
  const cross = moded.filter(({ mode }) => mode.isCross)
  const inUse = cross.filter(
    ({ summary, positions: own }) => own.length > 0 || hasSomething(summary),
  )
  const [first] = cross
  if (cross.some(({ mode }) => mode.name !== first?.mode.name)) {
    throw new InconsistentAnswerError(
      `Deribit states two cross margin models for account ${id}. Read again.`,
    )
  }
  if (inUse.length === 0 && cross.some(({ summary }) => summary.maintenance_margin !== 0)) {
    throw new InconsistentAnswerError(
      `Deribit states a margin of account ${id} and no balance. Read again.`,
    )
  }
  return [
    ...segregated.map(({ mode, summary, positions: own }) => ({
      mode,
      summaries: [summary],
      positions: own,
    })),
    ...(first === undefined || inUse.length === 0
      ? []
      : [
          {
            mode: first.mode,
            summaries: inUse.map(({ summary }) => summary),
            positions: inUse.flatMap(({ positions: own }) => own),
          },
        ]),
  ]
}

const hasSomething = ({ equity, balance, options_value }: CurrencySummary): boolean =>
  equity !== 0 || balance !== 0 || options_value !== 0
