/** How changes are written. */
export interface WriteOptions {
  /** Pass over accounts that another transaction holds instead of waiting for it. Default false. */
  readonly skipLocked?: boolean
}
