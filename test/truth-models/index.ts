import type { TruthModel } from '@plimsoll/testkit'
import { aaveV3MainnetModel, aaveV3StatesModel } from './aave-v3.js'
import { models as blackModels } from './black76.js'
import { deriveModels } from './derive.js'
import { hyperliquidModel } from './hyperliquid.js'

/** The models that reproduce the files of `test/truth`; one file per venue, one line each here. */
export const models: readonly TruthModel[] = [
  aaveV3MainnetModel,
  aaveV3StatesModel,
  ...blackModels,
  ...deriveModels,
  hyperliquidModel,
]
