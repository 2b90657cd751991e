import { resolveAsset } from '@plimsoll/adapters/assets'
import { spark } from '@plimsoll/adapters/lending/spark'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { describe, it } from 'vitest'
import { recordAave } from './localAave.js'

const recorded = await recordAave('3.0', (markets) => spark({ markets }))
describeConformance({ describe, it }, { ...recorded, registry: resolveAsset })
