import { resolveAsset } from '@plimsoll/adapters/assets'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { describe, it } from 'vitest'
import { adapterOf, OWNERS, twoPools } from '../panoptic-v2/madeUp.js'
import { recordSynthetic } from '../panoptic-v2/readSynthetic.js'

// The recording is synthetic: measured accounts, encoded as the contracts' interface says.
const pools = twoPools()
const adapter = adapterOf(pools)

describeConformance(
  { describe, it },
  {
    adapter,
    recording: await recordSynthetic(adapter, pools, OWNERS),
    registry: resolveAsset,
    limit: 600,
  },
)
