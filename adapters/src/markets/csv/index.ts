export type { CsvHistoryOptions } from './read.js'
export { CsvHistoryError, historyFromCsv } from './read.js'
