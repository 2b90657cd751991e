import { amountsMoved, type Pair } from './amounts.js'
import { type EngineParameters, ONE } from './engine.js'
import { max, min } from './extremes.js'
import { byToken, type Margin, type Position } from './margin.js'
import { decodeTokenId } from './token-id.js'

/** What a liquidator is offered before losses are shared, raw units of token0 and token1. */
export type LiquidationBonus = {
  readonly bonus: Pair
  /** Balance that is borrowed, of which no bonus is paid. */
  readonly loans: Pair
}

/**
 * The bonus of a liquidation, per token: the smaller of a share of the balance and the shortfall, and
 * no more than that share of what is not borrowed. What the venue then does (paying one token's loss
 * with the other, taking premium back) depends on what closing the positions brings, which this
 * leaves out. `margin` is the one at the venue's averaged tick.
 */
export function liquidationBonus(
  { maxBonus }: EngineParameters,
  { balance, required }: Margin,
  positions: readonly Position[],
): LiquidationBonus {
  const loans = loansOf(positions)
  const bonus = byToken((token) => {
    const [held, borrowed] = [balance[token], loans[token]]
    const wanted = min((held * maxBonus) / ONE, max(required[token] - held, 0n))
    const backing = (ONE * wanted) / maxBonus
    if (wanted === 0n || backing + borrowed <= held) return wanted
    return (maxBonus * max(held - borrowed, 0n)) / ONE
  })
  return { bonus, loans }
}

function loansOf(positions: readonly Position[]): Pair {
  const loans = positions.flatMap(({ tokenId, size }) => {
    const { legs, tickSpacing } = decodeTokenId(tokenId)
    return legs
      .filter(({ width, isLong }) => width === 0 && !isLong)
      .map((leg) => ({
        token: leg.tokenType,
        amount: amountsMoved(leg, size, tickSpacing)[leg.tokenType],
      }))
  })
  return byToken((token) =>
    loans.reduce((sum, loan) => (loan.token === token ? sum + loan.amount : sum), 0n),
  )
}
