import type { CandidateSearch } from './candidate-search.rules';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The list that a candidate was opened from, so that one gets back to it as it was. */
    candidateList?: CandidateSearch;
  }
}
