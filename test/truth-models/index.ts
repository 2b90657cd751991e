import type { TruthModel } from '@plimsoll/testkit'
import { aaveV3MainnetModel, aaveV3StatesModel } from './aave-v3.js'
import { models as blackModels } from './black76.js'
import { bybitModel } from './bybit.js'
import { compoundV3Models } from './compound-v3.js'
import { models as deribitModels } from './deribit.js'
import { deriveModels } from './derive.js'
import { models as deriveIntegerModels } from './derive-integer.js'
import { models as derivePortfolioModels } from './derive-pm.js'
import { hyperliquidModel } from './hyperliquid.js'
import { lyraV1Model } from './lyra-v1.js'
import { morphoBlueModels } from './morpho-blue.js'
import { okxModel } from './okx.js'
import { opynGammaModel } from './opyn-gamma.js'
import { panopticV2Models } from './panoptic-v2.js'
import { paradexModels } from './paradex.js'
import { models as covarianceModels } from './risk-covariance.js'
import { models as haircutModels } from './risk-haircut.js'
import { models as tailModels } from './risk-tail.js'

/** The models that reproduce the files of `test/truth`; one file per venue, one line each here. */
export const models: readonly TruthModel[] = [
  aaveV3MainnetModel,
  aaveV3StatesModel,
  ...blackModels,
  bybitModel,
  ...compoundV3Models,
  ...deribitModels,
  ...deriveModels,
  ...deriveIntegerModels,
  ...derivePortfolioModels,
  hyperliquidModel,
  lyraV1Model,
  ...morphoBlueModels,
  okxModel,
  opynGammaModel,
  ...panopticV2Models,
  ...paradexModels,
  ...covarianceModels,
  ...haircutModels,
  ...tailModels,
]
