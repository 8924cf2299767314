/**
 * The contract for job engines: what the runtime asks of an engine that the team runs already. What is
 * due stands in the storage and only there; a job says "look now" and carries nothing. So a job may
 * be lost, come twice or come late, and an engine may be down: that costs time, never work.
 */

export interface JobEngine {
  /** For the log. */
  readonly name: string
  /**
   * Asks for one job. Where one waits that nobody has begun, it need not add another. Rejects when the
   * engine could not be asked.
   */
  send(): Promise<void>
  /**
   * Does jobs in this process, one at a time, until what it answers is called: that takes no other and
   * resolves when the one that runs is over. An engine that cannot be reached is tried again.
   */
  serve(service: JobService): () => Promise<void>
  /** Closes what this engine opened itself. */
  close(): Promise<void>
}

/** What is behind a job. */
export interface JobService {
  /** Does what is due. Rejects when the storage could not be asked: the job has failed. */
  perform(): Promise<void>
  /** What the engine could not do, for the log. */
  failed(error: unknown): void
}
