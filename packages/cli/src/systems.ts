import type { FactorId } from '@plimsoll/model'
import type { MarginSystem, SpanParameters } from '@plimsoll/risk/compare'
import { spanStyle } from '@plimsoll/risk/compare'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { unifiedSystem } from '@plimsoll/risk/unified'

/**
 * Scan ranges for every underlying: the grid's width of crypto portfolio margins, since no clearing
 * house clears most of them; the short-option minimum of Derive.
 */
const SPAN: SpanParameters = {
  priceScanRange: 0.16,
  volatilityScanRange: 0.3,
  extremeMove: 3,
  extremeCover: 0.33,
  shortOptionMinimum: 0.005,
  initialFactor: 1.1,
}

const MAJORS: readonly string[] = ['spot:BTC', 'spot:ETH']

/** Margin systems that `margin --compare` shows, loaded when they are asked for. */
export async function loadSystems(options: {
  /** Whether a venue's parameters of BTC may stand in for those that it does not publish. */
  readonly assume: boolean
}): Promise<readonly MarginSystem[]> {
  const [derive, deribit, paradex, okx, bybit, lyra] = await Promise.all([
    import('@plimsoll/adapters/options/derive/system'),
    import('@plimsoll/adapters/options/deribit/system'),
    import('@plimsoll/adapters/perps/paradex/system'),
    import('@plimsoll/adapters/options/okx'),
    import('@plimsoll/adapters/options/bybit'),
    import('@plimsoll/adapters/options/lyra-v1'),
  ])
  const everywhere = <Parameters>(parameters: Parameters) =>
    options.assume ? { parameters: (_underlying: FactorId) => parameters } : {}
  return [
    unifiedSystem(DEFAULT_MARKET_STATE),
    spanStyle(() => SPAN),
    derive.deriveSystem(everywhere(derive.DERIVE_V2_PARAMETERS)),
    deribit.deribitSystem(everywhere(deribit.DERIBIT_BTC_2024)),
    paradex.paradexSystem(everywhere(paradex.PARADEX_BTC_2026)),
    okx.okxSystem((underlying) => ({
      ...okx.OKX_MOVES_2025[MAJORS.includes(underlying) ? 'bitcoin-ether' : 'other'],
      depegTiers: okx.OKX_DEPEG_EXAMPLE,
      initialFactor: okx.OKX_INITIAL_FACTOR,
    })),
    bybit.bybitCrossSystem(() => bybit.BYBIT_CROSS_2022),
    lyra.lyraV1System(
      (underlying) => (underlying === 'spot:ETH' || options.assume ? lyra.LYRA_V1_RECORDED : null),
      'quote',
    ),
  ]
}
