/**
 * The sandbox: a payment provider that runs on your machine, as a gateway and as its emulator.
 * @module billwright/sandbox
 */

export type { SandboxOptions } from './options.ts'
export {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  type SandboxEmulatorOptions,
  sandboxEmulator,
} from './emulator/sandbox-emulator.ts'
export { sandbox } from './gateway.ts'
export { type SandboxStage, type SandboxStageOptions, sandboxStage } from './stage.ts'
export { type CardBehavior, TEST_CARDS, type TestCard } from './test-cards.ts'
