// The wallet adapter on a local node, where no token is listed.
import { walletTokens } from '@plimsoll/adapters/wallet/tokens'

export default walletTokens({ chains: [31337], tokens: { 31337: [] } })
