import { resolveAsset } from '@plimsoll/adapters/assets'
import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { describe, it } from 'vitest'
import { recordAave } from './localAave.js'

for (const revision of ['3.0', '3.6'] as const) {
  const recorded = await recordAave(revision, (markets) => aaveV3({ markets }))
  describe(`Aave ${revision}`, () => {
    describeConformance({ describe, it }, { ...recorded, registry: resolveAsset })
  })
}
