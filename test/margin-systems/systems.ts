import {
  BYBIT_CROSS_2022,
  portfolioMargin as bybitPortfolioMargin,
  crossBookMargin,
} from '@plimsoll/adapters/options/bybit'
import { bookMargin, LYRA_V1_RECORDED } from '@plimsoll/adapters/options/lyra-v1'
import type { BookMargin, OptionBook } from '@plimsoll/adapters/options/okx'
import {
  OKX_DEPEG_EXAMPLE,
  OKX_INITIAL_FACTOR,
  OKX_MOVES_2025,
  portfolioMargin as okxPortfolioMargin,
} from '@plimsoll/adapters/options/okx'
import {
  nakedBookMargin,
  OPYN_GAMMA_TESTS,
  spreadBookMargin,
} from '@plimsoll/adapters/options/opyn-gamma'

/** A margin system with its parameters. */
export type MarginSystem = {
  readonly name: string
  readonly margin: (book: OptionBook) => BookMargin
  /** Whether joining two books never asks more than both apart. */
  readonly subAdditive: boolean
  /** Whether it judges perps and futures beside options. */
  readonly takesLinear: boolean
}

/** Every margin system that has no reader. */
export const SYSTEMS: readonly MarginSystem[] = [
  {
    name: 'Lyra v1, calls backed in base',
    margin: (book) => bookMargin(book, LYRA_V1_RECORDED, 'base'),
    subAdditive: true,
    takesLinear: false,
  },
  {
    name: 'Lyra v1, calls backed in quote',
    margin: (book) => bookMargin(book, LYRA_V1_RECORDED, 'quote'),
    subAdditive: true,
    takesLinear: false,
  },
  {
    name: 'Opyn Gamma, naked vaults',
    margin: (book) => nakedBookMargin(book, { put: OPYN_GAMMA_TESTS, call: OPYN_GAMMA_TESTS }),
    subAdditive: true,
    takesLinear: false,
  },
  {
    name: 'Opyn Gamma, collateralised vaults',
    margin: spreadBookMargin,
    // The pairing of calls is not always the cheapest.
    subAdditive: false,
    takesLinear: false,
  },
  {
    name: 'OKX portfolio margin',
    margin: (book) =>
      okxPortfolioMargin(
        book,
        {
          ...OKX_MOVES_2025['bitcoin-ether'],
          extremeShare: 0.5,
          depegTiers: OKX_DEPEG_EXAMPLE,
          initialFactor: OKX_INITIAL_FACTOR,
        },
        0,
      ),
    subAdditive: true,
    takesLinear: true,
  },
  {
    name: 'Bybit cross margin',
    margin: (book) => crossBookMargin(book, BYBIT_CROSS_2022),
    subAdditive: true,
    takesLinear: false,
  },
  {
    name: 'Bybit portfolio margin',
    margin: (book) =>
      bybitPortfolioMargin(book, {
        spotMoves: [-0.1, -0.05, 0, 0.05, 0.1],
        volatilityMoves: [-0.3, 0, 0.3],
        shortOptionFactor: 0.01,
        linearFactor: 0.005,
        initialFactor: 1.2,
      }),
    subAdditive: true,
    takesLinear: true,
  },
]
