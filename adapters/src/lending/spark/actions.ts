export { encode } from '../aave-v3/actions.js'
