/** All migrations in order; never edit one that has shipped, add the next. */
import type { Database } from 'better-sqlite3'
import { createFirstTables } from './0001-first-tables.ts'
import { addOwnSteps } from './0002-steps-of-our-own.ts'
import { addCaseSearch } from './0003-case-search.ts'
import { addGrids } from './0004-grids.ts'
import { addDuty } from './0005-duty.ts'
import { addEvidence } from './0006-evidence.ts'
import { addUnits } from './0007-units.ts'
import { indexCasesByClass } from './0008-cases-by-class.ts'
import { flattenQueue } from './0009-flat-queue.ts'
import { addDurability } from './0010-durability.ts'
import { addSync } from './0011-sync.ts'
import { keepTakenOperations } from './0012-taken-operations.ts'
import { addCameraKeeping } from './0013-camera-keeping.ts'
import { addVideoEvidence } from './0014-video-evidence.ts'
import { addDocuments } from './0015-documents.ts'
import { addPresetPictures } from './0016-preset-pictures.ts'
import { addPatrol } from './0017-patrol.ts'

export const migrations: readonly ((database: Database) => void)[] = [
  createFirstTables,
  addOwnSteps,
  addCaseSearch,
  addGrids,
  addDuty,
  addEvidence,
  addUnits,
  indexCasesByClass,
  flattenQueue,
  addDurability,
  addSync,
  keepTakenOperations,
  addCameraKeeping,
  addVideoEvidence,
  addDocuments,
  addPresetPictures,
  addPatrol,
]
