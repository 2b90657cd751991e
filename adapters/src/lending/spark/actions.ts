export { type ActionCall, aaveV3WithOperations, encode } from '../aave-v3/actions.js'
