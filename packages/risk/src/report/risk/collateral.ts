import type { CollateralReport, CompiledAccount, MarkId, Portfolio } from '@plimsoll/model'
import { liquidatorTolerance } from '../../haircut/liquidatorTolerance.js'
import type { Program } from '../../program/program.js'
import type { RiskWeightedCollateral } from '../../unified/result.js'

/** Collateral as this engine and as its venue count it. */
export function collateralReport(
  portfolio: Portfolio,
  program: Program,
  collateral: readonly RiskWeightedCollateral[],
): readonly CollateralReport[] {
  const compiled = new Map(program.accounts.map((account) => [account.id, account.compiled]))
  const marks = new Map<string, MarkId | null>(
    portfolio.accounts.flatMap(({ id, legs }) =>
      legs.map((leg) => [`${id}#${leg.id}`, leg.mark] as const),
    ),
  )
  return collateral.map((row): CollateralReport => {
    const { account, leg, asset, value, volatility, peg, liquidity, haircut } = row
    const terms = venueTerms(compiled.get(account) ?? null, marks.get(leg) ?? null)
    return {
      account,
      leg,
      asset,
      value,
      volatility,
      peg,
      liquidity,
      haircut,
      lend: 1 - haircut,
      venueLends: terms?.weight ?? null,
      liquidatorTolerance:
        terms === null || terms.bonus === null
          ? null
          : liquidatorTolerance({
              threshold: terms.weight,
              bonus: terms.bonus,
              slippage: liquidity ?? 0,
            }),
    }
  })
}

/** Liquidation weight and bonus of a mark in a lending account; the least weight where it has several. */
function venueTerms(
  compiled: CompiledAccount | null,
  mark: MarkId | null,
): { readonly weight: number; readonly bonus: number | null } | null {
  if (compiled === null || mark === null) return null
  const place = compiled.marks.indexOf(mark)
  const terms = compiled.tests.flatMap((test) =>
    test.kernel === 'threshold' ? test.collateral.filter((term) => term.mark === place) : [],
  )
  const [first, ...others] = terms
  if (place < 0 || first === undefined) return null
  const least = others.reduce((a, b) => (b.weight < a.weight ? b : a), first)
  return { weight: least.weight, bonus: least.liquidationBonus ?? null }
}
