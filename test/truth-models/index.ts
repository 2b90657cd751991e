import type { TruthModel } from '@plimsoll/testkit'
import { hyperliquidModel } from './hyperliquid.js'

/** The models that reproduce the files of `test/truth`; one file per venue, one line each here. */
export const models: readonly TruthModel[] = [hyperliquidModel]
