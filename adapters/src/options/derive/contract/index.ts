export type { AccountParameters, AccountParametersRequest } from './readAccountParameters.js'
export { readAccountParameters } from './readAccountParameters.js'
