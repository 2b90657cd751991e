/** What a query function is given; TanStack Query's context fits. */
export type QueryContext = { readonly signal: AbortSignal }

/** Query options as TanStack Query takes them, whatever the framework; `query` passes through. */
export type QueryOptions<Data, Key extends readonly unknown[], Query extends object> = Query & {
  readonly queryKey: Key
  readonly queryFn: (context: QueryContext) => Promise<Data>
  readonly enabled: boolean
}

/** Options beside an action's parameters. */
export type QueryParameter<Query extends object> = {
  /** Options of TanStack Query: `staleTime`, `refetchInterval`, `select`, … */
  readonly query?: Query & { readonly enabled?: boolean }
  /** Keeps apart what is otherwise the same query. */
  readonly scopeKey?: string
}
