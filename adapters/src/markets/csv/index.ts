export type { CsvHistoryOptions } from './historyFromCsv.js'
export { CsvHistoryError, historyFromCsv } from './historyFromCsv.js'
