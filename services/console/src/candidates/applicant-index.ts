import { APPLICANT_FIELD, type Applicant } from '@lever-certn/events/check-requested';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import type { Facts } from './facts.rules';
import type { Keyring } from '@lever-certn/sealing/keyring';

/** Where a sealed applicant lies. */
export interface SealedApplicant {
  teamId: string;
  /** What it was sealed for: a check or an opportunity. */
  recordId: string;
  envelope: string;
}

const MAX_WORDS = 12;
/** 64 bits tell the words of one team apart well enough. */
const HASH_CHARACTERS = 16;
const WORD_BREAK = /[^\p{L}\p{N}]+/u;

/** Opens sealed applicants, and finds them by keyed hashes of the words of their names and of their whole addresses. */
export class ApplicantIndex {
  constructor(
    private readonly keyring: Keyring,
    private readonly indexKey: IndexKey,
  ) {}

  /** The applicant, or nothing where no key opens it (any more). */
  open({ teamId, recordId, envelope }: SealedApplicant): Applicant | undefined {
    try {
      return JSON.parse(this.keyring.open(envelope, { teamId, recordId, field: APPLICANT_FIELD })) as Applicant;
    } catch {
      return undefined;
    }
  }

  /** The same facts, their applicants with the hashes by which they are found. */
  indexed(facts: Facts): Facts {
    for (const { teamId, applicant } of facts.candidates) {
      const words = applicant && this.wordsOf({ teamId, ...applicant });
      if (words !== undefined) applicant!.words = words;
    }
    return facts;
  }

  /** Hashes under which an applicant is found, each between spaces; nothing where it can't be opened. */
  wordsOf(sealed: SealedApplicant): string | undefined {
    const applicant = this.open(sealed);
    if (!applicant) return undefined;
    const words = [...wordsIn(applicant.name ?? ''), ...(applicant.email ? [applicant.email] : [])];
    return ` ${words.map((word) => this.hash(word)).join(' ')} `;
  }

  /** Hashes that a candidate must all have to be found by what a person typed. */
  wordsOfSearch(typed: string): string[] {
    const words = typed.includes('@') ? typed.split(/\s+/).filter(Boolean) : wordsIn(typed);
    return [...new Set(words.slice(0, MAX_WORDS).map((word) => this.hash(word)))];
  }

  private hash(word: string): string {
    return this.indexKey.hash(word).slice(0, HASH_CHARACTERS);
  }
}

function wordsIn(text: string): string[] {
  return text.normalize('NFC').split(WORD_BREAK).filter(Boolean).slice(0, MAX_WORDS);
}
