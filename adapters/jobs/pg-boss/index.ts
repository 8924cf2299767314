/**
 * billwright's work as jobs of pg-boss.
 * @module billwright/pg-boss
 */
export { type Boss, type PgBossOptions, pgBoss } from './pg-boss.ts'
